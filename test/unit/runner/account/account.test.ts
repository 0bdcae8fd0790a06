import { expect, test } from 'vitest';
import { accountSchema, machineSchema } from '../../../../results/schema/observation.ts';
import { beginAccount, measureIdle, waitForQuiet } from '../../../../runner/account/account.ts';
import type { MachineSource } from '../../../../runner/account/machine.ts';
import { fakeGroups } from './fake-groups.ts';

const { signal } = new AbortController();

const machine = (): MachineSource => {
  let [reads, looks] = [0, 0];
  return {
    stat: () => `cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0\nprocesses ${1_000 + 30 * reads++}\n`,
    pressure: () => null,
    monotonicMs: () => 2_000 * looks++,
    wallClockMs: () => 0,
    labCpuUs: () => 0,
  };
};

test('CPU is told by role, and as a whole', async () => {
  const groups = fakeGroups({ host: { cpuUs: [100, 1_100] }, backend: { cpuUs: [1_000, 9_000] } });
  const idle = { cpuUsPerSec: 7, tasksPerSec: 2 };
  const open = await beginAccount({ groups, hasBackend: true, idle, signal, machine: machine() });
  const { account, machine: beside } = await open.finish(0);
  expect(account).toMatchObject({
    source: 'cgroup2',
    wallMs: 2_000,
    host: { cpuUs: 1_000, userUs: 750, systemUs: 250 },
    backend: { cpuUs: 8_000 },
    all: { cpuUs: 9_000, userUs: 6_750 },
    idleCpuUsPerSec: 7,
    tasksCreated: 30,
    idleTasksPerSec: 2,
  });
  expect(accountSchema.parse(account)).toEqual(account);
  expect(machineSchema.parse(beside)).toEqual(beside);
});

test('a stack without a backend has none, rather than one that spent nothing', async () => {
  const groups = fakeGroups({ host: { cpuUs: [0, 50] }, backend: { cpuUs: [0] } });
  const open = await beginAccount({ groups, hasBackend: false, idle: null, signal });
  const { account } = await open.finish(null);
  expect(account.backend).toBeNull();
  expect(account.all).toEqual(account.host);
  expect(account.idleCpuUsPerSec).toBeNull();
});

test('memory and switches of processes that cannot be read are unknown, not 0', async () => {
  const nobody = 2 ** 30;
  const groups = fakeGroups({ host: { cpuUs: [0, 50], pids: [[nobody]] }, backend: { cpuUs: [0] } });
  const open = await beginAccount({ groups, hasBackend: false, idle: null, signal });
  expect((await open.finish(null)).account.host).toMatchObject({
    pssBytes: null,
    processesMax: 1,
    voluntarySwitches: null,
  });
});

test.skipIf(process.platform !== 'linux')('a process that lives has a weight and switches', async () => {
  const groups = fakeGroups({ host: { cpuUs: [0, 50], pids: [[process.pid]] }, backend: { cpuUs: [0] } });
  const open = await beginAccount({ groups, hasBackend: false, idle: null, signal });
  const { host } = (await open.finish(null)).account;
  expect(host.pssBytes).toBeGreaterThan(5_000_000);
  expect(host.processesMax).toBe(1);
});

test('a stack is quiet when its CPU has fallen to idle', async () => {
  const busy = [0, 40_000, 80_000, 120_000];
  const groups = fakeGroups({ host: { cpuUs: busy }, backend: { cpuUs: [0] } });
  const facts = await waitForQuiet(groups, signal, 5_000);
  expect(facts.quiet).toBe(true);
  expect(facts.cpuUsPerSec).toBe(0);
  // Three busy looks, then three quiet ones.
  expect(facts.waitedMs).toBeGreaterThan(250);
});

test('a stack whose processes come and go is not quiet', async () => {
  const pids = Array.from({ length: 100 }, (_, at) => [at + 1]);
  const groups = fakeGroups({ host: { cpuUs: [0], pids }, backend: { cpuUs: [0] } });
  expect(await waitForQuiet(groups, signal, 300)).toMatchObject({ quiet: false });
});

test('a stack that goes on working is given up at the deadline', async () => {
  const cpuUs = Array.from({ length: 100 }, (_, at) => at * 50_000);
  const facts = await waitForQuiet(fakeGroups({ host: { cpuUs }, backend: { cpuUs: [0] } }), signal, 300);
  expect(facts.quiet).toBe(false);
  expect(facts.cpuUsPerSec).toBeGreaterThan(20_000);
});

test('one tick of /proc in a look is quiet, since it tells no less', async () => {
  const groups = fakeGroups({ host: { cpuUs: [0, 10_000] }, backend: { cpuUs: [0] } }, 'proc');
  const facts = await waitForQuiet(groups, signal, 5_000);
  expect(facts.waitedMs).toBeLessThan(1_000);
  expect(facts.quiet).toBe(true);
});

test('what a stack does at idle is a rate', async () => {
  const groups = fakeGroups({ host: { cpuUs: [0, 500] }, backend: { cpuUs: [0, 500] } });
  const idle = await measureIdle(groups, 100, signal, machine());
  expect(idle.cpuUsPerSec).toBeGreaterThan(2_000);
  expect(idle.cpuUsPerSec).toBeLessThan(10_000);
  expect(idle.tasksPerSec).toBeGreaterThan(60);
});
