/** The SQLite file that apps ship holds what the contract's own source says, and nothing else. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/paths.ts';
import { discoverTools } from '../../runner/process/tools.ts';

const python = (await discoverTools()).python?.bin;
if (python === undefined) console.warn('skipped: there is no Python to read rows.sqlite with');

const SHARED = join(PROJECT_ROOT, 'servers/apps/shared');
const DUMP = 'import sqlite3, sys; print("\\n".join(sqlite3.connect(sys.argv[1]).iterdump()))';
const run = async (...args: string[]) => (await promisify(execFile)(python ?? '', args, { env: {} })).stdout;

test.skipIf(python === undefined)('rows.sqlite is what make-rows.py makes of rows.json', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lab-rows-'));
  try {
    const made = join(dir, 'rows.sqlite');
    await run(join(SHARED, 'make-rows.py'), made);
    expect(await run('-c', DUMP, join(SHARED, 'data/rows.sqlite'))).toBe(await run('-c', DUMP, made));
  } finally {
    await rm(dir, { recursive: true });
  }
});
