import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../../../core/paths.ts';
import fcgiwrap from '../../../../servers/backends/fcgiwrap.ts';
import spawnFcgi from '../../../../servers/backends/spawn-fcgi.ts';
import { aScriptApp, aSite, NO_TOOLS, TCP, UNIX } from '../../../helpers/a-site.ts';

const SCRIPT = aScriptApp('/run/lab-1/app/bin/dispatch.fcgi', { env: { APP: '1' } });
const x = (listen = UNIX) =>
  ({ app: SCRIPT, upstream: 'fastcgi', listen, variant: null, site: aSite() }) as const;

describe('fcgiwrap', () => {
  it('forks for each request, with as many waiting as there are slots', () => {
    expect(fcgiwrap.forksPerRequest).toBe(true);
    const spec = fcgiwrap.program(x());
    expect(spec.argv).toEqual(['/usr/bin/fcgiwrap', '-c', '16', '-s', 'unix:/run/lab-1/b.sock']);
    expect(fcgiwrap.program(x(TCP)).argv.at(-1)).toBe('tcp:127.0.0.1:40002');
    expect(spec.env).toEqual({ PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', APP: '1' });
  });

  it('is stopped with its workers, to whom it does not pass a signal on', () => {
    expect(fcgiwrap.program(x()).stop.toGroup).toBe(true);
  });

  it('says what to install', () => {
    expect(fcgiwrap.probe(NO_TOOLS)).toMatchObject({
      available: false,
      remedy: expect.stringContaining('fcgiwrap'),
    });
  });
});

describe('spawn-fcgi', () => {
  it('opens the socket and runs the program as many times as there are processes', () => {
    const spec = spawnFcgi.program(x());
    expect(spec.argv).toEqual([
      '/usr/bin/spawn-fcgi',
      '-n',
      '-b',
      '511',
      '-s',
      '/run/lab-1/b.sock',
      '--',
      '/bin/sh',
      '/run/lab-1/fcgi_copies.sh',
      '2',
      '/run/lab-1/app/bin/dispatch.fcgi',
    ]);
    expect(spawnFcgi.program(x(TCP)).argv).toEqual(
      expect.arrayContaining(['-a', '127.0.0.1', '-p', '40002']),
    );
    expect(spec.stop.toGroup).toBe(true);
  });

  it('says what to install', () => {
    expect(spawnFcgi.probe(NO_TOOLS)).toMatchObject({
      available: false,
      remedy: expect.stringContaining('spawn-fcgi'),
    });
  });
});

describe('fcgi_copies.sh', () => {
  it('gives every copy the same descriptor 0', () => {
    const dir = mkdtempSync(join(tmpdir(), 'lab-copies-'));
    try {
      // A file instead of a socket: each copy says what its descriptor 0 is.
      const input = join(dir, 'input');
      writeFileSync(input, '');
      const program = ['/bin/sh', '-c', 'readlink /proc/$$/fd/0'];
      const copies = join(PROJECT_ROOT, 'servers', 'entries', 'fcgi_copies.sh');
      const fd = openSync(input, 'r');
      const run = spawnSync('/bin/sh', [copies, '3', ...program], {
        stdio: [fd, 'pipe', 'pipe'],
        encoding: 'utf8',
      });
      closeSync(fd);
      expect(run.stdout.trim().split('\n')).toEqual([input, input, input]);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
