import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nowUs } from '../../../../runner/explain/clock.ts';
import { openRelay } from '../../../../runner/explain/relay.ts';
import { relayedSince } from '../../../../runner/explain/relayed.ts';
import type { Listen } from '../../../../servers/define.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lab-relay-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** A backend that answers in capitals, and ends when its client does. */
async function shouter(target: Listen): Promise<AsyncDisposable & { readonly listen: Listen }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('data', (bytes) => socket.write(bytes.toString().toUpperCase()));
    socket.on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => {
    if (target.kind === 'unix') server.listen(target.path, resolve);
    else server.listen(0, '127.0.0.1', resolve);
  });
  const bound = server.address();
  const listen =
    typeof bound === 'object' && bound !== null
      ? ({ ...target, kind: 'tcp', address: '127.0.0.1', port: bound.port } as const)
      : target;
  return {
    listen,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const connect = (listen: Listen): Socket =>
  createConnection({
    allowHalfOpen: true,
    ...(listen.kind === 'unix' ? { path: listen.path } : { host: listen.address, port: listen.port }),
  });

const all = async (socket: Socket): Promise<string> => {
  let text = '';
  for await (const bytes of socket) text += String(bytes);
  return text;
};

test.each([
  { kind: 'unix', path: '' },
  { kind: 'tcp', address: '127.0.0.1', port: 0 },
] as const)(
  'every byte goes through and is remembered, and an end stays half an end: $kind',
  async (target) => {
    const at: Listen = target.kind === 'unix' ? { kind: 'unix', path: join(dir, 'up.sock') } : target;
    await using backend = await shouter(at);
    await using relay = await openRelay(backend.listen, { dir, user: null });
    expect(relay.listen).not.toEqual(backend.listen);
    if (relay.listen.kind === 'unix') expect(statSync(relay.listen.path).mode & 0o777).toBe(0o600);

    const since = nowUs();
    const socket = connect(relay.listen);
    socket.end('hello');
    expect(await all(socket)).toBe('HELLO');
    const relayed = relayedSince(relay, since);
    expect(relayed).toMatchObject({ isKept: false, there: Buffer.from('hello'), back: Buffer.from('HELLO') });
    expect(relayed?.answerUs).toBeGreaterThanOrEqual(relayed?.requestUs ?? Number.POSITIVE_INFINITY);
  },
);

test('a later request on a kept connection is told apart from the earlier one', async () => {
  await using backend = await shouter({ kind: 'unix', path: join(dir, 'up.sock') });
  await using relay = await openRelay(backend.listen, { dir, user: null });
  const socket = connect(relay.listen);
  const answer = () => new Promise((resolve) => socket.once('data', resolve));
  socket.write('first');
  await answer();
  const since = nowUs();
  expect(relayedSince(relay, since)).toBeNull();
  socket.write('second');
  await answer();
  expect(relayedSince(relay, since)).toMatchObject({
    isKept: true,
    there: Buffer.from('second'),
    back: Buffer.from('SECOND'),
  });
  socket.destroy();
});

test('a backend that is not there closes the connection, and disposing ends what is open', async () => {
  const relay = await openRelay({ kind: 'unix', path: join(dir, 'nobody.sock') }, { dir, user: null });
  const socket = connect(relay.listen);
  socket.on('error', () => undefined);
  socket.resume();
  await new Promise((resolve) => socket.once('end', resolve));
  socket.destroy();
  await relay[Symbol.asyncDispose]();
  const refused = connect(relay.listen);
  await expect(new Promise((_, reject) => refused.once('error', reject))).rejects.toThrow(
    /ENOENT|ECONNREFUSED/,
  );
});
