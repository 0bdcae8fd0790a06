import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../core/errors.ts';
import fastcgi from '../../../../servers/connectors/nginx-fastcgi.ts';
import files from '../../../../servers/connectors/nginx-files.ts';
import proxy from '../../../../servers/connectors/nginx-proxy.ts';
import scgi from '../../../../servers/connectors/nginx-scgi.ts';
import uwsgi from '../../../../servers/connectors/nginx-uwsgi.ts';
import type { App, Connector, Listen, PreparedApp } from '../../../../servers/define.ts';
import { aScriptApp, aSite, aWsgiApp, TCP, UNIX } from '../../../helpers/a-site.ts';

const fragment = (
  connector: Connector,
  backend: string | null,
  upstream: Listen | null = UNIX,
  variant: string | null = null,
  app: PreparedApp = aWsgiApp(),
) => connector.fragment({ app, upstream, backend, variant, site: aSite() });

describe('nginx: files', () => {
  it('states the type that the contract wants', () => {
    const { config } = fragment(files, null, null, null, aScriptApp('/run/lab-1/app', { form: 'files' }));
    expect(config).toContain('root "/run/lab-1/app";');
    expect(config).toContain('default_type text/plain;\n  charset utf-8;');
    expect(config).toContain('listen 127.0.0.1:40001 ');
  });
});

describe.each([
  ['fastcgi', fastcgi, 'flup'],
  ['scgi', scgi, 'flup'],
  ['uwsgi', uwsgi, 'uwsgi'],
] as const)('nginx: %s_pass', (word, connector, backend) => {
  const { config } = fragment(connector, backend);

  it('reaches the backend by unix socket and by TCP', () => {
    expect(config).toContain('server unix:/run/lab-1/b.sock max_fails=0;');
    expect(config).toContain(`${word}_pass app;`);
    expect(fragment(connector, backend, TCP).config).toContain('server 127.0.0.1:40002 max_fails=0;');
  });

  it('mounts the app at the root: SCRIPT_NAME is there, and empty', () => {
    expect(config).toContain(`${word}_param SCRIPT_NAME "";`);
    expect(config).toContain(`${word}_param PATH_INFO $uri;`);
  });

  it('does not pass on a client’s Proxy header (CVE-2016-5385)', () => {
    expect(config).toContain(`${word}_param HTTP_PROXY "" if_not_empty;`);
  });

  it('passes answers on as they come', () => {
    expect(config).toContain(`${word}_buffering off;`);
    expect(config).toContain(`${word}_read_timeout 60;`);
  });

  it('refuses a socket that could be a directive', () => {
    for (const path of ['/run/a;b', '/run/a b', '/run/$x', '/run/a:b', `/${'a'.repeat(107)}`]) {
      expect(() => fragment(connector, backend, { kind: 'unix', path })).toThrow(LabError);
    }
  });
});

describe('nginx: fastcgi_pass', () => {
  it('keeps connections to a backend that can', () => {
    const kept = fragment(fastcgi, 'node-fastcgi');
    expect(kept.config).toContain('fastcgi_keep_conn on;');
    expect(kept.config).toContain('keepalive 64;');
    expect(fragment(fastcgi, 'flup').config).not.toMatch(/keep/);
    expect(fragment(fastcgi, 'flup').unequal?.join()).toContain('a new connection');
  });

  it('tells fcgiwrap which program to run, and no other backend', () => {
    const script = aScriptApp('/run/lab-1/app/bin/app.py');
    const { config } = fragment(fastcgi, 'fcgiwrap', UNIX, null, script);
    expect(config).toContain('fastcgi_param SCRIPT_FILENAME "/run/lab-1/app/bin/app.py";');
    expect(fragment(fastcgi, 'spawn-fcgi', UNIX, null, script).config).not.toContain('SCRIPT_FILENAME');
  });
});

describe('nginx: proxy_pass', () => {
  const APP: App = {
    title: '',
    interface: null,
    form: 'wsgi-callable',
    contract: 'full',
    language: 'python',
    sources: [],
    entry: 'app:application',
    probe: () => ({ available: true, version: null }),
  };
  const asked = (backend: string, variant: string) =>
    proxy.excludes?.({ app: APP, appName: 'wsgi-bare', variant, backend, backendVariant: null });

  it('keeps connections, or does not, by its variant', () => {
    const kept = fragment(proxy, 'gunicorn', UNIX, 'keepalive').config;
    expect(kept).toContain('proxy_http_version 1.1;\n    proxy_set_header Connection "";');
    expect(kept).toContain('keepalive 64;');
    const closed = fragment(proxy, 'gunicorn', UNIX, 'close').config;
    expect(closed).toContain('proxy_http_version 1.0;');
    expect(closed).not.toContain('keepalive');
  });

  it('passes the Host on as it came, and no Proxy header (CVE-2016-5385)', () => {
    const { config } = fragment(proxy, 'gunicorn', UNIX, 'keepalive');
    expect(config).toContain('proxy_set_header Host $http_host;');
    expect(config).toContain('proxy_set_header Proxy "";');
  });

  it('does not keep connections to uWSGI, which closes them without saying so', () => {
    expect(asked('uwsgi', 'keepalive')).toMatch(/uWSGI closes/);
    expect(asked('uwsgi', 'close')).toBeNull();
    expect(asked('gunicorn', 'keepalive')).toBeNull();
  });
});
