import { describe, expect, test } from 'vitest';
import { analyse } from '../../../../results/analyse/analyse.ts';
import { finding } from '../../../../results/schema/findings.ts';
import type { Observation } from '../../../../results/schema/observation.ts';
import type { TrialRecord } from '../../../../results/schema/records.ts';
import { anObservation, aPlan, aRun, aStack, aTrial, aWorkload, trialId } from '../../../helpers/records.ts';

const stack = aStack();
const workload = aWorkload();
const LATENCIES = Array.from({ length: 200 }, (_, i) => 1_000 + i);

type Change = { readonly trial?: Partial<TrialRecord>; readonly observation?: Partial<Observation> };

/** The summary of one cell of five launches, the third of which is changed. */
function cellWith(change: Change, latenciesUs: readonly number[] = LATENCIES) {
  const plan = aPlan([stack], [workload], 5);
  const trials = plan.trials.map(({ round }) => {
    const third = round === 3 ? change : {};
    const observations = [anObservation({ latenciesUs }, third.observation)];
    return aTrial({ id: trialId(round, stack.name, null), round, observations, ...third.trial });
  });
  return analyse(aRun(plan, trials)).cells[0] ?? expect.fail('no cell');
}

const noNumbers = (cell: ReturnType<typeof cellWith>) =>
  Object.values(cell.metrics).every((metric) => metric === null) && cell.percentileCurve.length === 0;

describe('a cell', () => {
  test('with five sound launches is ok', () => {
    const cell = cellWith({});
    expect(cell).toMatchObject({ verdict: 'ok', reason: null, launches: 5, requests: 1_000, findings: [] });
    expect(cell.metrics.p50Us).toMatchObject({ n: 5 });
    expect(cell.scenarios).toEqual(['models']);
    expect(cell.percentileCurve.at(-1)?.[0]).toBe(0.99);
  });

  test('with one invalid launch has no number, and shows its reason and first bad answer', () => {
    const window = {
      ...anObservation({ latenciesUs: LATENCIES }).window,
      firstBadAnswer: { status: 200, bodyStart: 'Hel', why: 'expected 14 bytes, got 3' },
    };
    const cell = cellWith({
      observation: { window, findings: [finding('wrong-bodies', '7 of 200 bodies were short')] },
    });
    expect(cell.verdict).toBe('invalid');
    expect(cell.reason).toBe(
      'wrong-bodies: 7 of 200 bodies were short · first bad answer: expected 14 bytes, got 3; status 200, body starts "Hel" (1 of 5 launches)',
    );
    expect(cell.launches).toBe(0);
    expect(noNumbers(cell)).toBe(true);
  });

  test.each<{ what: string; change: Change; reason: RegExp }>([
    {
      what: 'a finding on the whole trial',
      change: { trial: { findings: [finding('leftover', 'pid 12 outlived its stop')] } },
      reason: /^leftover: pid 12/,
    },
    {
      what: 'a verification that is not ok',
      change: {
        trial: {
          verifications: [
            {
              extent: 'spot',
              ok: false,
              checks: [{ check: 'GET /json', comparison: 'exact', ok: false, detail: '27 bytes, got 26' }],
            },
          ],
        },
      },
      reason: /^the contract was broken: GET \/json \(27 bytes, got 26\)/,
    },
    {
      what: 'a trial that failed while measuring',
      change: {
        trial: {
          outcome: {
            state: 'failed',
            failure: {
              stage: 'measure',
              code: 'E_DRIVER',
              message: 'the driver died',
              facts: {},
              hint: null,
            },
          },
        },
      },
      reason: /^measure failed: the driver died/,
    },
    {
      what: 'a window in which nothing was completed',
      change: { observation: { window: anObservation({ latenciesUs: [] }).window } },
      reason: /^no request was completed/,
    },
    {
      what: 'a histogram that cannot be decoded',
      change: {
        observation: {
          window: {
            ...anObservation({ latenciesUs: LATENCIES }).window,
            latency: { encoded: 'AAAA', n: 200, minUs: 1, maxUs: 2, meanUs: 1 },
          },
        },
      },
      reason: /histogram/,
    },
  ])('is invalid by $what', ({ change, reason }) => {
    const cell = cellWith(change);
    expect(cell.verdict).toBe('invalid');
    expect(cell.reason).toMatch(reason);
    expect(noNumbers(cell)).toBe(true);
  });

  test('goes on with the other launches when one could not be launched or was interrupted', () => {
    const failure = { stage: 'launch' as const, code: 'E_START', message: 'exit 1', facts: {}, hint: null };
    const failed = cellWith({ trial: { outcome: { state: 'failed', failure }, observations: [] } });
    expect(failed).toMatchObject({ verdict: 'ok', launches: 4 });
    // An interrupted launch was not verified after its window: the window does not count.
    const aborted = cellWith({ trial: { outcome: { state: 'aborted' } } });
    expect(aborted).toMatchObject({ verdict: 'ok', launches: 4 });
  });

  test('with a suspect finding keeps its numbers and its mark', () => {
    const cell = cellWith({
      observation: { findings: [finding('generator-bound', '0.91 of a core', ['throughput'])] },
    });
    expect(cell).toMatchObject({ verdict: 'suspect', launches: 5, throughputIsBound: true });
    expect(cell.findings).toMatchObject([{ launches: 1, finding: { code: 'generator-bound' } }]);
    expect(cell.metrics.throughputPerSec).not.toBeNull();
  });

  test('with an invalid finding about one figure loses that figure only', () => {
    const cell = cellWith({
      observation: { findings: [{ ...finding('miscounted', 'x'), metrics: ['cpu'] }] },
    });
    expect(cell.verdict).toBe('suspect');
    expect(cell.metrics.cpuUsPerRequest).toBeNull();
    expect(cell.metrics.requestsPerCoreSec).toBeNull();
    expect(cell.cpuByRole.host).toBeNull();
    expect(cell.metrics.throughputPerSec).not.toBeNull();
  });

  test('is not made suspect by a note', () => {
    expect(cellWith({ observation: { findings: [finding('machine-wide', 'x')] } }).verdict).toBe('ok');
  });

  test('hides a quantile when fewer than ten requests lie beyond it in one launch', () => {
    const { metrics } = cellWith({}, LATENCIES);
    expect(metrics.p90Us).not.toBeNull();
    expect(metrics.p99Us).toBeNull();
    const few = Array.from({ length: 999 }, (_, i) => 1_000 + i);
    expect(cellWith({}, few).metrics.p99Us).toBeNull();
    expect(cellWith({}, [...few, 2_000]).metrics.p99Us).not.toBeNull();
    // One short launch hides it for the cell: the other four would be a choice of launches.
    const short = { observation: { window: anObservation({ latenciesUs: few }).window } };
    expect(cellWith(short, [...few, 2_000]).metrics.p99Us).toBeNull();
  });

  test('is noted when what the stack uses idle is more than 5 % of its CPU', () => {
    const { account } = anObservation({ latenciesUs: LATENCIES });
    const idle = (account.all.cpuUs * 0.1 * 1_000) / account.wallMs;
    const cell = cellWith({ observation: { account: { ...account, idleCpuUsPerSec: idle } } });
    expect(cell.verdict).toBe('ok');
    expect(cell.findings).toMatchObject([{ finding: { code: 'idle-share', severity: 'note' } }]);
    // It is stated, not taken off.
    expect(cell.metrics.cpuUsPerRequest?.point).toBeCloseTo(1_000, 6);
  });

  test('takes the machine’s own rate off the tasks created, and is unknown without it', () => {
    const { account } = anObservation({ latenciesUs: LATENCIES });
    const all = (over: Partial<typeof account>) => {
      const plan = aPlan([stack], [workload], 1);
      const observations = [anObservation({ latenciesUs: LATENCIES }, { account: { ...account, ...over } })];
      return analyse(aRun(plan, [aTrial({ observations })])).cells[0]?.metrics.tasksPerRequest ?? null;
    };
    const rate = 100_000 / account.wallMs;
    expect(all({ tasksCreated: 300, idleTasksPerSec: rate })?.point).toBeCloseTo(1, 9);
    expect(all({ tasksCreated: 300, idleTasksPerSec: null })).toBeNull();
    expect(all({ tasksCreated: null })).toBeNull();
  });

  test('shows no figure where a coarse counter saw nothing', () => {
    const { account } = anObservation({ latenciesUs: LATENCIES });
    const cell = cellWith({ observation: { account: { ...account, all: { ...account.all, cpuUs: 0 } } } });
    expect(cell.metrics.cpuUsPerRequest).toBeNull();
    expect(cell.metrics.requestsPerCoreSec).toBeNull();
  });
});
