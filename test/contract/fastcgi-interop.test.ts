/** Our responder behind a real Apache, and our client in front of a real flup. Skipped, with the reason, without them. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { DIST, LAB_HOME, PROJECT_ROOT } from '../../core/paths.ts';
import { ask, until, valuesOf } from '../helpers/ask.ts';
import { testGateway } from '../helpers/gateway.ts';

const APACHE = ['/usr/sbin/apache2', '/usr/sbin/httpd'].find((path) => existsSync(path));
const MODULES = '/usr/lib/apache2/modules';
const NEEDED = ['mpm_event', 'authz_core', 'setenvif', 'proxy', 'proxy_fcgi'];
const PYTHON = join(LAB_HOME, 'venv/bin/python');

function apacheMissing(): string | null {
  if (APACHE === undefined) return 'Apache is not installed (lab setup installs it)';
  const missing = NEEDED.find((name) => !existsSync(`${MODULES}/mod_${name}.so`));
  return missing === undefined ? null : `Apache has no mod_${missing} in ${MODULES}`;
}

function flupMissing(): string | null {
  if (!existsSync(PYTHON)) return `${PYTHON} is not there (lab setup makes it)`;
  try {
    execFileSync(PYTHON, ['-c', 'import flup.server.fcgi'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'flup is not installed in .lab/venv (lab setup installs it)';
  }
}

const noApache = apacheMissing();
const noFlup = flupMissing();
for (const reason of [noApache, noFlup]) if (reason !== null) console.warn(`skipped: ${reason}`);

const programs: ChildProcess[] = [];
const dirs: string[] = [];
afterEach(async () => {
  for (const program of programs.splice(0)) {
    const gone = new Promise((resolve) => program.once('exit', resolve));
    if (program.exitCode === null && program.kill('SIGTERM')) await gone;
  }
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

/** Readable by the user that Apache's children run as. */
function privateDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'gw-'));
  dirs.push(dir);
  return dir;
}

function start(command: string, args: string[], log: string): void {
  const out = { stdio: 'ignore' as const };
  const program = spawn(command, args, { ...out, env: { PATH: '/usr/bin:/bin' } });
  program.once('exit', (code) => writeFileSync(`${log}.exit`, String(code)));
  programs.push(program);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const answers = (port: number) => async () =>
  (await ask(port, { path: '/hello' }).catch(() => null))?.body === 'Hello, world!\n';

describe('our responder behind Apache mod_proxy_fcgi', () => {
  it.skipIf(noApache !== null)(
    `answers every route${noApache === null ? '' : ` (${noApache})`}`,
    async () => {
      const dir = privateDir();
      const [front, back] = [await freePort(), await freePort()];
      mkdirSync(join(dir, 'run'));
      const config = join(dir, 'httpd.conf');
      const asRoot = process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : [];
      writeFileSync(
        config,
        [
          `ServerRoot ${dir}`,
          `DefaultRuntimeDir ${dir}/run`,
          `PidFile ${dir}/run/pid`,
          `ErrorLog ${dir}/error.log`,
          'ServerName localhost',
          'Mutex pthread',
          `Listen 127.0.0.1:${front}`,
          ...NEEDED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`),
          ...asRoot,
          'StartServers 1',
          'ServerLimit 1',
          'ThreadsPerChild 8',
          'MaxRequestWorkers 8',
          'SetEnvIf Request_URI . proxy-fcgi-pathinfo=1',
          `ProxyPass / fcgi://127.0.0.1:${back}/ enablereuse=on`,
          '',
        ].join('\n'),
      );
      start(
        process.execPath,
        [
          join(DIST, 'servers/entries/node-fastcgi.js'),
          join(PROJECT_ROOT, 'test/fixtures/handlers/simple.mjs'),
          `tcp:127.0.0.1:${back}`,
          '2',
        ],
        join(dir, 'node'),
      );
      start(APACHE ?? '', ['-f', config, '-DFOREGROUND'], join(dir, 'apache'));
      await until(answers(front), 20_000).catch((failure) => {
        throw new Error(`Apache: ${readFileSync(join(dir, 'error.log'), 'utf8')}`, { cause: failure });
      });
      const env = JSON.parse((await ask(front, { path: '/env?a=b', headers: { 'X-A': 'b' } })).body);
      expect(env).toMatchObject({ method: 'GET', url: '/env?a=b', headers: { 'x-a': 'b' } });
      const echo = await ask(front, { method: 'POST', path: '/echo', body: Buffer.alloc(2_000_000) });
      expect(echo).toMatchObject({ status: 200, body: '2000000' });
      expect((await ask(front, { path: '/big' })).body.length).toBe(20_000_000);
      expect(await ask(front, { path: '/nothing' })).toMatchObject({ status: 404, body: 'not found\n' });
      expect((await ask(front, { path: '/boom' })).status).toBe(500);
      expect(valuesOf(await ask(front, { path: '/cookies' }), 'set-cookie')).toEqual(['a=1', 'b=2']);
      const all = await Promise.all(Array.from({ length: 200 }, () => ask(front, { path: '/hello' })));
      expect(all.every(({ body, status }) => status === 200 && body === 'Hello, world!\n')).toBe(true);
    },
  );
});

const WSGI = `
import sys
from flup.server.fcgi import WSGIServer

def app(environ, start_response):
    path = environ.get("PATH_INFO", "")
    status, body = "200 OK", b"Hello, world!\\n"
    if path == "/echo":
        left, total = int(environ.get("CONTENT_LENGTH") or 0), 0
        while left > 0:
            piece = environ["wsgi.input"].read(min(left, 65536))
            if not piece:
                break
            left -= len(piece)
            total += len(piece)
        body = str(total).encode()
    elif path == "/big":
        body = b"x" * 5000000
    elif path == "/query":
        body = environ["QUERY_STRING"].encode() + b" " + environ.get("HTTP_X_A", "-").encode()
    elif path != "/hello":
        status, body = "404 Not Found", b"not found\\n"
    environ["wsgi.errors"].write("noise\\n")
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]

WSGIServer(app, bindAddress=sys.argv[1], minSpare=4, maxSpare=4, maxThreads=4, debug=False).run()
`;

describe('our client in front of flup', () => {
  it.skipIf(noFlup !== null)(`gets every answer whole${noFlup === null ? '' : ` (${noFlup})`}`, async () => {
    const dir = privateDir();
    const path = join(dir, 'flup.sock');
    writeFileSync(join(dir, 'serve.py'), WSGI);
    start(PYTHON, [join(dir, 'serve.py'), path], join(dir, 'flup'));
    await using gateway = await testGateway(
      { kind: 'fastcgi', upstream: { kind: 'unix', path }, keep: true },
      { slots: 4 },
    );
    const { port } = gateway;
    await until(answers(port), 20_000);
    expect((await ask(port, { path: '/query?a=%20b', headers: { 'X-A': 'c' } })).body).toBe('a=%20b c');
    const echo = await ask(port, { method: 'POST', path: '/echo', body: Buffer.alloc(1_000_000) });
    expect(echo).toMatchObject({ status: 200, body: '1000000' });
    expect((await ask(port, { path: '/big' })).body.length).toBe(5_000_000);
    expect(await ask(port, { path: '/nothing' })).toMatchObject({ status: 404, body: 'not found\n' });
    const all = await Promise.all(Array.from({ length: 100 }, () => ask(port, { path: '/hello' })));
    expect(all.every(({ body, status }) => status === 200 && body === 'Hello, world!\n')).toBe(true);
    expect(gateway.counters.truncated).toBe(0);
  });
});
