import { expect, test } from 'vitest';
import { machineBetween } from '../../../../runner/account/account.ts';
import { type MachineSource, readMachine } from '../../../../runner/account/machine.ts';

/** Two processors; the columns are user nice system idle iowait irq softirq steal guest guest_nice, in ticks. */
const source = (over: Partial<MachineSource> & { cpu?: string; processes?: number } = {}): MachineSource => ({
  stat: () =>
    `cpu  ${over.cpu ?? '0 0 0 0 0 0 0 0 0 0'}\ncpu0 1 0 0 0 0 0 0 0 0 0\ncpu1 1 0 0 0 0 0 0 0 0 0\nprocesses ${over.processes ?? 0}\n`,
  pressure: () => 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 total=9\n',
  monotonicMs: () => 0,
  wallClockMs: () => 0,
  labCpuUs: () => 0,
  ...over,
});

/** Two seconds of a machine of two processors: 4 s of processor time. */
const between = (after: Parameters<typeof source>[0], stackUs: number, generatorUs: number | null) =>
  machineBetween(
    readMachine(source()),
    readMachine(source({ monotonicMs: () => 2_000, wallClockMs: () => 2_000, ...after })),
    stackUs,
    generatorUs,
  );

test('steal is a share of all processors', () => {
  expect(between({ cpu: '0 0 0 0 0 0 0 20 0 0' }, 0, 0).stealRatio).toBeCloseTo(0.05);
});

test('other work is what is neither the stack’s, the generator’s nor the lab’s', () => {
  const machine = between(
    { cpu: '200 10 80 0 50 5 5 0 100 0', labCpuUs: () => 100_000 },
    1_500_000,
    1_000_000,
  );
  expect(machine.foreignCpuRatio).toBeCloseTo((3 - 2.6) / 4);
});

test('a stack and a generator that fill the machine are not other work', () => {
  expect(between({ cpu: '400 0 0 0 0 0 0 0 0 0' }, 2_500_000, 1_500_000).foreignCpuRatio).toBeCloseTo(0);
});

test('without the generator’s CPU other work is not known', () => {
  expect(between({ cpu: '400 0 0 0 0 0 0 0 0 0' }, 0, null).foreignCpuRatio).toBeNull();
});

test('pressure is the share of the time in which some task waited', () => {
  const pressure = () => 'some avg10=9.00 avg60=0.00 avg300=0.00 total=500000\nfull avg10=0.00 total=9\n';
  expect(between({ pressure }, 0, 0).cpuPressureRatio).toBeCloseTo(0.25);
});

test('a clock that was set, or slept through, jumps', () => {
  expect(between({ wallClockMs: () => 3_602_000 }, 0, 0).clockJumpMs).toBe(3_600_000);
});

test('a system that tells nothing yields unknowns, never zeros', () => {
  const silent = { stat: () => null, pressure: () => null };
  expect(readMachine(source(silent))).toMatchObject({
    busyUs: null,
    stealUs: null,
    tasksCreated: null,
    cores: null,
  });
  expect(machineBetween(readMachine(source(silent)), readMachine(source(silent)), 0, 0)).toMatchObject({
    stealRatio: null,
    foreignCpuRatio: null,
    cpuPressureRatio: null,
  });
});
