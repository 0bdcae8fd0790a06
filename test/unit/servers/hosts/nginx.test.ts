import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../core/errors.ts';
import host from '../../../../servers/hosts/nginx.ts';
import { aSite, fileOf, NO_TOOLS } from '../../../helpers/a-site.ts';

const FRAGMENT = { modules: [], config: 'server { }', files: [], hostVariant: null, basePath: '' };
const program = (dir = '/run/lab-1') => host.program({ fragment: FRAGMENT, site: aSite({ dir }) });

describe('the nginx host', () => {
  it('runs in the foreground and opens no log outside the site', () => {
    const spec = program();
    expect(spec.argv).toEqual([
      '/usr/bin/nginx',
      '-p',
      '/run/lab-1',
      '-e',
      '/run/lab-1/nginx-error.log',
      '-c',
      '/run/lab-1/nginx.conf',
    ]);
    expect(spec.check?.slice(-2)).toEqual(['-t', '-q']);
    expect(fileOf(spec, 'nginx.conf')).toMatch(/^daemon off;$/m);
  });

  it('keeps every temporary folder in the site and names no user', () => {
    const config = fileOf(program(), 'nginx.conf');
    for (const kind of ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) {
      expect(config).toMatch(new RegExp(`${kind}_temp_path "/run/lab-1/nginx-`));
    }
    expect(config).toContain('pid "/run/lab-1/nginx.pid";');
    expect(config).not.toMatch(/^\s*user /m);
  });

  it('keeps connections beyond its default count, logs no access and takes bodies up to the limit', () => {
    const config = fileOf(program(), 'nginx.conf');
    expect(config).toMatch(/keepalive_requests 1000000000;/);
    expect(config).toMatch(/access_log off;/);
    expect(config).toMatch(/client_max_body_size 1048576;/);
    expect(config).toMatch(/client_body_timeout 60;/);
  });

  it.each(['/tmp/a;b', '/tmp/a{b', '/tmp/a\nuser root;', '/tmp/$x', '/tmp/a#b'])(
    'refuses the folder %j',
    (dir) => {
      expect(() => program(dir)).toThrow(LabError);
    },
  );

  it('says what to install where there is none', () => {
    expect(host.probe(NO_TOOLS)).toMatchObject({
      available: false,
      remedy: expect.stringContaining('nginx'),
    });
  });
});
