import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../core/errors.ts';
import cgi from '../../../../servers/connectors/lighttpd-cgi.ts';
import fastcgi from '../../../../servers/connectors/lighttpd-fastcgi.ts';
import files from '../../../../servers/connectors/lighttpd-files.ts';
import proxy from '../../../../servers/connectors/lighttpd-proxy.ts';
import scgi from '../../../../servers/connectors/lighttpd-scgi.ts';
import type { Connector, Listen, PreparedApp } from '../../../../servers/define.ts';
import { aScriptApp, aSite, aWsgiApp, NO_TOOLS, TCP, UNIX } from '../../../helpers/a-site.ts';

const fragment = (connector: Connector, app: PreparedApp, upstream: Listen | null = null) =>
  connector.fragment({
    app,
    upstream,
    backend: upstream === null ? null : 'flup',
    variant: null,
    site: aSite(),
  });

describe('lighttpd', () => {
  it('serves files with the type that the contract wants', () => {
    const { config } = fragment(files, aScriptApp('/run/lab-1/app', { form: 'files' }));
    expect(config).toContain('server.document-root := "/run/lab-1/app"');
    expect(config).toContain('mimetype.assign = ( "" => "text/plain; charset=utf-8" )');
  });

  it('executes the one CGI program, with an environment of its own', () => {
    const app = aScriptApp('/run/lab-1/app/bin/app.py', { env: { APP: 'x' } });
    const { config, basePath, modules } = fragment(cgi, app);
    expect(config).toContain('cgi.assign = ( "/app.py" => "" )');
    expect(config).toContain('"PATH" => "/usr/bin:/bin"');
    expect(config).toContain('"APP" => "x"');
    expect(basePath).toBe('/app.py');
    expect(modules).toEqual(['mod_setenv', 'mod_cgi']);
    for (const name of ['a b', 'a"b', 'a)b']) {
      expect(() => fragment(cgi, aScriptApp(`/run/lab-1/app/bin/${name}`))).toThrow(LabError);
    }
  });

  it.each([
    ['fastcgi', fastcgi, 'fastcgi.server = ( "/" => (( '],
    ['scgi', scgi, 'scgi.server = ( "/" => (( '],
    ['proxy', proxy, 'proxy.server = ( "" => (( '],
  ] as const)('hands everything to a backend by %s', (_, connector, start) => {
    expect(fragment(connector, aWsgiApp(), UNIX).config).toContain(
      `${start}"socket" => "/run/lab-1/b.sock",`,
    );
    const { config, unequal } = fragment(connector, aWsgiApp(), TCP);
    expect(config).toContain(`${start}"host" => "127.0.0.1", "port" => 40002,`);
    expect(config).toContain('"disable-time" => 0');
    expect(unequal?.join()).toContain('a new connection to the backend for each request');
    expect(() => fragment(connector, aWsgiApp(), { kind: 'unix', path: '/run/a"b' })).toThrow(LabError);
  });

  it('gives gateway protocols the whole path as PATH_INFO', () => {
    for (const connector of [fastcgi, scgi]) {
      expect(fragment(connector, aWsgiApp(), UNIX).config).toContain('"fix-root-scriptname" => "enable"');
    }
  });

  it('says which module is missing, but not of those that are compiled in', () => {
    expect(cgi.probe(NO_TOOLS)).toMatchObject({
      available: false,
      reason: expect.stringContaining('mod_cgi'),
    });
    expect(fastcgi.probe(NO_TOOLS).available).toBe(true);
  });
});
