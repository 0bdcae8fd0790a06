import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { holdRequest } from '../../../../runner/load/hold-request.ts';
import type { StackGroups } from '../../../../runner/process/group.ts';
import { response, scriptedServer } from './scripted-server.ts';

/** Groups whose host holds the given processes. */
function groupsOf(pids: () => number[]): StackGroups {
  const group = (role: string) => ({ pids: async () => (role === 'host' ? pids() : []) });
  return { group } as unknown as StackGroups;
}

it('finds the process that a held request brought to life, and waits for its end', async () => {
  const pids = [process.pid];
  await using server = await scriptedServer(({ socket }) => {
    const child = spawn('sleep', ['0.6']);
    const { pid } = child;
    if (pid === undefined) throw new Error('no sleep');
    pids.push(pid);
    child.on('exit', () => {
      pids.pop();
      socket.write(response(JSON.stringify({ pid, start: '1', requests: 1 })));
    });
  });
  const held = await holdRequest(server.endpoint, 600, {
    groups: groupsOf(() => pids),
    signal: new AbortController().signal,
  });
  expect(held.pid).not.toBeNull();
  expect(held.pid).toBe(pids[1]);
  await held[Symbol.asyncDispose]();
  expect((await held.answered)?.pid).toBe(held.pid);
  expect(pids).toHaveLength(1);
});

it('has no pid where no process came, and does not wait for ever', async () => {
  await using server = await scriptedServer(({ socket }) =>
    setTimeout(() => socket.write(response(JSON.stringify({ pid: 1, start: '1', requests: 1 }))), 150),
  );
  await using held = await holdRequest(server.endpoint, 150, {
    groups: groupsOf(() => [process.pid]),
    signal: new AbortController().signal,
  });
  expect(held.pid).toBeNull();
});
