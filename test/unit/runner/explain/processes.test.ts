import { expect, test } from 'vitest';
import type { StackRecord } from '../../../../results/schema/stack.ts';
import type { SeenProcess } from '../../../../runner/explain/look.ts';
import { listProcesses } from '../../../../runner/explain/processes.ts';
import { explanation } from '../../dashboards/explain/sample.ts';
import { FRONT, seen } from './seen.ts';

const cgi = explanation().stack;
const python = ['/usr/bin/python3', 'app.py'];
const parent = seen({ pid: 10, listens: [FRONT] });
const helper = seen({ pid: 11, parent: 10, listens: ['/site/cgid.sock'] });
const worker = seen({ pid: 12, parent: 10, threads: 34, listens: [FRONT], holdsConnection: true });
const program = seen({ pid: 13, parent: 11, argv: python });

const purposes = (stack: StackRecord, before: SeenProcess[], during: SeenProcess[], after = before) =>
  listProcesses({
    stack,
    looks: { before, during, after },
    front: FRONT,
    answeredPid: null,
    caught: null,
  }).map(({ pid, purpose }) => [pid, purpose]);

test('parent, helper, program and worker of a CGI are told apart, parents before children', () => {
  const rest = [worker, parent, helper];
  expect(purposes(cgi, rest, [...rest, program])).toEqual([
    [10, 'server-parent'],
    [11, 'cgi-helper'],
    [13, 'request-program'],
    [12, 'server-worker'],
  ]);
});

test('a process is made for a request only when it was neither before nor after it', () => {
  const rest = [parent, helper, worker];
  const all = [...rest, program];
  expect(purposes(cgi, rest, all, all)).not.toContainEqual([13, 'request-program']);
  const again = { ...program, startTicks: 'another time' };
  expect(purposes(cgi, [...rest, again], all, rest)).toContainEqual([13, 'request-program']);
});

test('mod_wsgi’s daemons have the server’s own command, and are known by not listening at the front', () => {
  const stack: StackRecord = {
    ...cgi,
    model: 'daemon',
    upstream: 'own',
    adapter: null,
    form: 'wsgi-callable',
  };
  const daemon = seen({ pid: 14, parent: 10, threads: 11, listens: ['/site/wsgi.sock'] });
  expect(purposes(stack, [parent, daemon, worker], [parent, daemon, worker])).toEqual([
    [10, 'server-parent'],
    [12, 'server-worker'],
    [14, 'app-daemon'],
  ]);
});

test('mod_fcgid’s manager and what it starts are told from workers', () => {
  const stack: StackRecord = { ...cgi, model: 'daemon', upstream: 'fastcgi', form: 'fastcgi-script' };
  const manager = seen({ pid: 11, parent: 10, listens: [FRONT] });
  const script = seen({ pid: 15, parent: 11, argv: python });
  const all = [parent, manager, script, worker];
  expect(purposes(stack, all, all)).toEqual([
    [10, 'server-parent'],
    [11, 'fastcgi-manager'],
    [15, 'app-daemon'],
    [12, 'server-worker'],
  ]);
});

test('a server whose only child is a program for a request is one process that does everything', () => {
  const node = seen({ pid: 20, argv: ['/usr/bin/node', 'gateway.js'], listens: [FRONT] });
  const child = seen({ pid: 21, parent: 20, argv: ['/usr/bin/node', 'node-cgi.mjs'] });
  expect(purposes(cgi, [node], [node, child])).toEqual([
    [20, 'server'],
    [21, 'request-program'],
  ]);
});

test('backends are parents with workers, or one process', () => {
  const stack: StackRecord = { ...cgi, model: 'pool', upstream: 'http', backend: 'gunicorn', adapter: null };
  const gunicorn = { role: 'backend', argv: ['python', '-m', 'gunicorn'] } as const;
  const master = seen({ pid: 30, ...gunicorn });
  const child = seen({ pid: 31, parent: 30, ...gunicorn });
  expect(purposes(stack, [master, child], [master, child])).toEqual([
    [30, 'backend-parent'],
    [31, 'backend-worker'],
  ]);
  expect(purposes(stack, [master], [master])).toEqual([[30, 'backend']]);
});

test('a program that was gone before a look is listed below the process that made it', () => {
  const caught = {
    pid: 13,
    parent: 11,
    startTicks: '13',
    argv: ['/site/hello.cgi'],
    env: [],
    cwd: '/',
    standard: ['/dev/null', 'pipe:[2]', 'pipe:[3]'],
    seenUs: 0,
  };
  const rest = [parent, helper, worker];
  const list = listProcesses({
    stack: cgi,
    looks: { before: rest, during: rest, after: rest },
    front: FRONT,
    answeredPid: 13,
    caught,
  });
  expect(list.map(({ pid }) => pid)).toEqual([10, 11, 13, 12]);
  expect(list[2]).toMatchObject({ purpose: 'request-program', answered: true, role: 'host' });
});
