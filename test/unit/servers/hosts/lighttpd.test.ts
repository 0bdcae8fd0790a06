import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../core/errors.ts';
import host from '../../../../servers/hosts/lighttpd.ts';
import { aSite, fileOf, NO_TOOLS } from '../../../helpers/a-site.ts';

const program = (modules: readonly string[] = [], dir = '/run/lab-1') =>
  host.program({
    fragment: { modules, config: '', files: [], hostVariant: null, basePath: '' },
    site: aSite({ dir }),
  });

describe('the lighttpd host', () => {
  it('runs in the foreground on loopback, with its uploads and log in the site', () => {
    const spec = program();
    expect(spec.argv).toEqual(['/usr/bin/lighttpd', '-D', '-f', '/run/lab-1/lighttpd.conf']);
    const config = fileOf(spec, 'lighttpd.conf');
    expect(config).toContain('server.bind = "127.0.0.1"\nserver.port = 40001\n');
    expect(config).toContain('server.upload-dirs = ( "/run/lab-1" )');
    expect(config).not.toContain('server.username');
  });

  it('lists the modules of the connector', () => {
    expect(fileOf(program(), 'lighttpd.conf')).toContain('server.modules = (  )');
    expect(fileOf(program(['mod_setenv', 'mod_cgi']), 'lighttpd.conf')).toContain(
      'server.modules = ( "mod_setenv", "mod_cgi" )',
    );
  });

  it('counts a body limit in KiB, rounded up', () => {
    const limits = { requestTimeoutMs: 1_500, bodyBytes: 1_025 };
    const spec = host.program({
      fragment: { modules: [], config: '', files: [], hostVariant: null, basePath: '' },
      site: aSite({ limits }),
    });
    expect(fileOf(spec, 'lighttpd.conf')).toContain('server.max-request-size = 2\n');
    expect(fileOf(spec, 'lighttpd.conf')).toContain('server.max-read-idle = 2\n');
  });

  it.each(['/tmp/a"b', '/tmp/a\nserver.username = "root"', '/tmp/a\\b'])('refuses the folder %j', (dir) => {
    expect(() => program([], dir)).toThrow(LabError);
  });

  it('says what to install where there is none', () => {
    expect(host.probe(NO_TOOLS)).toMatchObject({
      available: false,
      remedy: expect.stringContaining('lighttpd'),
    });
  });
});
