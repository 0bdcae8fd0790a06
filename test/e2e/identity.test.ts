/**
 * One changed byte, one wrong model label, one dropped Content-Type: each makes `lab verify` fail and say what
 * differs, on every model. Each fault is put into a copy of the lab, so that the command line itself is tried.
 */
import { spawn } from 'node:child_process';
import { chmod, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/paths.ts';
import { EXPECTS_ALL, surveyTestWorld } from '../helpers/world.ts';

interface Verified {
  readonly stack: string;
  readonly model: string;
  readonly ok: boolean;
  readonly checks: readonly {
    readonly check: string;
    readonly ok: boolean;
    readonly detail: string | null;
  }[];
  readonly error: string | null;
}

const GATEWAY = [
  'gateway-files/files',
  'gateway-cgi/node-bare',
  'gateway-fastcgi+node-fastcgi/node-bare',
  'gateway-in-process/node-bare',
  'gateway-proxy+node-pool/node-bare',
];
const APACHE = [
  'apache-mod-cgid/wsgi-bare',
  'apache-proxy-fcgi+flup/wsgi-bare',
  'apache-mod-wsgi-daemon/wsgi-bare',
  'apache-mod-wsgi-embedded/wsgi-bare',
  'apache-proxy-http+gunicorn/wsgi-bare',
];

const world = await surveyTestWorld();
const derived = new Set(world.stacks.map(({ record }) => record.name));
const stacks = [...GATEWAY, ...APACHE].filter((name) => derived.has(name));
const absent = APACHE.filter((name) => !derived.has(name));
if (absent.length > 0) console.warn(`not here: ${absent.join(', ')}`);

let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'lab-copy-'));
  await chmod(copy, 0o755);
  for (const part of ['package.json', 'bin', 'dist', 'servers', 'scenarios']) {
    await cp(join(PROJECT_ROOT, part), join(copy, part), { recursive: true, preserveTimestamps: true });
  }
  for (const part of ['node_modules', '.lab']) {
    await symlink(join(PROJECT_ROOT, part), join(copy, part)).catch(() => {});
  }
});
afterAll(() => rm(copy, { recursive: true, force: true }));

/** Replaces text in files of the copy while the body runs. */
async function withFaults(
  faults: readonly (readonly [file: string, from: string, to: string])[],
  body: () => Promise<void>,
): Promise<void> {
  const originals = new Map<string, string>();
  for (const [file, from, to] of faults) {
    const path = join(copy, file);
    const text = await readFile(path, 'utf8');
    expect(text, `${file} no longer holds what the fault replaces`).toContain(from);
    if (!originals.has(path)) originals.set(path, text);
    await writeFile(path, text.replace(from, to));
  }
  try {
    await body();
  } finally {
    for (const [path, text] of originals) await writeFile(path, text);
  }
}

async function verify(): Promise<{ code: number | null; results: readonly Verified[] }> {
  const child = spawn(process.execPath, [join(copy, 'bin', 'lab.js'), 'verify', stacks.join(','), '--json'], {
    env: { ...process.env, LAB_NO_BUILD: '1', LAB_SHARED: '1', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, results: JSON.parse(text) as Verified[] };
}

const failuresOf = (result: Verified): string =>
  [
    result.error ?? '',
    ...result.checks.filter((check) => !check.ok).map((check) => `${check.check}: ${check.detail}`),
  ]
    .join('\n')
    .trim();

describe('lab verify', () => {
  test.runIf(EXPECTS_ALL)('has a stack of each model here', () => {
    expect(absent).toEqual([]);
  });

  test('passes on the unharmed copy', async () => {
    const { code, results } = await verify();
    expect(results.map(failuresOf).filter((text) => text !== '')).toEqual([]);
    expect(code).toBe(0);
  });

  test('finds one changed byte on every model', async () => {
    await withFaults(
      [
        ['servers/apps/files/src/hello', 'world', 'World'],
        ['servers/apps/node-bare/src/app.mjs', "message: 'Hello, world!'", "message: 'Hello, World!'"],
        ['servers/apps/wsgi-bare/src/app.py', '"message": "Hello, world!"', '"message": "Hello, World!"'],
      ],
      async () => {
        const { code, results } = await verify();
        expect(code).toBe(4);
        expect(results.map((result) => result.ok)).toEqual(stacks.map(() => false));
        for (const result of results) {
          expect(failuresOf(result)).toMatch(result.model === 'static' ? /\/hello/ : /GET \/json: .*World/s);
        }
      },
    );
  });

  test('finds a dropped Content-Type on every model', async () => {
    await withFaults(
      [
        [
          'dist/servers/hosts/gateway/files-mode.js',
          "'text/plain; charset=utf-8'",
          "'application/x-nothing'",
        ],
        [
          'servers/apps/node-bare/src/app.mjs',
          "{ 'Content-Type': type, 'Content-Length'",
          "{ 'Content-Length'",
        ],
        ['servers/apps/wsgi-bare/src/app.py', '[("Content-Type", content_type)]', '[]'],
      ],
      async () => {
        const { code, results } = await verify();
        expect(code).toBe(4);
        expect(results.filter((result) => result.ok).map((result) => result.stack)).toEqual([]);
        for (const result of results) expect(failuresOf(result)).toMatch(/content-type/i);
      },
    );
  });

  test('finds a wrong model label on every model, embedded and daemon swapped among them', async () => {
    const wrong =
      "{ static: 'embedded', cgi: 'daemon', daemon: 'embedded', embedded: 'daemon', pool: 'cgi' }";
    await withFaults(
      [['dist/runner/plan/derive.js', 'model: modelOf(link)', `model: (${wrong})[modelOf(link)]`]],
      async () => {
        const { code, results } = await verify();
        expect(code).toBe(4);
        expect(results.filter((result) => result.ok).map((result) => result.stack)).toEqual([]);
        for (const result of results) expect(failuresOf(result)).not.toBe('');
      },
    );
  });
});
