import { expect, test } from 'vitest';
import wsgiCgi from '../../../../servers/adapters/wsgi-cgi.ts';
import wsgiFastcgi from '../../../../servers/adapters/wsgi-fastcgi.ts';
import type { PreparedApp, PythonTool, Site, Tools } from '../../../../servers/define.ts';

const python = (bin: string): PythonTool => ({
  bin,
  version: '3.11.2',
  prefix: '/venv',
  sitePackages: '/venv/lib',
  isLabVenv: true,
  package: (name) => (name === 'flup' ? null : '1'),
});
const tools = (bin = '/venv/bin/python3'): Tools => ({
  find: () => null,
  version: () => null,
  python: python(bin),
  node: '/usr/bin/node',
  apacheModule: () => null,
  lighttpdModule: () => null,
});
const site = (bin?: string): Site => ({
  dir: '/run/lab/t1',
  user: null,
  tools: tools(bin),
  capacity: { processes: 2, threads: 8 },
  front: { address: '127.0.0.1', port: 1 },
  entries: '/run/lab/entries',
  limits: { requestTimeoutMs: 1000, bodyBytes: 1000 },
});
const app: PreparedApp = {
  name: 'wsgi-bare',
  title: 'plain WSGI',
  form: 'wsgi-callable',
  language: 'python',
  dir: '/run/lab/t1/app',
  callable: ['app', 'application'],
  file: null,
  env: { A: 'b' },
};

test('the CGI script stands apart from the module of the same name', () => {
  const { files, app: adapted } = wsgiCgi.adapt(app, site());
  expect(adapted).toMatchObject({
    form: 'cgi-script',
    file: '/run/lab/t1/app/cgi-bin/app.py',
    callable: null,
    env: { A: 'b' },
  });
  expect(files).toEqual([{ path: adapted.file, mode: 0o755, content: files[0]?.content }]);
  expect(files[0]?.content.split('\n')).toEqual([
    '#!/venv/bin/python3',
    'import sys',
    'sys.path[0] = "/run/lab/t1/app"',
    'from wsgiref.handlers import CGIHandler',
    'from app import application',
    'CGIHandler().run(application)',
    '',
  ]);
});

test('the FastCGI script has the threads that the capacity says, and tells the app of other processes', () => {
  const [file] = wsgiFastcgi.adapt(app, site()).files;
  expect(file?.path).toBe('/run/lab/t1/app/fcgi-bin/dispatch.fcgi');
  expect(file?.content).toContain('maxSpare=8, maxThreads=8, multiprocess=True');
});

test('a callable of another name is bound to the usual one', () => {
  const [file] = wsgiCgi.adapt({ ...app, callable: ['shop.wsgi', 'app'] }, site()).files;
  expect(file?.content).toContain('from shop.wsgi import app as application\n');
});

test.each([
  ['app; import os', 'application'],
  ['app', 'application\nimport os'],
])('what is no name does not get into the script: %j', (module, name) => {
  expect(() => wsgiCgi.adapt({ ...app, callable: [module, name] }, site())).toThrow(
    'does not name a WSGI callable',
  );
});

test('a path that the kernel would cut off or split is refused', () => {
  expect(() => wsgiCgi.adapt(app, site(`/${'x'.repeat(260)}/python3`))).toThrow('cannot stand in a #! line');
  expect(() => wsgiCgi.adapt(app, site('/my lab/python3'))).toThrow('cannot stand in a #! line');
});

test('without flup the FastCGI script is not available, and says how to get it', () => {
  expect(wsgiFastcgi.probe(tools())).toEqual({
    available: false,
    reason: 'the Python of the lab (/venv/bin/python3) lacks flup',
    remedy: expect.stringContaining('lab setup'),
  });
  expect(wsgiCgi.probe(tools()).available).toBe(true);
});
