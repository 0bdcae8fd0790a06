import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/paths.ts';

const ROOMS = ['core', 'scenarios', 'servers', 'runner', 'results', 'dashboards'] as const;
type Room = (typeof ROOMS)[number];

/** Which rooms a room may import, besides itself. */
const MAY_IMPORT: Record<Room, readonly Room[]> = {
  core: [],
  scenarios: ['core'],
  servers: ['core'],
  results: ['core', 'scenarios'],
  dashboards: ['core', 'results', 'scenarios'],
  runner: ['core', 'scenarios', 'servers', 'results'],
};

/** `runner/cli` is the composition root: it alone may import every room. */
const COMPOSITION_ROOT = 'runner/cli/';
const STAGES = ['plan', 'launch', 'verify', 'load', 'account', 'explain'];

interface Import {
  readonly from: string;
  readonly to: string;
}

async function imports(): Promise<Import[]> {
  const found: Import[] = [];
  for (const room of ROOMS) {
    for (const entry of await readdir(join(PROJECT_ROOT, room), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const file = join(entry.parentPath, entry.name);
      const text = await readFile(file, 'utf8');
      for (const match of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
        found.push({
          from: relative(PROJECT_ROOT, file),
          to: relative(PROJECT_ROOT, resolve(dirname(file), match[1] ?? '')),
        });
      }
    }
  }
  return found;
}

const roomOf = (path: string): Room | undefined => ROOMS.find((room) => path.startsWith(`${room}/`));
const stageOf = (path: string): string | undefined =>
  STAGES.find((stage) => path.startsWith(`runner/${stage}/`));

test('no import points back through the rooms', async () => {
  const all = await imports();
  expect(all.length).toBeGreaterThan(50);
  const wrong = all.filter(({ from, to }) => {
    const [source, target] = [roomOf(from), roomOf(to)];
    if (source === undefined || target === undefined) return true;
    return !from.startsWith(COMPOSITION_ROOT) && source !== target && !MAY_IMPORT[source].includes(target);
  });
  expect(wrong).toEqual([]);
});

test('stages of the runner do not import each other', async () => {
  const wrong = (await imports()).filter(({ from, to }) => {
    const [source, target] = [stageOf(from), stageOf(to)];
    return source !== undefined && target !== undefined && source !== target;
  });
  expect(wrong).toEqual([]);
});

test('each outside tool is imported by one folder only', async () => {
  const homes: Record<string, RegExp> = {
    autocannon: /^runner\/(load|entries)\//,
    commander: /^runner\/cli\//,
    'hdr-histogram-js': /^(runner\/(load|entries)|results\/analyse)\//,
  };
  const wrong: string[] = [];
  for (const room of ROOMS) {
    for (const entry of await readdir(join(PROJECT_ROOT, room), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const path = relative(PROJECT_ROOT, join(entry.parentPath, entry.name));
      const text = await readFile(join(PROJECT_ROOT, path), 'utf8');
      for (const [tool, home] of Object.entries(homes)) {
        if (text.includes(`from '${tool}'`) && !home.test(path)) wrong.push(`${path} imports ${tool}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});
