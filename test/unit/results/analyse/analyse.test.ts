import { geometricMean, mean, sampleStandardDeviation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../../../results/analyse/analyse.ts';
import type { Analysis } from '../../../../results/analyse/model.ts';
import { sampleRun } from '../../../helpers/sample-run.ts';

const run = sampleRun();
const analysis = analyse(run);

const cellOf = (of: Analysis, id: string) =>
  of.cells.find((cell) => cell.id === id) ?? expect.fail(`no cell ${id}`);

/** One number per launch, straight from the records, by round. */
function perLaunch(stack: string, workload: string, figure: (o: Observed) => number): number[] {
  return run.trials
    .filter((trial) => trial.stack === stack)
    .toSorted((a, b) => a.round - b.round)
    .flatMap((trial) => trial.observations.filter((each) => each.cell.workload === workload).map(figure));
}
type Observed = (typeof run.trials)[number]['observations'][number];

const cpu = ({ account, window }: Observed) => account.all.cpuUs / window.counts.completed;
const rate = ({ window }: Observed) => (window.counts.completed / window.spanMs) * 1_000;
/** t(4) for 95 %, from the printed table. */
const T4 = 2.7764451;

describe('an analysis', () => {
  test('has the same bytes each time', () => {
    expect(JSON.stringify(analyse(sampleRun()))).toBe(JSON.stringify(analysis));
  });

  test('does not depend on the order in which trials were recorded', () => {
    const shuffled = { ...run, trials: run.trials.toReversed() };
    expect(JSON.stringify(analyse(shuffled))).toBe(JSON.stringify(analysis));
  });

  test('derives throughput, CPU per request and its inverse from the launches', () => {
    const id = ['apache-mod-wsgi-daemon/wsgi-bare', 'hello-c16'] as const;
    const { metrics } = cellOf(analysis, id.join(' '));
    const costs = perLaunch(...id, cpu);
    expect(costs).toHaveLength(5);
    expect(metrics.cpuUsPerRequest?.point).toBeCloseTo(geometricMean(costs), 6);
    expect(metrics.requestsPerCoreSec?.point).toBeCloseTo(1e6 / geometricMean(costs), 6);
    expect(metrics.throughputPerSec?.point).toBeCloseTo(geometricMean(perLaunch(...id, rate)), 6);
    const half = (T4 * sampleStandardDeviation(costs.map(Math.log))) / Math.sqrt(5);
    expect(metrics.cpuUsPerRequest?.high).toBeCloseTo(geometricMean(costs) * Math.exp(half), 4);
  });

  test('derives a ratio from the rounds’ own ratios', () => {
    const cgi = perLaunch('apache-mod-cgid/wsgi-bare', 'hello-c1', cpu);
    const kept = perLaunch('apache-mod-wsgi-embedded/wsgi-bare', 'hello-c1', cpu);
    const ratios = cgi.map((cost, round) => cost / (kept[round] ?? Number.NaN));
    const overhead = analysis.overheads.find(({ app, host }) => app === 'wsgi-bare' && host === 'apache');
    const best = overhead?.resident[0] ?? expect.fail('no resident stack');
    expect(best.cellId).toBe('apache-mod-wsgi-embedded/wsgi-bare hello-c1');
    expect(best.cpuRatio?.point).toBeCloseTo(geometricMean(ratios), 6);
    const half = (T4 * sampleStandardDeviation(ratios.map(Math.log))) / Math.sqrt(5);
    expect(best.cpuRatio?.low).toBeCloseTo(geometricMean(ratios) * Math.exp(-half), 4);
  });

  test('splits the cost of a process so that the parts add up to the whole', () => {
    const overhead = analysis.overheads.find(({ app, host }) => app === 'wsgi-bare' && host === 'apache');
    const { parts, totalCpuUs, totalLatencyUs, floorCell } = overhead ?? expect.fail('no overhead');
    expect(floorCell).toBe('apache-mod-cgid/floor-c hello-c1');
    const sum = (values: readonly (number | undefined)[]) =>
      values.reduce<number>((all, one) => all + (one ?? 0), 0);
    expect(sum(parts.map(({ cpuUs }) => cpuUs?.point))).toBeCloseTo(totalCpuUs?.point ?? 0, 6);
    expect(sum(parts.map(({ latencyUs }) => latencyUs?.point))).toBeCloseTo(totalLatencyUs?.point ?? 0, 6);
    const floor = perLaunch('apache-mod-cgid/floor-c', 'hello-c1', cpu);
    const files = perLaunch('apache-files/files', 'hello-c1', cpu);
    const forks = floor.map((cost, round) => cost - (files[round] ?? Number.NaN));
    expect(parts[1]?.cpuUs?.point).toBeCloseTo(mean(forks), 6);
    const half = (T4 * sampleStandardDeviation(forks)) / Math.sqrt(5);
    expect(parts[1]?.cpuUs?.high).toBeCloseTo(mean(forks) + half, 4);
  });

  test('takes the parts from rounds that all of them have, so that they add up when a launch is missing', () => {
    const trials = run.trials.filter(
      ({ round, stack }) => round !== 2 || stack !== 'apache-mod-cgid/floor-c',
    );
    const found = analyse({ ...run, trials }).overheads.find(
      ({ app, host }) => app === 'wsgi-bare' && host === 'apache',
    );
    const { parts, totalCpuUs } = found ?? expect.fail('no overhead');
    expect(parts.map(({ cpuUs }) => cpuUs?.n)).toEqual([4, 4, 4]);
    const sum = parts.reduce((all, { cpuUs }) => all + (cpuUs?.point ?? 0), 0);
    expect(sum).toBeCloseTo(totalCpuUs?.point ?? 0, 6);
  });

  test('leaves parts unknown, and the whole known, where no floor was measured', () => {
    const trials = run.trials.filter(({ stack }) => !stack.includes('/floor-'));
    const found = analyse({ ...run, trials }).overheads.find(
      ({ app, host }) => app === 'wsgi-bare' && host === 'apache',
    );
    expect(found?.floorCell).toBeNull();
    expect(found?.parts.map(({ cpuUs }) => cpuUs === null)).toEqual([false, true, true]);
    expect(found?.parts[1]?.from).toContain('no smallest program');
    expect(found?.totalCpuUs).not.toBeNull();
  });

  test('takes the next smallest program where the C one has no number', () => {
    const trials = run.trials.filter(({ stack }) => !stack.endsWith('/floor-c'));
    const found = analyse({ ...run, trials }).overheads.find(
      ({ app, host }) => app === 'wsgi-bare' && host === 'apache',
    );
    expect(found?.floorCell).toBe('apache-mod-cgid/floor-sh hello-c1');
  });

  test('reckons CPU per role so that host and backend make the whole', () => {
    const { cpuByRole, metrics } = cellOf(analysis, 'apache-proxy-http+gunicorn/wsgi-bare hello-c1');
    const both = (cpuByRole.host?.point ?? 0) + (cpuByRole.backend?.point ?? 0);
    expect(both / (metrics.cpuUsPerRequest?.point ?? 0)).toBeCloseTo(1, 3);
    expect(cellOf(analysis, 'apache-mod-wsgi-embedded/wsgi-bare hello-c1').cpuByRole.backend).toBeNull();
  });

  test('counts rounds, stacks and processes', () => {
    expect(analysis.roundsDone).toBe(5);
    const cgi = analysis.stacks.find(({ stack }) => stack.name === 'apache-mod-cgid/wsgi-bare');
    expect(cgi).toMatchObject({
      planned: 5,
      completed: 5,
      processes: { requests: 250, distinct: 250, perRequest: 1 },
    });
    expect(cgi?.heldProcessPssBytes?.point).toBeGreaterThan(8e6);
    expect(cgi?.checks.some(({ check }) => check === 'model')).toBe(true);
    const kept = analysis.stacks.find(({ stack }) => stack.name === 'apache-mod-wsgi-daemon/wsgi-bare');
    expect(kept?.processes?.perRequest).toBeCloseTo(10 / 250, 12);
  });

  test('of a run cut short names what is missing', () => {
    const first = run.trials.filter(({ round }) => round === 0).slice(0, 3);
    const partial = analyse({ ...run, trials: first, end: null });
    expect(partial.roundsDone).toBe(0);
    expect(partial.cells.filter(({ verdict }) => verdict !== 'missing')).toHaveLength(6);
    const cell = cellOf(partial, 'apache-files/files hello-c1');
    expect(cell.metrics.cpuUsPerRequest).toMatchObject({ n: 1, low: null, high: null });
    expect(cellOf(partial, 'gateway-cgi/node-bare hello-c1')).toMatchObject({
      verdict: 'missing',
      reason: 'the run ended before its first launch',
    });
  });
});
