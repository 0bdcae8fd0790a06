/** `lab verify --matrix` on the gateway: the table, its JSON, and a difference that nobody knows of. */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/paths.ts';
import { lab, makeFolder, startLab } from './lab.ts';

const PATTERN = 'gateway-cgi/node-bare,gateway-in-process/node-bare,gateway-proxy+node-pool/node-bare';

test('the matrix says how stacks of three models behave', async () => {
  await using folder = await makeFolder();
  const made = await lab(folder.path, 'verify', PATTERN, '--matrix', '--json', '--out', 'words.json');
  expect(made.stderr).toContain('3/3');
  expect(made.code, made.stdout.slice(-2_000)).toBe(0);
  const words = JSON.parse(await readFile(join(folder.path, 'words.json'), 'utf8'));
  const of = (name: string) => words.find((each: { name: string }) => each.name === name).words;
  expect(of('gateway-cgi/node-bare')).toEqual({
    head: 'length',
    notFound: 'app',
    boom: '500 text',
    upload: 'whole',
    chunked: '411',
    expect: '100',
    stream: 'passed',
    repeated: 'folded',
    encodedSlash: 'app',
    proxyHeader: 'kept out',
    underscore: 'dropped',
    authorization: 'kept out',
    abort: 'ends',
    kill: 'cut',
  });
  expect(of('gateway-in-process/node-bare')).toMatchObject({
    chunked: 'whole',
    proxyHeader: 'passed',
    authorization: 'passed',
    abort: 'answers',
    kill: 'cut, down',
  });
  expect(of('gateway-proxy+node-pool/node-bare')).toMatchObject({ chunked: 'whole', kill: 'cut' });
  const { stacks, differences } = JSON.parse(made.stdout);
  expect(differences).toEqual([]);
  expect(
    stacks.map((each: { ok: boolean; unequal: string[] }) => [each.ok, each.unequal.length > 0]),
  ).toEqual([
    [true, true],
    [true, true],
    [true, true],
  ]);
});

test('a difference that has no known reason fails, and says between which stacks', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'lab-copy-'));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  for (const part of ['package.json', 'bin', 'dist', 'servers', 'scenarios'])
    await cp(join(PROJECT_ROOT, part), join(copy, part), { recursive: true, preserveTimestamps: true });
  await symlink(join(PROJECT_ROOT, 'node_modules'), join(copy, 'node_modules'));
  await symlink(join(PROJECT_ROOT, '.lab'), join(copy, '.lab')).catch(() => undefined);
  const app = join(copy, 'servers/apps/node-bare/src/app.mjs');
  const text = await readFile(app, 'utf8');
  const fault = "...(process.env.GATEWAY_INTERFACE ? { 'X-Odd': '1' } : {}), 'Content-Type': type,";
  expect(text).toContain("'Content-Type': type,");
  await writeFile(app, text.replaceAll("'Content-Type': type,", fault));
  const made = await startLab(
    copy,
    ['verify', 'gateway-cgi/node-bare,gateway-in-process/node-bare', '--matrix'],
    { LAB_NO_BUILD: '1' },
    join(copy, 'bin', 'lab.js'),
  ).done;
  expect(made.code).toBe(4);
  expect(made.stdout).toMatch(
    /DIFFERS header x-odd of GET \/hello[^\n]*\n {2}1: gateway-cgi\/node-bare\n {2}none: gateway-in-process\/node-bare/,
  );
  expect(made.stdout).toContain('1 difference without a known reason');
});
