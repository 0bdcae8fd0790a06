import { expect, test } from 'vitest';
import type { TrialRecord } from '../../../../results/schema/records.ts';
import { makeProgress } from '../../../../runner/cli/progress.ts';
import { fakeSink } from './fake-terminal.ts';

const record = (outcome: TrialRecord['outcome']): TrialRecord => ({
  kind: 'trial',
  id: 'r1-0001',
  round: 0,
  stack: 'gateway-cgi/node-bare',
  label: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  durationMs: 4_200,
  outcome,
  startUp: null,
  verifications: [],
  processes: null,
  heldProcessPssBytes: null,

  unequal: [],
  behaviour: null,
  observations: [],
  findings: [],
});

const start = {
  kind: 'trial-start',
  id: 'r1-0001',
  stack: 'gateway-cgi/node-bare',
  done: 0,
  total: 4,
  expectedMs: 5_000,
} as const;
const end = (outcome: TrialRecord['outcome']) =>
  ({ kind: 'trial-end', record: record(outcome), done: 1, total: 4, remainingMs: 125_000 }) as const;
const failure = {
  stage: 'launch',
  code: 'E_START',
  message: 'it\u001b[31m died\nmore',
  facts: {},
  hint: null,
} as const;

test('a log gets a line for each launch, with its share, what is left, and how it went', () => {
  const sink = fakeSink();
  const { report } = makeProgress(sink);
  report({ kind: 'round-start', round: 0, rounds: 2 });
  report(start);
  report({ kind: 'trial-stage', id: 'r1-0001', stage: 'measure', detail: 'hello-c1' });
  report(end({ state: 'completed' }));
  report(end({ state: 'failed', failure }));
  expect(sink.text()).toBe(
    [
      'round 1 of 2',
      ' 25 %  1/4  ~2 min left  gateway-cgi/node-bare  4.2 s  ok  0 requests',
      ' 25 %  1/4  ~2 min left  gateway-cgi/node-bare  4.2 s  failed at launch: it died',
      '',
    ].join('\n'),
  );
});

test('a terminal gets one line that is drawn over, cut to its width, and removed at the end', () => {
  const sink = fakeSink({ isTerminal: true, columns: 30 });
  const { report } = makeProgress(sink);
  report(start);
  report({ kind: 'trial-stage', id: 'r1-0001', stage: 'measure', detail: 'hello-c1' });
  report(end({ state: 'completed' }));
  report({ kind: 'run-end', runDir: '/r', state: 'complete', reason: null });
  const text = sink.text();
  expect(text).not.toContain('\n');
  for (const drawn of text.split('\r\u001b[2K')) expect(drawn.length).toBeLessThanOrEqual(30);
  expect(text.endsWith('\r\u001b[2K')).toBe(true);
});

test('a failed launch stays on the terminal', () => {
  const sink = fakeSink({ isTerminal: true, columns: 200 });
  const { report } = makeProgress(sink);
  report(start);
  report(end({ state: 'failed', failure }));
  expect(sink.text()).toMatch(/failed at launch: it died\n$/);
});
