import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../core/errors.ts';
import type { Fragment, Site } from '../../../../servers/define.ts';
import host from '../../../../servers/hosts/apache.ts';
import { aSite, fileOf, NO_TOOLS, someTools } from '../../../helpers/a-site.ts';

const FRAGMENT: Fragment = {
  modules: ['env'],
  config: 'SetEnv MARK "here"',
  files: [{ path: '/run/lab-1/extra', content: 'x' }],
  hostVariant: null,
  basePath: '',
};

const configOf = (fragment: Partial<Fragment> = {}, site: Partial<Site> = {}) =>
  fileOf(host.program({ fragment: { ...FRAGMENT, ...fragment }, site: aSite(site) }), 'apache.conf');

describe('the Apache host', () => {
  it('runs in the foreground, checks its configuration first, and inherits no environment', () => {
    const spec = host.program({ fragment: { ...FRAGMENT, env: { APP: '1' } }, site: aSite() });
    expect(spec.argv).toEqual(['/usr/bin/apache2', '-DFOREGROUND', '-f', '/run/lab-1/apache.conf']);
    expect(spec.check).toEqual(['/usr/bin/apache2', '-t', '-f', '/run/lab-1/apache.conf']);
    expect(spec.env).toEqual({ PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', APP: '1' });
    expect(spec.listens).toEqual({ kind: 'tcp', address: '127.0.0.1', port: 40_001 });
    expect(spec.files.map((file) => file.path)).toContain('/run/lab-1/extra');
  });

  it('keeps everything in the site and names no user: the launcher starts it as one', () => {
    const config = configOf();
    for (const line of [
      'ServerRoot "/run/lab-1"',
      'DefaultRuntimeDir "/run/lab-1"',
      'PidFile "/run/lab-1/apache.pid"',
      'ErrorLog "/run/lab-1/apache-error.log"',
      'TypesConfig /dev/null',
      'Mutex pthread',
    ]) {
      expect(config).toContain(`${line}\n`);
    }
    expect(config).not.toMatch(/^(User|Group|CustomLog) /m);
  });

  it('loads the modules that the stack needs, each once, and no more', () => {
    const config = configOf({ modules: ['env', 'mime', 'env'] });
    const loaded = [...config.matchAll(/^LoadModule (\S+)_module /gm)].map((match) => match[1]);
    expect(loaded).toEqual(['mpm_event', 'unixd', 'log_config', 'authz_core', 'mime', 'env']);
  });

  it('leaves out what is compiled in', () => {
    const compiledIn = ['mod_unixd.so', 'mod_log_config.so'];
    const tools = someTools({
      apacheModule: (file) => (compiledIn.includes(file) ? null : `/modules/${file}`),
    });
    expect(configOf({}, { tools })).not.toMatch(/unixd|log_config/);
  });

  it('keeps connections without a count and takes bodies up to the limit', () => {
    const config = configOf();
    expect(config).toMatch(/^KeepAlive On$/m);
    expect(config).toMatch(/^MaxKeepAliveRequests 0$/m);
    expect(config).toMatch(/^LimitRequestBody 1048576$/m);
    expect(config).toMatch(/^Timeout 60$/m);
  });

  it('has room beyond the slots where it only hands requests on', () => {
    expect(configOf()).toMatch(/^MaxRequestWorkers 64$/m);
    expect(configOf({}, { capacity: { processes: 8, threads: 16 } })).toMatch(/^ThreadsPerChild 136$/m);
    expect(configOf({ hostVariant: 'prefork' })).toMatch(/^MaxRequestWorkers 24$/m);
  });

  it('has the slots as workers where it embeds the app', () => {
    const event = configOf({ embeds: true });
    expect(event).toMatch(/^ServerLimit 2$/m);
    expect(event).toMatch(/^ThreadsPerChild 8$/m);
    expect(event).toMatch(/^MaxRequestWorkers 16$/m);
    const prefork = configOf({ embeds: true, hostVariant: 'prefork' });
    expect(prefork).toMatch(/mod_mpm_prefork/);
    expect(prefork).toMatch(/^StartServers 16$/m);
    expect(prefork).toMatch(/^MaxRequestWorkers 16$/m);
  });

  it('raises the thread limit with the threads', () => {
    const config = configOf({ embeds: true }, { capacity: { processes: 1, threads: 200 } });
    expect(config).toMatch(/^ThreadLimit 200$/m);
  });

  it.each(['/tmp/a;b', '/tmp/a"b', '/tmp/a\nUser root', '/tmp/%{x}', '/tmp/a\0', '/tmp/$HOME'])(
    'refuses the folder %j',
    (dir) => {
      expect(() => configOf({}, { dir })).toThrow(LabError);
    },
  );

  it('refuses to listen anywhere but on loopback', () => {
    expect(() => configOf({}, { front: { address: '0.0.0.0', port: 40_001 } })).toThrow(LabError);
    expect(() => configOf({}, { front: { address: '127.0.0.1', port: 80 } })).toThrow(LabError);
  });

  it('says what to install where there is none', () => {
    expect(host.probe(NO_TOOLS)).toMatchObject({
      available: false,
      remedy: expect.stringContaining('apache2'),
    });
    expect(host.probe(someTools())).toEqual({ available: true, version: '1.0' });
  });
});
