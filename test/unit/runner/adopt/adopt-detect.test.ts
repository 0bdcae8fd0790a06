import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { detect, type Wishes } from '../../../../runner/adopt/detect.ts';
import { labappText } from '../../../../runner/adopt/template.ts';
import { parseLabapp } from '../../../../servers/adopted/read.ts';

const root = mkdtempSync(join(tmpdir(), 'adopt-detect-'));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;

/** A folder with these files. */
function make(files: Readonly<Record<string, string>>): string {
  count += 1;
  const dir = join(root, String(count));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
    if (content.startsWith('#!')) chmodSync(join(dir, name), 0o755);
  }
  return dir;
}

const wishes: Wishes = { cwd: root, form: null, python: null, entry: null, phpCgi: '/usr/bin/php-cgi' };

test.each([
  [
    {
      'manage.py': "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_a.settings')",
      'site_a/wsgi.py': 'application = 1',
    },
    'wsgi-callable',
    'site_a.wsgi:application',
  ],
  [{ 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' }, 'wsgi-callable', 'app:app'],
  [{ 'shop/__init__.py': 'def create_app():\n    pass\n' }, 'wsgi-callable', 'shop:create_app()'],
  [{ 'shop.wsgi': 'from shop import application' }, 'wsgi-callable', 'shop.wsgi'],
  [
    { 'package.json': '{"scripts":{"start":"node --enable-source-maps src/main.js"}}', 'src/main.js': '' },
    'node-handler',
    'src/main.js',
  ],
  [{ 'index.js': '' }, 'node-handler', 'index.js'],
  [{ 'dispatch.fcgi': '#!/usr/bin/python3\n' }, 'fastcgi-script', 'dispatch.fcgi'],
  [{ 'index.php': '<?php' }, 'fastcgi-script', '/usr/bin/php-cgi'],
  [{ 'hello.cgi': '#!/bin/sh\n' }, 'cgi-script', 'hello.cgi'],
  [{ 'hello.pl': '#!/usr/bin/perl\n' }, 'cgi-script', 'hello.pl'],
])('%j is %s: %s', (files, form, entry) => {
  expect(detect(make(files), wishes)).toMatchObject({ form, entry });
});

test('a virtual environment inside the folder is used, and its packages are not searched for applications', () => {
  const dir = make({ 'app.py': 'app = 1', '.venv/pyvenv.cfg': '', '.venv/bin/python': '' });
  expect(detect(dir, wishes).interpreter).toBe(join(dir, '.venv/bin/python'));
});

test('a program that has the FastCGI library in it is a FastCGI program; --form decides otherwise', () => {
  const dir = make({ responder: '#!/usr/bin/perl\nuse FCGI;\n' });
  expect(detect(join(dir, 'responder'), wishes).form).toBe('fastcgi-script');
  expect(detect(join(dir, 'responder'), { ...wishes, form: 'cgi-script' }).form).toBe('cgi-script');
});

test('an installed module needs no path, and what is nothing is refused with what was looked for', () => {
  expect(detect('httpbin:app', wishes)).toMatchObject({
    form: 'wsgi-callable',
    source: null,
    entry: 'httpbin:app',
  });
  expect(() => detect(make({ 'readme.txt': '' }), wishes)).toThrow('no application was found');
  expect(() => detect('nowhere', wishes)).toThrow('there is nothing at this path');
});

test('what is written can be read again, whatever was found', () => {
  for (const files of [
    { 'app.py': 'app = 1' },
    { 'index.js': '' },
    { 'a.cgi': '#!/bin/sh\n' },
    { 'index.php': '' },
  ]) {
    const found = detect(make(files), wishes);
    const requests = [{ method: 'GET' as const, path: '/?a="b"', headers: { accept: '*/*' }, body: null }];
    const text = labappText({
      name: 'mine',
      source: found.source,
      nodeModules: null,
      found,
      requests,
      path: 'x',
    });
    const app = parseLabapp(text, 'labapp.yaml');
    expect(app).toMatchObject({ form: found.form, entry: found.entry, script: found.script, env: found.env });
    expect(app.requests).toMatchObject([{ path: '/?a="b"', load: true }]);
    expect(app.masks.length).toBeGreaterThan(0);
  }
});
