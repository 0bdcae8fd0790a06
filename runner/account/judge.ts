/** What there is to doubt about one window. Pure: from the facts that were recorded, and nothing else. */
import type { Finding } from '../../results/schema/finding.ts';
import { finding } from '../../results/schema/findings.ts';
import type { Account, MachineRecord, WindowRecord } from '../../results/schema/observation.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import type { Workload } from '../../scenarios/define.ts';
import type { Capacity } from '../../servers/define.ts';
import { findTrend } from './trend.ts';

export interface JudgedWindow {
  readonly stack: StackRecord;
  readonly workload: Workload;
  readonly window: WindowRecord;
  readonly account: Account;
  readonly machine: MachineRecord;
  readonly capacity: Capacity;
  readonly cores: number;
}

/** Limits of the findings; docs/methodology.md says why each exists. */
const ERROR_RATIO = 0.01;
const GENERATOR_CPU_RATIO = 0.85;
const GENERATOR_LAG_P99_US = 5_000;
const BUSY_RATIO = 0.95;
const STEAL_RATIO = 0.02;
const DRAIN_RATIO = 0.1;
const JUMP_MS = 2_000;
/** Of the machine. Pressure alone would accuse the stack and its generator of competing with each other. */
const FOREIGN_CPU_RATIO = 0.1;
/** Even the median then rests on fewer than 10 requests to either side: n·(1 − 0.5) < 10. */
const FEW_SAMPLES = 20;
/** Idle tasks ÷ tasks created. */
const OTHERS_TASKS_RATIO = 0.05;
/** A connection without an answer is starved when another had this many; with few requests it had no turn. */
const STARVED_AGAINST = 3;
/** … or when another had this many times its answers: it was served only once the others had gone. */
const STARVED_RATIO = 50;

type Detector = (x: JudgedWindow) => Finding | null;

export function judgeWindow(x: JudgedWindow): Finding[] {
  return DETECTORS.map((detect) => detect(x)).filter((found) => found !== null);
}

const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;
const errorsOf = (window: WindowRecord): number =>
  Object.values(window.counts.errors).reduce((sum, count) => sum + count, 0);

const DETECTORS: readonly Detector[] = [
  function errors({ window }) {
    const failed = errorsOf(window);
    const { offered, completed } = window.counts;
    if (offered > 0 && completed === 0) return finding('errors', `none of ${offered} requests completed`);
    if (failed <= offered * ERROR_RATIO) return null;
    const classes = Object.entries(window.counts.errors).map(([name, count]) => `${name} ${count}`);
    return finding(
      'errors',
      `${failed} of ${offered} requests failed (${percent(failed / offered)}): ${classes.join(', ')}`,
    );
  },

  function wrongBodies({ window }) {
    const { wrongStatus, wrongBody, completed } = window.counts;
    if (wrongStatus + wrongBody === 0) return null;
    const first = window.firstBadAnswer;
    const shown =
      first === null ? '' : `; the first: status ${first.status}, ${first.why}: ${first.bodyStart}`;
    return finding(
      'wrong-bodies',
      `of ${completed} answers ${wrongStatus} had another status and ${wrongBody} another body${shown}`,
    );
  },

  function imbalance({ window }) {
    const { offered, completed, unfinished } = window.counts;
    const failed = errorsOf(window);
    if (offered === completed + failed + unfinished) return null;
    return finding(
      'imbalance',
      `${offered} offered, but ${completed} completed + ${failed} failed + ${unfinished} unfinished`,
    );
  },

  function starved({ window }) {
    const most = Math.max(0, ...window.perConnection);
    const starving = window.perConnection.filter((count) =>
      count === 0 ? most >= STARVED_AGAINST : count * STARVED_RATIO < most,
    );
    if (starving.length === 0) return null;
    const { length } = window.perConnection;
    return finding(
      'starved',
      `${starving.length} of ${length} connections were hardly ever served (${Math.min(...starving)} answers; another had ${most})`,
    );
  },

  function drainCut({ window }) {
    const { unfinished } = window.counts;
    return unfinished === 0
      ? null
      : finding('drain-cut', `${unfinished} requests had no answer when the drain limit ended`);
  },

  function slept({ machine }) {
    if (Math.abs(machine.clockJumpMs) <= JUMP_MS) return null;
    const seconds = (machine.clockJumpMs / 1_000).toFixed(1);
    return finding('slept', `the wall clock moved ${seconds} s against the monotonic clock`);
  },

  function generatorBound({ window }) {
    const { cpuUs, wallMs, loopLagP99Us } = window.generator;
    const ratio = wallMs === 0 ? 0 : cpuUs / (wallMs * 1_000);
    const reasons = [
      ...(ratio > GENERATOR_CPU_RATIO ? [`it used ${percent(ratio)} of a core`] : []),
      ...(loopLagP99Us > GENERATOR_LAG_P99_US
        ? [`its event loop lagged by ${(loopLagP99Us / 1_000).toFixed(1)} ms (p99)`]
        : []),
    ];
    return reasons.length === 0
      ? null
      : finding('generator-bound', `the generator was near its limit: ${reasons.join(' and ')}`, [
          'throughput',
          'latency',
        ]);
  },

  function generatorIdle({ window }) {
    return window.busyRatio >= BUSY_RATIO
      ? null
      : finding(
          'generator-idle',
          `connections had a request under way for only ${percent(window.busyRatio)} of the window`,
          ['throughput'],
        );
  },

  function steal({ machine }) {
    const { stealRatio } = machine;
    return stealRatio === null || stealRatio <= STEAL_RATIO
      ? null
      : finding('steal', `${percent(stealRatio)} of processor time was taken by other tenants`, [
          'throughput',
          'latency',
        ]);
  },

  function cpuPressure({ machine, cores }) {
    const { foreignCpuRatio, cpuPressureRatio } = machine;
    if (foreignCpuRatio === null || foreignCpuRatio <= FOREIGN_CPU_RATIO) return null;
    const pressure =
      cpuPressureRatio === null
        ? ''
        : `; some task waited for a processor ${percent(cpuPressureRatio)} of it`;
    return finding(
      'cpu-pressure',
      `other work used ${percent(foreignCpuRatio)} of ${cores} cores during the window${pressure}`,
      ['throughput', 'latency'],
    );
  },

  function drainDominated({ window }) {
    const ratio = window.spanMs === 0 ? 0 : window.drainMs / window.spanMs;
    return ratio <= DRAIN_RATIO
      ? null
      : finding(
          'drain-dominated',
          `${percent(ratio)} of the ${Math.round(window.spanMs)} ms were spent draining`,
          ['throughput'],
        );
  },

  function fewSamples({ window }) {
    const { n } = window.latency;
    return n >= FEW_SAMPLES
      ? null
      : finding('few-samples', `${n} requests: not even the median rests on 10 of them to either side`, [
          'latency',
        ]);
  },

  function noSteadyState({ window }) {
    // A bin that the drain reaches into is not of the load.
    const whole = Math.floor((window.spanMs - window.drainMs) / window.series.binMs);
    const trend = findTrend(window.series.completions.slice(0, whole));
    return trend === null
      ? null
      : finding(
          'no-steady-state',
          `completions changed by ${percent(trend.change)} from the first to the last ${trend.test === 'halves' ? 'half' : 'third'} of the window`,
          ['throughput', 'latency'],
        );
  },

  function childrenMayBeLost({ account }) {
    return account.source !== 'proc'
      ? null
      : finding(
          'children-may-be-lost',
          'no control group could be made: CPU is of the processes that /proc shows',
          ['cpu'],
        );
  },

  function machineWide({ account }) {
    const { tasksCreated, idleTasksPerSec, wallMs } = account;
    if (tasksCreated === null || idleTasksPerSec === null || tasksCreated === 0) return null;
    const others = idleTasksPerSec * (wallMs / 1_000);
    return others <= tasksCreated * OTHERS_TASKS_RATIO
      ? null
      : finding(
          'machine-wide',
          `of ${tasksCreated} tasks created on the machine about ${Math.round(others)} were others'`,
          ['processes'],
        );
  },

  function unequalCapacity({ stack, workload, capacity }) {
    const slots = capacity.processes * capacity.threads;
    const { connections } = workload.load;
    return stack.model === 'static' || connections <= slots
      ? null
      : finding(
          'unequal-capacity',
          `${connections} connections for ${slots} slots (${capacity.processes} processes × ${capacity.threads} threads): requests queue`,
          ['throughput', 'latency'],
        );
  },
];
