import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../core/errors.ts';
import files from '../../../../servers/connectors/apache-files.ts';
import modCgi from '../../../../servers/connectors/apache-mod-cgi.ts';
import modCgid from '../../../../servers/connectors/apache-mod-cgid.ts';
import modFastcgi from '../../../../servers/connectors/apache-mod-fastcgi.ts';
import modFcgid from '../../../../servers/connectors/apache-mod-fcgid.ts';
import modFcgidHtaccess from '../../../../servers/connectors/apache-mod-fcgid-htaccess.ts';
import modPython from '../../../../servers/connectors/apache-mod-python.ts';
import modWsgiDaemon from '../../../../servers/connectors/apache-mod-wsgi-daemon.ts';
import modWsgiEmbedded from '../../../../servers/connectors/apache-mod-wsgi-embedded.ts';
import proxyFcgi from '../../../../servers/connectors/apache-proxy-fcgi.ts';
import proxyHttp from '../../../../servers/connectors/apache-proxy-http.ts';
import proxyScgi from '../../../../servers/connectors/apache-proxy-scgi.ts';
import proxyUwsgi from '../../../../servers/connectors/apache-proxy-uwsgi.ts';
import type { Capacity, Connector, Fragment, Listen, PreparedApp, Site } from '../../../../servers/define.ts';
import {
  aScriptApp,
  aSite,
  aWsgiApp,
  fileOf,
  NO_TOOLS,
  someTools,
  TCP,
  UNIX,
} from '../../../helpers/a-site.ts';

const loads = (
  connector: Connector,
  app: PreparedApp,
  variant: string | null = null,
  site: Partial<Site> = {},
) => connector.fragment({ app, upstream: null, backend: null, variant, site: aSite(site) });

const proxies = (connector: Connector, backend: string, upstream: Listen = UNIX): Fragment =>
  connector.fragment({ app: aWsgiApp(), upstream, backend, variant: null, site: aSite() });

const SCRIPT = aScriptApp('/run/lab-1/app/bin/app.py');

describe('Apache: files', () => {
  it('states the type that the contract wants', () => {
    const fragment = loads(files, aScriptApp('/run/lab-1/app', { form: 'files' }));
    expect(fragment.config).toContain('DocumentRoot "/run/lab-1/app"');
    expect(fragment.config).toContain('ForceType "text/plain; charset=utf-8"');
    expect(fragment.modules).toEqual([]);
  });
});

describe.each([
  ['mod_cgi', modCgi, 'prefork'],
  ['mod_cgid', modCgid, 'event'],
] as const)('Apache: %s through .htaccess', (_, connector, mpm) => {
  it('allows overrides in the server and executes by .htaccess alone', () => {
    const fragment = loads(connector, SCRIPT);
    expect(fragment.config).toContain(
      '<Directory "/run/lab-1/app/bin">\n  AllowOverride Options FileInfo\n</Directory>',
    );
    expect(fragment.config).not.toMatch(/ExecCGI|cgi-script/);
    expect(fragment.files).toEqual([
      {
        path: '/run/lab-1/app/bin/.htaccess',
        content: 'Options +ExecCGI\nAddType text/html py\nAddHandler cgi-script .py\n',
      },
    ]);
    expect(fragment.basePath).toBe('/app.py');
    expect(fragment.hostVariant).toBe(mpm);
  });

  it('knows programs by other suffixes, or none', () => {
    const htaccess = (file: string) => fileOf(loads(connector, aScriptApp(file)), '.htaccess');
    expect(htaccess('/run/lab-1/app/bin/hello.cgi')).toContain('AddHandler cgi-script .cgi\n');
    expect(htaccess('/run/lab-1/app/bin/hello')).toContain(
      '<Files "hello">\n  SetHandler cgi-script\n</Files>\n',
    );
  });

  it('gives the app its environment, escaped', () => {
    const app = { ...SCRIPT, env: { DJANGO_SETTINGS_MODULE: 'site.settings' } };
    expect(loads(connector, app).config).toContain('SetEnv DJANGO_SETTINGS_MODULE "site.settings"');
    expect(() => loads(connector, { ...SCRIPT, env: { A: 'x" \nUser root' } })).toThrow(LabError);
    expect(() => loads(connector, { ...SCRIPT, env: { 'A B': 'x' } })).toThrow(LabError);
  });

  it('refuses a script whose name could be a directive', () => {
    for (const name of ['a"b', 'a\nSetHandler none', 'a>b', 'a%{x}']) {
      expect(() => loads(connector, aScriptApp(`/run/lab-1/app/bin/${name}`))).toThrow(LabError);
    }
  });
});

describe('Apache: mod_wsgi', () => {
  it('embedded: imports the app in the main interpreter before the first request', () => {
    const fragment = loads(modWsgiEmbedded, aWsgiApp({ env: { APP: '1' } }), 'event');
    expect(fragment.config).toBe(`WSGIPythonHome "/lab/venv"
WSGIApplicationGroup %{GLOBAL}
WSGIImportScript "/run/lab-1/app.wsgi" process-group=%{GLOBAL} application-group=%{GLOBAL}
WSGIScriptAlias / "/run/lab-1/app.wsgi"`);
    expect(fragment.embeds).toBe(true);
    expect(fragment.hostVariant).toBe('event');
    expect(fragment.env).toMatchObject({ APP: '1', PATH: '/usr/bin:/bin' });
  });

  it('embedded: runs under the other worker model as a variant', () => {
    expect(loads(modWsgiEmbedded, aWsgiApp(), 'prefork').hostVariant).toBe('prefork');
  });

  it('writes a script that names the callable `application`', () => {
    const fragment = loads(modWsgiEmbedded, aWsgiApp({ callable: ['mysite.wsgi', 'app'] }));
    expect(fileOf(fragment, 'app.wsgi')).toBe(
      'import sys\nsys.path.insert(0, "/run/lab-1/app")\nfrom mysite.wsgi import app as application\n',
    );
    for (const bad of ['os; import x', 'a-b', 'a\nb', '']) {
      expect(() => loads(modWsgiEmbedded, aWsgiApp({ callable: [bad, 'app'] }))).toThrow(LabError);
      expect(() => loads(modWsgiDaemon, aWsgiApp({ callable: ['app', bad] }))).toThrow(LabError);
    }
  });

  it('names no python-home where apps run on the system’s Python', () => {
    const python = someTools().python;
    if (python === null) throw new Error('there is one');
    const tools = someTools({ python: { ...python, prefix: '/usr', isLabVenv: false } });
    expect(loads(modWsgiEmbedded, aWsgiApp(), 'event', { tools }).config).not.toContain('WSGIPythonHome');
    expect(loads(modWsgiDaemon, aWsgiApp(), null, { tools }).config).not.toContain('python-home');
  });

  const daemon = (capacity: Capacity) => loads(modWsgiDaemon, aWsgiApp(), null, { capacity }).config;

  it('daemon: gets processes and threads of the capacity, and cannot run embedded', () => {
    const config = daemon({ processes: 3, threads: 5 });
    expect(config).toMatch(/^WSGIDaemonProcess lab processes=3 threads=5 python-home="\/lab\/venv" /m);
    expect(config).toMatch(/^WSGIRestrictEmbedded On$/m);
    expect(config).toMatch(/^WSGISocketPrefix "\/run\/lab-1\/wsgi"$/m);
    expect(config).toMatch(
      /^WSGIScriptAlias \/ "\/run\/lab-1\/app.wsgi" process-group=lab application-group=%\{GLOBAL\}$/m,
    );
  });

  it('daemon: does not claim several processes where there is one', () => {
    expect(daemon({ processes: 1, threads: 4 })).toMatch(/^WSGIDaemonProcess lab threads=4 /m);
  });
});

describe('Apache: mod_python', () => {
  it('uses the lab’s handler and packages on the system’s Python, under prefork', () => {
    const fragment = loads(modPython, aWsgiApp());
    expect(fragment.config).toContain(
      `PythonPath "['/run/lab-1', '/run/lab-1/app', '/lab/venv/lib/python3.11/site-packages'] + sys.path"`,
    );
    expect(fragment.config).toMatch(/^PythonOption wsgi.application app:application$/m);
    expect(fragment.config).toMatch(/^PythonImport app main_interpreter$/m);
    expect(fileOf(fragment, 'mod_python_handler.py')).toContain('def handler(req)');
    expect(fragment).toMatchObject({ hostVariant: 'prefork', embeds: true, modules: ['python'] });
  });

  it('refuses a folder that would end the Python list', () => {
    for (const dir of ["/run/a'b", '/run/a]b', '/run/a,b']) {
      expect(() => loads(modPython, aWsgiApp({ dir }))).toThrow(LabError);
    }
  });
});

describe('Apache: mod_fcgid', () => {
  const script = aScriptApp('/run/lab-1/app/bin/dispatch.fcgi', { form: 'fastcgi-script' });

  it('has a process per slot, keeps them, and takes bodies beyond its own default', () => {
    const { config } = loads(modFcgid, script);
    for (const line of [
      'FcgidMaxProcesses 16',
      'FcgidMinProcessesPerClass 16',
      'FcgidIdleTimeout 0',
      'FcgidMaxRequestLen 1048576',
      'FcgidOutputBufferSize 0',
      'FcgidIPCDir "/run/lab-1/fcgid"',
      'FcgidProcessTableFile "/run/lab-1/fcgid_shm"',
      'FcgidInitialEnv PATH "/usr/bin:/bin"',
      'ScriptAlias / "/run/lab-1/app/bin/dispatch.fcgi/"',
    ]) {
      expect(config).toContain(line);
    }
  });

  it('on shared hosting does the rest in .htaccess', () => {
    const fragment = loads(modFcgidHtaccess, script);
    expect(fragment.config).not.toMatch(/fcgid-script|ExecCGI|Rewrite|ScriptAlias/);
    expect(fileOf(fragment, '.htaccess')).toBe(`Options +ExecCGI
AddHandler fcgid-script .fcgi
RewriteEngine On
RewriteCond %{REQUEST_FILENAME} !-f
RewriteRule ^(.*)$ dispatch.fcgi/$1 [QSA,L]
`);
    expect(fragment.basePath).toBe('');
  });

  it('on shared hosting refuses a script whose name a rewrite rule would read otherwise', () => {
    for (const name of ['a b.fcgi', 'a$1.fcgi', '%{x}.fcgi', 'a[.fcgi']) {
      expect(() => loads(modFcgidHtaccess, { ...script, file: `/run/lab-1/app/bin/${name}` })).toThrow(
        LabError,
      );
    }
  });
});

describe('Apache: proxies', () => {
  it.each([
    [
      proxyFcgi,
      'flup',
      'ProxyPass "/" "unix:/run/lab-1/b.sock|fcgi://localhost/" ',
      'fcgi://127.0.0.1:40002/',
    ],
    [
      proxyScgi,
      'flup',
      'ProxyPass "/" "unix:/run/lab-1/b.sock|scgi://localhost/" ',
      'scgi://127.0.0.1:40002/',
    ],
    [
      proxyUwsgi,
      'uwsgi',
      'ProxyPass "/" "unix:/run/lab-1/b.sock|uwsgi://localhost/" ',
      'uwsgi://127.0.0.1:40002/',
    ],
    [
      proxyHttp,
      'gunicorn',
      'ProxyPass "/" "unix:/run/lab-1/b.sock|http://localhost/" ',
      'http://127.0.0.1:40002/',
    ],
  ])('reach the backend by unix socket and by TCP (%#)', (connector, backend, unix, tcp) => {
    expect(proxies(connector, backend).config).toContain(unix);
    expect(proxies(connector, backend, TCP).config).toContain(`ProxyPass "/" "${tcp}" `);
  });

  it('refuse a socket that could be another address', () => {
    for (const path of ['/run/a|http://x/', '/run/a b', '/run/a"b', `/${'a'.repeat(107)}`]) {
      expect(() => proxies(proxyHttp, 'gunicorn', { kind: 'unix', path })).toThrow(LabError);
    }
    expect(() => proxies(proxyHttp, 'gunicorn', { kind: 'tcp', address: '10.0.0.1', port: 8000 })).toThrow(
      LabError,
    );
  });

  it('give the app its PATH_INFO, which takes one spelling only', () => {
    expect(proxies(proxyFcgi, 'flup').config).toContain('SetEnvIf Request_URI . proxy-fcgi-pathinfo=1\n');
    expect(proxies(proxyScgi, 'flup').config).toContain('SetEnvIf Request_URI . proxy-scgi-pathinfo=1\n');
  });

  it('keep connections to a backend that can, and say so where they do not', () => {
    const kept = proxies(proxyFcgi, 'node-fastcgi');
    expect(kept.config).toContain('enablereuse=on');
    expect(kept.unequal).toEqual([]);
    const closed = proxies(proxyFcgi, 'flup');
    expect(closed.config).toContain('disablereuse=on');
    expect(closed.unequal?.join()).toContain('a new connection to the backend for each request');
    expect(proxies(proxyHttp, 'gunicorn').config).toContain('enablereuse=on');
    expect(proxies(proxyHttp, 'uwsgi').config).toContain('disablereuse=on');
  });

  it('do not pass on a client’s Proxy header (CVE-2016-5385)', () => {
    expect(proxies(proxyHttp, 'gunicorn').config).toMatch(/^RequestHeader unset Proxy early$/m);
  });

  it('leave fcgiwrap to servers that cannot run CGI', () => {
    const asked = (backend: string) =>
      proxyFcgi.excludes?.({
        app: {
          title: '',
          interface: null,
          form: 'cgi-script',
          contract: 'hello',
          language: 'c',
          sources: [],
          entry: 'x',
          probe: () => ({ available: true, version: null }),
        },
        appName: 'floor-c',
        variant: null,
        backend,
        backendVariant: null,
      });
    expect(asked('fcgiwrap')).toMatch(/runs CGI programs itself/);
    expect(asked('flup')).toBeNull();
  });
});

describe('Apache: mod_fastcgi', () => {
  it('speaks to an external server by a name that needs no file', () => {
    const { config, modules, hostVariant } = proxies(modFastcgi, 'flup', TCP);
    expect(config).toContain('FastCgiExternalServer "/run/lab-1/app.fcgi" -host 127.0.0.1:40002 ');
    expect(config).toContain('ScriptAlias / "/run/lab-1/app.fcgi/"');
    expect(modules).toContain('fastcgi');
    expect(hostVariant).toBe('prefork');
    expect(proxies(modFastcgi, 'flup').config).toContain('-socket "/run/lab-1/b.sock"');
  });

  it('where the module is missing names its successors and how to get it', () => {
    const probed = modFastcgi.probe(NO_TOOLS);
    expect(probed).toMatchObject({
      available: false,
      reason: expect.stringMatching(/mod_fcgid.*mod_proxy_fcgi/),
    });
    expect(probed).toHaveProperty('remedy', expect.stringContaining('LAB_APACHE_MODULES'));
    expect(modFastcgi.probe(someTools()).available).toBe(true);
  });
});

describe('Apache: modules that are missing', () => {
  it.each([
    [modWsgiEmbedded, 'libapache2-mod-wsgi-py3'],
    [modWsgiDaemon, 'libapache2-mod-wsgi-py3'],
    [modPython, 'libapache2-mod-python'],
    [modFcgid, 'libapache2-mod-fcgid'],
    [modFcgidHtaccess, 'libapache2-mod-fcgid'],
    [modCgid, 'apache2-bin'],
    [proxyFcgi, 'apache2-bin'],
  ])('name the package to install (%#)', (connector, name) => {
    expect(connector.probe(NO_TOOLS)).toMatchObject({
      available: false,
      remedy: expect.stringContaining(name),
    });
    expect(connector.probe(someTools()).available).toBe(true);
  });
});
