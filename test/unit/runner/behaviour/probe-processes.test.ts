import { type ChildProcess, spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import type { Pids } from '../../../../runner/behaviour/app-processes.ts';
import { probeAbort } from '../../../../runner/behaviour/probe-abort.ts';
import { probeKill } from '../../../../runner/behaviour/probe-kill.ts';
import { answer, never, type Script, scriptedServer } from './scripted-server.ts';

/** A process that wakes every few milliseconds, as one does that streams. */
function startWorker(): ChildProcess {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 20)'], { stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

const pidsOf = (children: readonly ChildProcess[]): Pids => ({
  group: (role) => ({
    pids: async () =>
      role === 'backend'
        ? children.flatMap(({ pid, exitCode, signalCode }) =>
            pid === undefined || exitCode !== null || signalCode !== null ? [] : [pid],
          )
        : [],
  }),
});

const hello = answer('200 OK', 'Hello, world!\n');
const capacity = { processes: 1, threads: 1 };

/** Streams while the worker lives; `atEnd` is what is sent, or done, when it is gone. */
function streaming(worker: ChildProcess, atEnd: 'reset' | 'last chunk', isDownAfter = false): Script {
  let isDown = false;
  return (socket, { path }) => {
    if (isDown) return void socket.destroy();
    if (path.startsWith('/who'))
      return void socket.end(answer('200 OK', JSON.stringify({ pid: worker.pid, start: '1', requests: 1 })));
    if (!path.startsWith('/stream')) return void socket.end(hello);
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nchunk 1\n\r\n');
    worker.once('exit', () => {
      isDown = isDownAfter;
      if (atEnd === 'reset') socket.destroy();
      else socket.end('0\r\n\r\n');
    });
  };
}

test.each([
  ['cut', 'reset', false],
  ['clean 200', 'last chunk', false],
  ['cut, down', 'reset', true],
] as const)('a worker killed in the middle of an answer: %s', async (word, atEnd, isDown) => {
  const worker = startWorker();
  await using server = await scriptedServer(streaming(worker, atEnd, isDown));
  const seen = await probeKill({
    endpoint: server.endpoint,
    signal: never,
    record: { model: 'pool' },
    groups: pidsOf([worker]),
    capacity,
  });
  expect(seen).toMatchObject({ word, detail: expect.stringContaining(`pid ${worker.pid} (`) });
  expect(worker.signalCode).toBe('SIGKILL');
});

test('a worker that does not stand out is left alone', async () => {
  const idle = spawn('sleep', ['30'], { stdio: 'ignore' });
  onTestFinished(() => {
    idle.kill('SIGKILL');
  });
  await using server = await scriptedServer(streaming(idle, 'reset'));
  const seen = await probeKill({
    endpoint: server.endpoint,
    signal: never,
    record: { model: 'pool' },
    groups: pidsOf([idle]),
    capacity,
  });
  expect(seen.word).toBe('unseen');
  expect(idle.signalCode).toBeNull();
});

test.each([
  ['runs on', false],
  ['ends', true],
] as const)('the client of a CGI goes away, and its process %s', async (word, isEnded) => {
  const children: ChildProcess[] = [];
  await using server = await scriptedServer((socket, { path }) => {
    if (!path.startsWith('/wait')) return void socket.end(hello);
    const child = startWorker();
    children.push(child);
    if (isEnded) socket.once('close', () => child.kill('SIGKILL'));
  });
  const seen = await probeAbort({
    endpoint: server.endpoint,
    signal: never,
    record: { model: 'cgi' },
    groups: pidsOf(children),
  });
  expect(seen.word).toBe(word);
});

test('a stack that serves nobody else until the abandoned work is done is stuck', async () => {
  const busyUntil = Date.now() + 3_000;
  const serving =
    (isStuck: boolean): Script =>
    (socket, { path }) => {
      if (path.startsWith('/wait')) return;
      setTimeout(() => socket.end(hello), isStuck ? busyUntil - Date.now() : 0);
    };
  for (const [isStuck, word] of [
    [true, 'stuck'],
    [false, 'answers'],
  ] as const) {
    await using server = await scriptedServer(serving(isStuck));
    const { endpoint } = server;
    const seen = await probeAbort({ endpoint, signal: never, record: { model: 'pool' }, groups: pidsOf([]) });
    expect(seen.word).toBe(word);
  }
});
