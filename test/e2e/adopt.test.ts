import { createHash } from 'node:crypto';
import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/paths.ts';
import { discoverTools } from '../../runner/process/tools.ts';
import { lab, makeFolder } from './lab.ts';

const FIXTURES = join(PROJECT_ROOT, 'test/fixtures/adopt');
const tools = await discoverTools();

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
  cpSync(FIXTURES, folder.path, { recursive: true });
  const script = join(folder.path, 'fastcgi/dispatch.fcgi');
  writeFileSync(script, readFileSync(script, 'utf8').replace('@PYTHON@', tools.python?.bin ?? ''));
});
afterAll(() => folder[Symbol.asyncDispose]());

/** Adopts and verifies on the chains named; their first is made the reference. */
async function adoptAndVerify(
  name: string,
  source: string,
  x: { edit?: [string, string][]; requests: string[]; only: string[] },
) {
  const file = `${name}.yaml`;
  const before = fingerprint(join(folder.path, source));
  const adopted = await lab(
    folder.path,
    'adopt',
    source,
    '--no-check',
    '--name',
    name,
    '--out',
    file,
    '--request',
    ...x.requests,
  );
  expect([adopted.code, adopted.stdout]).toEqual([0, `${file}\n`]);
  const path = join(folder.path, file);
  let text = readFileSync(path, 'utf8');
  for (const [from, to] of x.edit ?? []) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  writeFileSync(path, text);
  const pattern = x.only.map((chain) => `${chain}/adopted`).join(',');
  const verified = await lab(folder.path, 'verify', pattern, '--app', file, '--json');
  expect(fingerprint(join(folder.path, source))).toBe(before);
  return verified;
}

/** What a folder holds: names, sizes and times of change. */
function fingerprint(dir: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()) {
    const { size, mtimeMs, uid } = lstatSync(join(dir, name));
    hash.update(`${name} ${size} ${mtimeMs} ${uid}\n`);
  }
  return hash.digest('hex');
}

type Verified = readonly {
  stack: string;
  ok: boolean;
  error: string | null;
  checks: readonly { check: string; ok: boolean; detail: string | null }[];
}[];

function expectAllOk(stdout: string, least: number): Verified {
  const results = JSON.parse(stdout) as Verified;
  const bad = results
    .filter(({ ok }) => !ok)
    .map(({ stack, error, checks }) => ({ stack, error, bad: checks.filter(({ ok }) => !ok) }));
  expect(bad).toEqual([]);
  expect(results.length).toBeGreaterThanOrEqual(least);
  return results;
}

const hasPython = tools.python?.package('waitress') != null && existsSync('/usr/bin/python3');
if (!hasPython)
  console.log('skipped: adopting a WSGI application, for there is no Python with waitress (lab setup --yes)');

test.skipIf(!hasPython)(
  'a WSGI package keeps its answers below a script, in a daemon and in a pool; tokens are masked',
  async () => {
    const { code, stdout, stderr } = await adoptAndVerify('shop', 'wsgi', {
      edit: [['\nenv: {}\n', '\nenv:\n  SHOP_NAME: Corner shop\n']],
      requests: ['/', '/items', '/old', '/nothing'],
      only: [
        'gateway-cgi',
        'gateway-fastcgi+flup',
        'gateway-proxy+waitress',
        'apache-mod-wsgi-embedded',
        'apache-mod-cgid',
      ],
    });
    expect(stderr).toContain('recording the right answers of shop from gateway-proxy+waitress/shop');
    const results = expectAllOk(stdout, 3);
    expect(code).toBe(0);
    const root = results[0]?.checks.find(({ check }) => check === 'GET /');
    expect(root?.detail).toMatch(/1 place that differ/);
  },
);

test('a Node server that exports nothing is taken over, also for CGI and FastCGI', async () => {
  const { code, stdout } = await adoptAndVerify('greeter', 'node', {
    edit: [
      ['\nenv: {}\n', '\nenv:\n  GREETING: hello\n'],
      ['\nmount: /\n', '\nmount: /greet\n'],
    ],
    requests: ['/greet/you?x=1'],
    only: ['gateway-in-process', 'gateway-cgi', 'gateway-fastcgi+node-fastcgi', 'gateway-proxy+node-pool'],
  });
  expectAllOk(stdout, 4);
  expect(code).toBe(0);
});

test('a CGI program of any language has its environment and its own files', async () => {
  const { code, stdout } = await adoptAndVerify('hello', 'cgi', {
    edit: [['\nenv: {}\n', '\nenv:\n  HELLO_NAME: a script\n']],
    requests: ['/a/b?c=d'],
    only: ['gateway-cgi', 'apache-mod-cgid', 'lighttpd-cgi', 'nginx-fastcgi+fcgiwrap'],
  });
  const results = expectAllOk(stdout, 1);
  expect(
    results.every(({ checks }) => checks.some(({ check }) => check === 'model: a process for a request')),
  ).toBe(true);
  expect(code).toBe(0);
});

const hasFastcgi = tools.python?.package('flup') != null && tools.find('spawn-fcgi') !== null;
if (!hasFastcgi)
  console.log(
    'skipped: adopting a FastCGI program, for there is no spawn-fcgi, or no Python with flup (lab setup --yes)',
  );

test.skipIf(!hasFastcgi)('a FastCGI program is started by the server or beside it', async () => {
  const { code, stdout } = await adoptAndVerify('responder', 'fastcgi', {
    requests: ['/a/b'],
    only: ['gateway-fastcgi+spawn-fcgi', 'apache-mod-fcgid', 'nginx-fastcgi+spawn-fcgi'],
  });
  expectAllOk(stdout, 1);
  expect(code).toBe(0);
});

test.skipIf(!hasPython)('an application that does not load is told by its own traceback', async () => {
  const { code, stderr } = await lab(folder.path, 'adopt', 'broken', '--out', 'broken.yaml');
  expect(code).toBe(4);
  expect(stderr).toContain('your application broken cannot be loaded [E_APP]');
  expect(stderr).toContain("ModuleNotFoundError: No module named 'a_package_that_is_not_there'");
});

test('a run of the adopt scenario loads what labapp.yaml marks, and its report names the application', async () => {
  await lab(
    folder.path,
    'adopt',
    'cgi',
    '--no-check',
    '--name',
    'timed',
    '--out',
    'timed.yaml',
    '--request',
    '/one',
    '/two',
  );
  const run = await lab(
    folder.path,
    'run',
    'adopt',
    '--app',
    'timed.yaml',
    '--only',
    'gateway-cgi/timed',
    '--rounds',
    '1',
    '--out',
    'runs',
    '--json',
  );
  expect(run.stderr).toContain('1 stack, 1 launch');
  const result = JSON.parse(run.stdout) as { run: string; report: string; cells: { id: string }[] };
  expect(result.cells.map(({ id }) => id)).toEqual(['gateway-cgi/timed one-c1', 'gateway-cgi/timed one-c8']);
  expect(readFileSync(result.report, 'utf8')).toContain('timed (CGI)');
  expect(existsSync(join(result.run, 'golden-timed.json'))).toBe(true);
});

test('the adopt scenario without an application says what to do', async () => {
  const { code, stderr } = await lab(folder.path, 'run', 'adopt');
  expect(code).toBe(2);
  expect(stderr).toContain('lab adopt PATH');
});
