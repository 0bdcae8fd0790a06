import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { keepLogs } from '../../../../runner/launch/keep-logs.ts';
import type { ProgramSpec } from '../../../../servers/define.ts';

const dir = mkdtempSync(join(tmpdir(), 'lt-'));
afterAll(() => rmSync(dir, { recursive: true }));

const spec = (logs: string[]): ProgramSpec => ({
  name: 'x',
  role: 'host',
  argv: ['/bin/true'],
  env: {},
  cwd: '/',
  files: [],
  logs,
  listens: null,
  stop: { signal: 'SIGTERM', graceMs: 0 },
});

test('a flooded log keeps its last MiB and says what was dropped; empty and absent ones are not kept', async () => {
  const [flood, empty, into] = [join(dir, 'flood.log'), join(dir, 'empty.log'), join(dir, 'kept')];
  writeFileSync(flood, `${'a'.repeat(3 * 1024 * 1024)}the end\n`);
  writeFileSync(empty, '');
  await keepLogs([{ spec: spec([flood, empty]), outputs: [join(dir, 'absent')] }], into);
  expect(readdirSync(into)).toEqual(['flood.log']);
  const kept = readFileSync(join(into, 'flood.log'), 'utf8');
  expect(kept).toMatch(/^\[2097160 bytes before this were dropped\]\na+the end\n$/);
});

test('nothing to keep makes no folder', async () => {
  await keepLogs([], join(dir, 'none'));
  expect(existsSync(join(dir, 'none'))).toBe(false);
});
