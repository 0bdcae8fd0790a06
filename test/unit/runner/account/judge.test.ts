import { describe, expect, test } from 'vitest';
import { FINDING_CODES, type FindingCodeName } from '../../../../results/schema/findings.ts';
import { type JudgedWindow, judgeWindow } from '../../../../runner/account/judge.ts';
import { aHistogram, anObservation, aStack, aWindow, aWorkload } from '../../../helpers/records.ts';

/** A sound window: 200 requests at four connections in two seconds. */
function sound(): JudgedWindow {
  const workload = aWorkload({ load: { model: 'closed', connections: 4 } });
  const observation = anObservation({ latenciesUs: Array.from({ length: 200 }, () => 40_000), workload });
  return {
    stack: aStack(),
    workload,
    window: { ...observation.window, spanMs: 2_000, drainMs: 40 },
    account: { ...observation.account, source: 'cgroup2' },
    machine: observation.machine,
    capacity: { processes: 2, threads: 8 },
    cores: 2,
  };
}

const codes = (x: JudgedWindow): string[] => judgeWindow(x).map(({ code }) => code);

type Change = (x: JudgedWindow) => Partial<JudgedWindow>;
const inWindow =
  (over: (window: JudgedWindow['window']) => Partial<JudgedWindow['window']>): Change =>
  ({ window }) => ({ window: { ...window, ...over(window) } });
const inCounts = (over: Partial<JudgedWindow['window']['counts']>): Change =>
  inWindow(({ counts }) => ({ counts: { ...counts, ...over } }));
const inMachine =
  (over: Partial<JudgedWindow['machine']>): Change =>
  ({ machine }) => ({ machine: { ...machine, ...over } });
const inAccount =
  (over: Partial<JudgedWindow['account']>): Change =>
  ({ account }) => ({ account: { ...account, ...over } });
const inGenerator = (over: Partial<JudgedWindow['window']['generator']>): Change =>
  inWindow(({ generator }) => ({ generator: { ...generator, ...over } }));

test('a sound window is not doubted', () => {
  expect(judgeWindow(sound())).toEqual([]);
});

describe('each fault trips its own finding, and no other', () => {
  const faults: readonly [FindingCodeName, string, Change][] = [
    ['errors', 'more than 1 % failed', inCounts({ offered: 203, errors: { reset: 2, timeout: 1 } })],
    ['wrong-bodies', 'one answer of another status', inCounts({ wrongStatus: 1 })],
    ['wrong-bodies', 'one answer of another body', inCounts({ wrongBody: 1 })],
    ['imbalance', 'a request that is neither completed, failed nor unfinished', inCounts({ offered: 201 })],
    ['starved', 'a connection that got nothing', inWindow(() => ({ perConnection: [67, 67, 66, 0] }))],
    [
      'starved',
      'a connection that got its first answer at the end',
      inWindow(() => ({ perConnection: [99, 99, 1, 1] })),
    ],
    ['drain-cut', 'a request without an answer', inCounts({ offered: 201, unfinished: 1 })],
    ['slept', 'a wall clock that ran ahead', inMachine({ clockJumpMs: 58_000 })],
    ['slept', 'a wall clock that was set back', inMachine({ clockJumpMs: -3_600_000 })],
    ['generator-bound', 'a generator at 90 % of a core', inGenerator({ cpuUs: 1_800_000, wallMs: 2_000 })],
    ['generator-bound', 'a generator that lags', inGenerator({ loopLagP99Us: 5_100 })],
    ['generator-idle', 'connections left idle', inWindow(() => ({ busyRatio: 0.94 }))],
    ['steal', 'another tenant', inMachine({ stealRatio: 0.021 })],
    ['cpu-pressure', 'other work on the machine', inMachine({ foreignCpuRatio: 0.11 })],
    ['drain-dominated', 'a long drain', inWindow(() => ({ drainMs: 300 }))],
    ['few-samples', 'a handful of requests', inWindow(() => ({ latency: aHistogram([1, 2, 3]) }))],
    ['children-may-be-lost', 'CPU read from /proc', inAccount({ source: 'proc' })],
    ['machine-wide', 'others that start tasks', inAccount({ tasksCreated: 200, idleTasksPerSec: 10 })],
    ['unequal-capacity', 'fewer slots than connections', () => ({ capacity: { processes: 1, threads: 1 } })],
    [
      'no-steady-state',
      'a window that still warmed up',
      inWindow(() => ({
        spanMs: 8_000,
        series: { binMs: 200, completions: Array.from({ length: 40 }, (_, at) => at + 5) },
      })),
    ],
  ];

  test.each(faults)('%s: %s', (code, _what, change) => {
    const x = { ...sound(), ...change(sound()) };
    const findings = judgeWindow(x);
    expect(findings.map((found) => found.code)).toEqual([code]);
    expect(findings[0]?.severity).toBe(FINDING_CODES[code].severity);
    expect(findings[0]?.evidence).toMatch(/\d|\/proc/);
  });
});

describe('what is no fault', () => {
  const sounds: readonly [string, Change][] = [
    ['just 1 % of errors', inCounts({ offered: 202, errors: { reset: 2 } })],
    [
      'a stack and a generator that fill the machine',
      inMachine({ cpuPressureRatio: 0.9, foreignCpuRatio: 0.02 }),
    ],
    [
      'a machine that tells nothing',
      inMachine({ stealRatio: null, foreignCpuRatio: null, cpuPressureRatio: null }),
    ],
    ['a connection that had no turn', inWindow(() => ({ perConnection: [2, 1, 1, 0] }))],
    ['unequal luck of connections', inWindow(() => ({ perConnection: [80, 60, 40, 20] }))],
    ['a clock that is being adjusted', inMachine({ clockJumpMs: 500 })],
    ['tasks that cannot be counted', inAccount({ tasksCreated: null, idleTasksPerSec: null })],
    [
      'a static stack, that has no slots',
      (x) => ({ stack: { ...x.stack, model: 'static' }, capacity: { processes: 1, threads: 1 } }),
    ],
    [
      'a drop of completions while draining',
      inWindow(() => ({
        spanMs: 2_199,
        drainMs: 199,
        series: { binMs: 200, completions: [...Array.from({ length: 10 }, () => 20), 1] },
      })),
    ],
  ];

  test.each(sounds)('%s', (_what, change) => {
    expect(codes({ ...sound(), ...change(sound()) })).toEqual([]);
  });
});

test('a window in which nothing completed is invalid', () => {
  const window = aWindow({ latenciesUs: [] });
  const x = { ...sound(), window: { ...window, counts: { ...window.counts, offered: 4, unfinished: 4 } } };
  expect(codes(x)).toContain('errors');
});

test('the first bad answer is shown', () => {
  const firstBadAnswer = { status: 500, bodyStart: 'Internal Server Error', why: 'status' };
  const x = sound();
  const window = { ...x.window, counts: { ...x.window.counts, wrongStatus: 3 }, firstBadAnswer };
  expect(judgeWindow({ ...x, window })[0]?.evidence).toContain('status 500');
});
