/**
 * Every figure in a report is computed again here from the trial records, by other code than the analysis:
 * plain formulas, a printed table of t, and the histogram library's own decoder.
 */
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { mean, standardDeviation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { renderReport } from '../../../../dashboards/report/render.ts';
import { analyse } from '../../../../results/analyse/analyse.ts';
import type { Observation } from '../../../../results/schema/observation.ts';
import type { RunData } from '../../../../results/store/read.ts';
import { sampleRun } from '../../../helpers/sample-run.ts';
import { figuresIn, type ShownFigure } from './figures-in.ts';

/** Two-sided 95 % quantiles of Student's t by degrees of freedom, from a printed table. */
const T_TABLE = [Number.NaN, 12.706205, 4.302653, 3.182446, 2.776445, 2.570582];

interface Derived {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

function interval(values: readonly number[]): Derived {
  const n = values.length;
  const centre = mean([...values]);
  if (n < 3) return { value: centre, low: null, high: null, n };
  // simple-statistics' standardDeviation divides by n.
  const error = (standardDeviation([...values]) * Math.sqrt(n / (n - 1))) / Math.sqrt(n);
  const half = (T_TABLE[n - 1] ?? Number.NaN) * error;
  return { value: centre, low: centre - half, high: centre + half, n };
}

function inLogs(values: readonly number[]): Derived {
  const logs = interval(values.map((value) => Math.log(value)));
  const back = (value: number | null) => (value === null ? null : Math.exp(value));
  return { value: Math.exp(logs.value), low: back(logs.low), high: back(logs.high), n: logs.n };
}

const perRequest = (cpuUs: number | undefined, { window }: Observation): number =>
  (cpuUs ?? Number.NaN) / window.counts.completed;

const quantile =
  (q: number) =>
  ({ window: { latency } }: Observation) => {
    const histogram = decodeFromCompressedBase64(latency.encoded);
    return Math.min(latency.maxUs, Math.max(latency.minUs, histogram.getValueAtPercentile(q)));
  };

/** Metric → what one window says of it. */
const OF_WINDOW: Readonly<Record<string, (of: Observation) => number>> = {
  throughputPerSec: ({ window }) => (window.counts.completed / window.spanMs) * 1_000,
  cpuUsPerRequest: (of) => perRequest(of.account.all.cpuUs, of),
  'cpuUsPerRequest:host': (of) => perRequest(of.account.host.cpuUs, of),
  'cpuUsPerRequest:backend': (of) => perRequest(of.account.backend?.cpuUs, of),
  requestsPerCoreSec: (of) => 1e6 / perRequest(of.account.all.cpuUs, of),
  meanUs: ({ window }) => window.latency.meanUs,
  p50Us: quantile(50),
  p90Us: quantile(90),
  p99Us: quantile(99),
  p999Us: quantile(99.9),
  maxUs: ({ window }) => window.latency.maxUs,
};

function derive(run: RunData, shown: ShownFigure): Derived {
  const launches = (cell: string) => {
    const [stack, workload] = cell.split(' ');
    return run.trials
      .filter((trial) => trial.stack === stack && trial.outcome.state === 'completed')
      .flatMap((trial) => trial.observations.filter((each) => each.cell.workload === workload))
      .map((observation) => observation);
  };
  const values = (cell: string, metric: string) =>
    launches(cell).map((observation) => (OF_WINDOW[metric] ?? (() => Number.NaN))(observation));
  const ofTrials = (pick: (trial: RunData['trials'][number]) => number | null) =>
    run.trials
      .filter((trial) => trial.stack === shown.cell && trial.outcome.state === 'completed')
      .flatMap((trial) => pick(trial) ?? []);
  const pairs = (a: readonly number[], b: readonly number[], of: (a: number, b: number) => number) =>
    a.map((value, index) => of(value, b[index] ?? Number.NaN));

  if (shown.metric in OF_WINDOW) return inLogs(values(shown.cell, shown.metric));
  if (shown.metric === 'tasksPerRequest') {
    return interval(
      launches(shown.cell).map(
        ({ account, window }) =>
          ((account.tasksCreated ?? Number.NaN) - ((account.idleTasksPerSec ?? 0) * account.wallMs) / 1_000) /
          window.counts.completed,
      ),
    );
  }
  if (shown.metric === 'firstAnswerMs')
    return inLogs(ofTrials((trial) => trial.startUp?.firstAnswerMs ?? null));
  if (shown.metric === 'warmMs') return inLogs(ofTrials((trial) => trial.startUp?.warmMs ?? null));
  if (shown.metric === 'heldProcessPssBytes') {
    return inLogs(
      ofTrials((trial) => {
        const samples = trial.observations.flatMap(({ account }) => account.all.pssBytes ?? []);
        return trial.heldProcessPssBytes ?? (samples.length === 0 ? null : Math.max(...samples));
      }),
    );
  }
  if (shown.metric === 'processesPerRequest') {
    const sum = (key: 'distinct' | 'requests') =>
      ofTrials((trial) => trial.processes?.[key] ?? null).reduce((a, b) => a + b, 0);
    return { value: sum('distinct') / sum('requests'), low: null, high: null, n: 0 };
  }
  const ratio = /^ratio:(.+)$/.exec(shown.metric)?.[1];
  if (ratio !== undefined && shown.best !== null) {
    const worse = ratio === 'throughputPerSec' ? -1 : 1;
    return inLogs(
      pairs(values(shown.cell, ratio), values(shown.best, ratio), (mine, best) => (mine / best) ** worse),
    );
  }
  if (shown.cell.startsWith('baseline ')) {
    const name = shown.cell.slice('baseline '.length);
    const records = run.baselines.filter((record) => record.name === name);
    return inLogs(records.map((r) => (shown.metric === 'cpuUsPerExec' ? r.cpuUsPerExec : r.wallUsPerExec)));
  }
  const overhead = /^overhead:(cpu|latency):(.+)$/.exec(shown.metric);
  if (overhead !== null) {
    const metric = overhead[1] === 'cpu' ? 'cpuUsPerRequest' : 'meanUs';
    const [stack = '', workload = ''] = shown.cell.split(' ');
    const [connector = '', app = ''] = stack.split('/');
    const host = connector.split('-')[0] ?? '';
    const of = (name: string) => values(`${name} ${workload}`, metric);
    const cgi = of(stack);
    const floor = of(`${connector}/floor-c`);
    const files = of(`${host}-files/files`);
    switch (overhead[2]) {
      case 'serving a file':
        return interval(files);
      case 'fork + exec + pipe':
        return interval(pairs(floor, files, (a, b) => a - b));
      case 'starting interpreter and app':
        return interval(pairs(cgi, floor, (a, b) => a - b));
      case 'total':
        return interval(cgi);
      case 'resident':
        return inLogs(cgi);
      case 'ratio': {
        const started = of(`${host === 'apache' ? 'apache-mod-cgid' : 'gateway-cgi'}/${app}`);
        return inLogs(pairs(started, cgi, (a, b) => a / b));
      }
    }
  }
  throw new Error(`the test knows no formula for ${shown.metric}`);
}

const close = (shown: number | null, derived: number | null): boolean =>
  shown === null || derived === null
    ? shown === derived
    : Math.abs(shown - derived) <= 1e-6 * Math.max(Math.abs(derived), 1e-9) + 1e-9;

describe('each figure in a report follows from the trial records', () => {
  const run = sampleRun({ maxRequests: 1_100 });
  const shown = figuresIn(renderReport(analyse(run)));

  test('value, interval and n of every table cell', () => {
    const wrong = shown.flatMap((figure) => {
      const derived = derive(run, figure);
      const isRight =
        close(figure.value, derived.value) &&
        close(figure.low, derived.low) &&
        close(figure.high, derived.high) &&
        (figure.n === null || figure.n === derived.n || figure.metric === 'processesPerRequest');
      return isRight ? [] : [{ figure, derived }];
    });
    expect(wrong).toEqual([]);
  });

  test('there are figures of every kind to be checked', () => {
    const kinds = new Set(shown.map(({ metric }) => metric));
    expect([...kinds].sort()).toEqual(
      [
        ...Object.keys(OF_WINDOW).filter((metric) => metric !== 'p999Us'),
        'cpuUsPerExec',
        'firstAnswerMs',
        'heldProcessPssBytes',
        ...['cpu', 'latency'].flatMap((cost) =>
          [
            'serving a file',
            'fork + exec + pipe',
            'starting interpreter and app',
            'total',
            'resident',
            'ratio',
          ].map((part) => `overhead:${cost}:${part}`),
        ),
        'processesPerRequest',
        'ratio:cpuUsPerRequest',
        'ratio:p50Us',
        'ratio:throughputPerSec',
        'tasksPerRequest',
        'wallUsPerExec',
        'warmMs',
      ].sort(),
    );
    expect(shown.length).toBeGreaterThan(600);
  });
});
