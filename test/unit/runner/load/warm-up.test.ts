import { describe, expect, it } from 'vitest';
import { countProcesses } from '../../../../runner/load/count-processes.ts';
import { expectedWorkers } from '../../../../runner/load/expected-workers.ts';
import { warmUp } from '../../../../runner/load/warm-up.ts';
import type { Stack } from '../../../../runner/stack.ts';
import type { Request } from '../../../../scenarios/define.ts';
import { response, scriptedServer } from './scripted-server.ts';

const HELLO_REQUEST: Request = { method: 'GET', path: '/hello', headers: {}, body: null };

/** A stack as far as the warm-up looks at one. */
function stackOf(x: {
  model: Stack['record']['model'];
  contract?: Stack['record']['contract'];
  workers?: number | null;
}): Stack {
  const workers = x.workers;
  const stack = {
    record: { model: x.model, contract: x.contract ?? 'full', backend: 'pool', backendVariant: null },
    backend: workers === undefined ? {} : { workers: () => workers },
    connector: {},
  };
  return stack as unknown as Stack;
}

/** Answers /who as a pool of workers in turn, and holds it as long as it is asked to. */
function poolServer(workers: number, seen: string[] = []) {
  let turn = 0;
  return scriptedServer(({ socket, head }) => {
    const path = head.split(' ')[1] ?? '';
    seen.push(path);
    if (!path.startsWith('/who')) {
      socket.write(response());
      return;
    }
    const body = JSON.stringify({ pid: 100 + (turn++ % workers), start: '7', requests: 1 });
    const holdMs = Number(/ms=(\d+)/.exec(path)?.[1] ?? 0);
    setTimeout(() => socket.write(response(body)), Math.min(holdMs, 20));
  });
}

const options = { capacity: { processes: 2, threads: 2 }, deadlineMs: 3_000, requests: [HELLO_REQUEST] };
const never = (): AbortSignal => new AbortController().signal;

describe('warming up', () => {
  it('goes on until every expected worker has answered, then sends the workloads’ own requests', async () => {
    const paths: string[] = [];
    await using server = await poolServer(6, paths);
    const stack = stackOf({ model: 'pool', workers: 6 });
    const warm = await warmUp({ ...options, stack, endpoint: server.endpoint, signal: never() });
    expect(warm).toMatchObject({ workersSeen: 6, workersExpected: 6, findings: [] });
    expect(warm.warmMs).toBeGreaterThan(0);
    expect(paths.filter((path) => path.startsWith('/who'))).toHaveLength(8);
    expect(paths.lastIndexOf('/hello')).toBe(paths.length - 1);
  });

  it('reports workers that did not answer within the deadline', async () => {
    await using server = await poolServer(3);
    const stack = stackOf({ model: 'pool', workers: 5 });
    const warm = await warmUp({
      ...options,
      stack,
      endpoint: server.endpoint,
      signal: never(),
      deadlineMs: 400,
    });
    expect(warm).toMatchObject({ warmMs: null, workersSeen: 3, workersExpected: 5 });
    expect(warm.findings.map((each) => each.code)).toEqual(['worker-not-warmed']);
    expect(warm.findings[0]?.evidence).toContain('3 of 5 workers');
  });

  it('stops when two rounds show no new worker where their number is unknown', async () => {
    const paths: string[] = [];
    await using server = await poolServer(3, paths);
    const stack = stackOf({ model: 'daemon' });
    const warm = await warmUp({ ...options, stack, endpoint: server.endpoint, signal: never() });
    expect(warm).toMatchObject({ workersSeen: 3, workersExpected: null, findings: [] });
    expect(paths.filter((path) => path.startsWith('/who'))).toHaveLength(12);
  });

  it('leaves the cold state of CGI with two requests a workload and expects no workers', async () => {
    const paths: string[] = [];
    await using server = await poolServer(1, paths);
    const requests = [HELLO_REQUEST, { ...HELLO_REQUEST, path: '/json' }];
    const stack = stackOf({ model: 'cgi' });
    const warm = await warmUp({ ...options, requests, stack, endpoint: server.endpoint, signal: never() });
    expect(warm).toEqual({ warmMs: null, workersSeen: 0, workersExpected: null, findings: [] });
    expect(paths).toEqual(['/hello', '/hello', '/json', '/json']);
  });

  it('asks a stack without /who for its own route only', async () => {
    const paths: string[] = [];
    await using server = await poolServer(1, paths);
    const stack = stackOf({ model: 'static', contract: 'hello' });
    await warmUp({ ...options, stack, endpoint: server.endpoint, signal: never() });
    expect(new Set(paths)).toEqual(new Set(['/hello']));
  });

  it('ends at once when aborted', async () => {
    await using server = await scriptedServer(() => {});
    const signal = AbortSignal.timeout(100);
    const stack = stackOf({ model: 'pool', workers: 2 });
    const begunMs = performance.now();
    const warming = warmUp({ ...options, stack, endpoint: server.endpoint, signal });
    await expect(warming).rejects.toThrow('aborted due to timeout');
    expect(performance.now() - begunMs).toBeLessThan(1_500);
  });
});

describe('expected workers', () => {
  it('are the backend’s where there is one, else the connector’s', () => {
    const capacity = { processes: 2, threads: 8 };
    const record = { connectorVariant: 'prefork', backendVariant: 'fork' };
    const connector = { workers: () => 16 };
    const backend = { workers: () => 3 };
    const of = (part: object) => expectedWorkers(part as unknown as Stack, capacity);
    expect(of({ record, connector, backend })).toBe(3);
    expect(of({ record, connector, backend: null })).toBe(16);
    expect(of({ record, connector, backend: {} })).toBeNull();
    expect(of({ record, connector: {}, backend: null })).toBeNull();
  });
});

describe('counting processes', () => {
  it('counts distinct processes over one connection', async () => {
    await using server = await poolServer(3);
    const counted = await countProcesses({ endpoint: server.endpoint, requests: 10, signal: never() });
    expect(counted).toEqual({ requests: 10, distinct: 3 });
    expect(server.accepted()).toBe(1);
  });

  it('refuses answers that are not of /who', async () => {
    await using server = await scriptedServer(({ socket }) => socket.write(response('{"pid":0}')));
    const counting = countProcesses({ endpoint: server.endpoint, requests: 2, signal: never() });
    await expect(counting).rejects.toMatchObject({ code: 'E_CONTRACT' });
  });
});
