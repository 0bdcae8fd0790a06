/**
 * The expected bytes of /rows. It reads the source that the SQLite file was made from, never that file, and
 * selects and sorts by itself: depth of 40 and more, deepest first, then by id, at most 25.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import { PROJECT_ROOT } from '../../core/paths.ts';

const ROWS_FILE = join(PROJECT_ROOT, 'servers/apps/shared/rows.json');
const LEAST_DEPTH = 40;
const MOST_ROWS = 25;

interface Berth {
  readonly id: number;
  readonly name: string;
  readonly depth: number;
}

let document: string | null = null;

/** The whole answer, computed once. */
export function rowsDocument(): string {
  document ??= JSON.stringify(select(parse(JSON.parse(readFileSync(ROWS_FILE, 'utf8')))));
  return document;
}

function select(berths: readonly Berth[]): readonly Berth[] {
  return berths
    .filter((berth) => berth.depth >= LEAST_DEPTH)
    .sort((a, b) => b.depth - a.depth || a.id - b.id)
    .slice(0, MOST_ROWS);
}

function parse(source: unknown): readonly Berth[] {
  if (!Array.isArray(source)) throw malformed();
  return source.map((row: unknown) => {
    if (!Array.isArray(row)) throw malformed();
    const [id, name, depth]: readonly unknown[] = row;
    if (typeof id !== 'number' || typeof name !== 'string' || typeof depth !== 'number') throw malformed();
    return { id, name, depth };
  });
}

const malformed = (): LabError =>
  new LabError('E_INTERNAL', 'the source of the shared rows is malformed', { facts: { file: ROWS_FILE } });
