import { EventEmitter } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { observeApp, readNotes, withoutObserver } from '../../../../runner/explain/app-observer.ts';
import { nowUs } from '../../../../runner/explain/clock.ts';
import { tidy } from '../../../../runner/explain/tidy.ts';
import { runCommand } from '../../../../runner/process/command.ts';
import { discoverTools } from '../../../../runner/process/tools.ts';
import type { PreparedApp } from '../../../../servers/define.ts';
import { explanation } from '../../dashboards/explain/sample.ts';

const python = (await discoverTools()).python;
let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lab-observe-'));
  await mkdir(join(dir, 'app'));
});
afterEach(() => rm(dir, { recursive: true }));

const wsgiApp = (): PreparedApp => ({
  name: 'a',
  title: 'A',
  form: 'wsgi-callable',
  language: 'python',
  dir: join(dir, 'app'),
  callable: ['app', 'application'],
  file: null,
  env: {},
});
const nodeApp = (): PreparedApp => ({
  name: 'a',
  title: 'A',
  form: 'node-handler',
  language: 'node',
  dir: join(dir, 'app'),
  callable: null,
  file: join(dir, 'app', 'app.mjs'),
  env: {},
});

const APP = `
def application(environ, start_response):
    body = environ["wsgi.input"].read(3)
    start_response("200 OK", [("X-Body", body.decode())])
    if environ["PATH_INFO"] == "/boom":
        raise RuntimeError("boom")
    if environ["PATH_INFO"] == "/stream":
        return (block for block in [b"a", b"b"])
    return [b"whole"]
`;
const CALLER = `
import io, sys
from lab_explain import application
for path in ["/list", "/stream", "/boom"]:
    environ = {"PATH_INFO": path, "wsgi.input": io.BytesIO(b"hi"), "wsgi.run_once": True}
    try:
        answer = application(environ, lambda status, headers: None)
        sys.stdout.write(b"".join(answer).decode())
        if hasattr(answer, "close"): answer.close()
    except RuntimeError:
        sys.stdout.write("raised")
`;

test.skipIf(python === null)(
  'a WSGI app answers as before, and what it was given and read is noted',
  async () => {
    const before = nowUs();
    const observed = observeApp(wsgiApp(), { dir });
    expect(observed.app.callable).toEqual(['lab_explain', 'application']);
    for (const file of observed.files) await writeFile(file.path, file.content);
    await writeFile(join(dir, 'app', 'app.py'), APP);
    await writeFile(join(dir, 'app', 'caller.py'), CALLER);
    const ran = await runCommand([python?.bin ?? '', 'caller.py'], {
      env: {},
      cwd: join(dir, 'app'),
      timeoutMs: 20_000,
    });
    expect(ran).toMatchObject({ ok: true, stdout: 'wholeabraised' });
    const notes = readNotes({ dir });
    expect(
      notes.map(({ status, read, readBytes, headers }) => ({ status, read, readBytes, headers })),
    ).toEqual(
      Array.from({ length: 3 }, () => ({
        status: '200 OK',
        read: 'hi',
        readBytes: 2,
        headers: [['X-Body', 'hi']],
      })),
    );
    expect(notes[1]?.given).toEqual([
      ['PATH_INFO', '/stream'],
      ['wsgi.input', '<_io.BytesIO object>'],
      ['wsgi.run_once', 'True'],
    ]);
    const [first] = notes;
    const times = [before, first?.begunUs, first?.readyUs, first?.calledUs, first?.doneUs, nowUs()];
    expect(times).toEqual([...times].sort((a, b) => Number(a) - Number(b)));
  },
);

test('a Node handler answers as before, and its request is noted when the answer has gone', async () => {
  const app = nodeApp();
  await writeFile(
    app.file ?? '',
    'export default (req, res) => { res.writeHead(201, { "X-A": "b" }); res.emit("finish"); };\n',
  );
  const observed = observeApp(app, { dir });
  for (const file of observed.files) await writeFile(file.path, file.content);
  const loaded: { default: (request: unknown, response: unknown) => void } = await import(
    pathToFileURL(observed.app.file ?? '').href
  );
  const response = Object.assign(new EventEmitter(), {
    statusCode: 200,
    getHeaders: () => ({}),
    writeHead(this: { statusCode: number }, status: number) {
      this.statusCode = status;
    },
  });
  loaded.default({ method: 'GET', url: '/x', httpVersion: '1.1', headers: { host: 'h' } }, response);
  expect(readNotes({ dir })).toMatchObject([
    {
      pid: process.pid,
      status: '201',
      headers: [['x-a', 'b']],
      given: [
        ['req.method', 'GET'],
        ['req.url', '/x'],
        ['req.httpVersion', '1.1'],
        ["req.headers['host']", 'h'],
      ],
    },
  ]);
});

test('nothing is put round files and programs', () => {
  const app: PreparedApp = { ...nodeApp(), form: 'cgi-script' };
  expect(observeApp(app, { dir })).toEqual({ files: [], app });
});

test('commands and configurations are shown as they are without onlookers', () => {
  const app = wsgiApp();
  expect(withoutObserver('from lab_explain import application as application', app)).toBe(
    'from app import application as application',
  );
  expect(withoutObserver('flup_server.py lab_explain:application', app)).toBe(
    'flup_server.py app:application',
  );
  expect(withoutObserver('node gateway.js $SITE/app/lab_explain.mjs', nodeApp())).toBe(
    'node gateway.js $SITE/app/app.mjs',
  );

  const sample = explanation();
  const relay = {
    listen: { kind: 'unix', path: `${dir}/seen.sock` },
    target: { kind: 'unix', path: `${dir}/up.sock` },
  } as const;
  const before = {
    ...sample,
    configs: [{ path: `${dir}/a.conf`, content: `ProxyPass "unix:${dir}/seen.sock|fcgi://localhost/"` }],
  };
  expect(tidy(before, { dir }, app, relay).configs).toEqual([
    { path: '$SITE/a.conf', content: 'ProxyPass "unix:$SITE/up.sock|fcgi://localhost/"' },
  ]);
  const tcp = {
    listen: { kind: 'tcp', address: '127.0.0.1', port: 40001 },
    target: { kind: 'tcp', address: '127.0.0.1', port: 40002 },
  } as const;
  const json = { ...sample, configs: [{ path: 'x', content: '{"port": 40001} http://127.0.0.1:40001/' }] };
  expect(tidy(json, { dir }, app, tcp).configs[0]?.content).toBe('{"port": 40002} http://127.0.0.1:40002/');
});
