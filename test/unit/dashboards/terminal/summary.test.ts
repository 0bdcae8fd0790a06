import { expect, test } from 'vitest';
import { renderSummary } from '../../../../dashboards/terminal/summary.ts';
import { analyse } from '../../../../results/analyse/analyse.ts';
import { sampleRun } from '../../../helpers/sample-run.ts';

const RUN = sampleRun({ maxRequests: 120 });
const TEXT = renderSummary(analyse(RUN));

const lineOf = (workload: string, stack: string): string => {
  const block = TEXT.split(`${workload}: `)[1]?.split('\n\n')[0] ?? '';
  return block.split('\n').find((line) => line.trim().startsWith(stack)) ?? '';
};

test('each workload has a table that states its load', () => {
  expect(TEXT).toContain('hello-c1: GET /hello, closed, c = 1\n');
  expect(TEXT).toContain('hello-c16: GET /hello, closed, c = 16\n');
});

test('a row has the stack, its model, n, the figures and the verdict', () => {
  expect(lineOf('hello-c1', 'apache-mod-cgid/wsgi-bare')).toMatch(
    /^ {2}apache-mod-cgid\/wsgi-bare +cgi +5 +\d\d\.\d ms +\[\d\d\.\d – \d\d\.\d\] +\d\d\.\d \/s +\d\d\.\d ms +ok$/,
  );
});

test('an invalid cell shows its reason and no number', () => {
  const line = lineOf('hello-c16', 'apache-proxy-fcgi+flup/wsgi-bare');
  expect(line).toMatch(/daemon +- +- +- +- +- +invalid: wrong-bodies: 12 of 4000/);
});

test('throughput of a generator-bound cell is a lower bound, and its doubt is named', () => {
  expect(lineOf('hello-c16', 'gateway-in-process/node-bare')).toMatch(/≥ .* suspect: generator-bound$/);
});

test('failed stacks and what was left out are told at the end', () => {
  expect(TEXT).toContain('failed: gateway-cgi/floor-sh: launch: the stack did not answer within 10000 ms');
  expect(TEXT).toMatch(/1 left out; the report says why\.\n$/);
});

test('columns are aligned: figures end, and verdicts begin, at one place', () => {
  const block = TEXT.split('\n\n')[0] ?? '';
  const lines = block.split('\n').slice(1);
  const at = (lines[0] ?? '').indexOf('verdict');
  for (const line of lines.slice(1)) expect(line.slice(at - 1)).toMatch(/^ (ok|suspect|invalid|missing)/);
});

test('what an app wrote cannot steer a terminal', () => {
  const run = {
    ...RUN,
    trials: RUN.trials.map((trial) =>
      trial.outcome.state === 'failed'
        ? {
            ...trial,
            outcome: {
              state: 'failed' as const,
              failure: { ...trial.outcome.failure, message: 'a\u001b[2Jb\u009b31mc\rd' },
            },
          }
        : trial,
    ),
  };
  const text = renderSummary(analyse(run));
  expect(text).toContain('a\uFFFD[2Jb\uFFFD31mc\uFFFDd');
  expect(text.split('').every((character) => character === '\n' || character >= ' ')).toBe(true);
});
