import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../core/errors.ts';
import type { Upstream } from '../../../../core/words.ts';
import cheroot from '../../../../servers/backends/cheroot.ts';
import flup from '../../../../servers/backends/flup.ts';
import gunicorn from '../../../../servers/backends/gunicorn.ts';
import uwsgi from '../../../../servers/backends/uwsgi.ts';
import waitress from '../../../../servers/backends/waitress.ts';
import type { Backend, Listen, PreparedApp, Site } from '../../../../servers/define.ts';
import { aSite, aWsgiApp, fileOf, NO_TOOLS, someTools, TCP, UNIX } from '../../../helpers/a-site.ts';

const start = (
  backend: Backend,
  upstream: Upstream,
  x: { listen?: Listen; variant?: string; app?: PreparedApp; site?: Partial<Site> } = {},
) =>
  backend.program({
    app: x.app ?? aWsgiApp(),
    upstream,
    listen: x.listen ?? UNIX,
    variant: x.variant ?? Object.keys(backend.variants ?? {})[0] ?? null,
    site: aSite(x.site),
  });

/** The value of an option, after it or joined to it by `=`. */
const argumentOf = (argv: readonly string[], option: string): string | undefined =>
  argv.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1) ??
  argv[argv.indexOf(option) + 1];

const ALL: readonly (readonly [string, Backend, Upstream])[] = [
  ['flup', flup, 'fastcgi'],
  ['gunicorn', gunicorn, 'http'],
  ['waitress', waitress, 'http'],
  ['cheroot', cheroot, 'http'],
  ['uwsgi', uwsgi, 'uwsgi'],
];

describe.each(ALL)('%s', (_, backend, upstream) => {
  it('gets an environment from nothing, with what the app needs on top', () => {
    const spec = start(backend, upstream, { app: aWsgiApp({ env: { APP: '1' } }) });
    expect(spec.env).toEqual({
      PATH: '/usr/bin:/bin',
      LANG: 'C.UTF-8',
      HOME: '/run/lab-1',
      TMPDIR: '/run/lab-1',
      PYTHONDONTWRITEBYTECODE: '1',
      APP: '1',
    });
    expect(spec.cwd).toBe('/run/lab-1/app');
    expect(spec.role).toBe('backend');
  });

  it('listens where it is told, by unix socket and by TCP', () => {
    for (const [listen, address] of [
      [UNIX, '/run/lab-1/b.sock'],
      [TCP, '127.0.0.1:40002'],
    ] as const) {
      const spec = start(backend, upstream, { listen });
      expect(spec.argv.join(' ')).toContain(address);
      expect(spec.listens).toEqual(listen);
    }
  });

  it('refuses an address or a callable that could be another argument', () => {
    const long: Listen = { kind: 'unix', path: `/${'a'.repeat(107)}` };
    expect(() => start(backend, upstream, { listen: long })).toThrow(LabError);
    const elsewhere: Listen = { kind: 'tcp', address: '0.0.0.0', port: 8000 };
    expect(() => start(backend, upstream, { listen: elsewhere })).toThrow(LabError);
    expect(() => start(backend, upstream, { app: aWsgiApp({ callable: ['--help', 'x'] }) })).toThrow(
      LabError,
    );
  });

  it('says what to do where it is missing', () => {
    const probed = backend.probe(NO_TOOLS);
    expect(probed.available).toBe(false);
    expect(probed).toHaveProperty('remedy', expect.stringMatching(/lab setup|apt-get install/));
    expect(backend.probe(someTools()).available).toBe(true);
  });
});

describe('the capacity', () => {
  it('is processes × threads of gunicorn gthread, and processes of sync', () => {
    const gthread = start(gunicorn, 'http').argv;
    expect([argumentOf(gthread, '--workers'), argumentOf(gthread, '--threads')]).toEqual(['2', '8']);
    const sync = start(gunicorn, 'http', { variant: 'sync' }).argv;
    expect([argumentOf(sync, '--worker-class'), argumentOf(sync, '--workers')]).toEqual(['sync', '16']);
    expect(sync.join(' ')).not.toContain('--threads');
  });

  it('is threads of flup threaded, and children of flup fork', () => {
    expect(start(flup, 'fastcgi').argv.slice(2)).toEqual([
      'fastcgi',
      'threaded',
      'unix:/run/lab-1/b.sock',
      '16',
      'app:application',
    ]);
    expect(start(flup, 'scgi', { variant: 'fork', listen: TCP }).argv.slice(2)).toEqual([
      'scgi',
      'fork',
      '127.0.0.1:40002',
      '16',
      'app:application',
    ]);
  });

  it('is threads of waitress and cheroot', () => {
    expect(start(waitress, 'http').argv.slice(2, 4)).toEqual(['unix:/run/lab-1/b.sock', '16']);
    expect(start(cheroot, 'http').argv.slice(2, 4)).toEqual(['unix:/run/lab-1/b.sock', '16']);
  });

  it('is processes × threads of uWSGI', () => {
    const { argv } = start(uwsgi, 'uwsgi');
    expect([argumentOf(argv, '--processes'), argumentOf(argv, '--threads')]).toEqual(['2', '8']);
  });
});

describe('limits', () => {
  it('are the lab’s own where a server has smaller ones', () => {
    expect(start(waitress, 'http').argv.at(-2)).toBe('1048576');
    expect(argumentOf(start(gunicorn, 'http').argv, '--timeout')).toBe('60');
    expect(argumentOf(start(uwsgi, 'uwsgi').argv, '--socket-timeout')).toBe('60');
  });
});

describe('uWSGI', () => {
  it.each([
    ['fastcgi', '--fastcgi-socket'],
    ['scgi', '--scgi-socket'],
    ['uwsgi', '--uwsgi-socket'],
    ['http', '--http-socket'],
  ] as const)('speaks %s', (upstream, option) => {
    expect(argumentOf(start(uwsgi, upstream).argv, option)).toBe('/run/lab-1/b.sock');
  });

  it('runs on the lab’s environment, fails without an app, and answers an exception', () => {
    const { argv } = start(uwsgi, 'uwsgi');
    expect(argumentOf(argv, '--home')).toBe('/lab/venv');
    expect(argv).toEqual(expect.arrayContaining(['--need-app', '--catch-exceptions', '--die-on-term']));
  });
});

describe('entry programs', () => {
  it('are copied into the site, where the measured user can read them', () => {
    expect(fileOf(start(flup, 'fastcgi'), '/run/lab-1/flup_server.py')).toContain('from flup.server import');
    expect(fileOf(start(cheroot, 'http'), '/run/lab-1/cheroot_server.py')).toContain(
      'from cheroot import wsgi',
    );
    expect(start(flup, 'fastcgi').argv[1]).toBe('/run/lab-1/flup_server.py');
  });
});
