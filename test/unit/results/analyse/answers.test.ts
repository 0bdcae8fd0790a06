import { describe, expect, test } from 'vitest';
import { analyse } from '../../../../results/analyse/analyse.ts';
import { digits, spanOf } from '../../../../results/analyse/answer-words.ts';
import { answers } from '../../../../results/analyse/answers.ts';
import { sampleRun } from '../../../helpers/sample-run.ts';

const run = sampleRun();
const analysis = analyse(run);

describe('answers', () => {
  test('name the server, both deployments, the factor, its interval and the launches', () => {
    const answer = answers(analysis).find(({ headline }) =>
      headline.startsWith('Behind Apache, keeping plain WSGI'),
    );
    expect(answer?.headline).toMatch(
      /^Behind Apache, keeping plain WSGI alive \(mod_wsgi \(embedded\)\) costs 0\.1\d ms of CPU a request; starting it for each request \(mod_cgid \+ \.htaccess → wsgiref \(CGI\)\) costs 3\d ms: \d{3} times as much \(95 % interval \d{3}–\d{3}, 5 launches\)\.$/,
    );
    expect(answer?.detail).toMatch(/ms is fork \+ exec \+ pipe and \d+ ms is starting interpreter and app\./);
    expect(answer?.detail).toMatch(/Next is mod_wsgi \(daemon\) with 0\.2\d ms, 2\.\d times that/);
    expect(answer?.cells).toContain('apache-mod-cgid/wsgi-bare hello-c1');
  });

  test('begin with the range over all applications and servers', () => {
    expect(answers(analysis)[0]?.headline).toMatch(
      /^A process for each request \(CGI\) costs \d{3} to \d{3} times the CPU/,
    );
    expect(answers(analysis)[0]?.detail).toContain('3 of 3 intervals lie wholly above 1');
  });

  test('refer to cells that exist', () => {
    const ids = new Set(analysis.cells.map(({ id }) => id));
    const referred = answers(analysis).flatMap(({ cells }) => cells);
    expect(referred.filter((id) => !ids.has(id))).toEqual([]);
  });

  test('say what has no number, and why', () => {
    const last = answers(analysis).at(-1);
    expect(last?.headline).toBe('3 of 51 cells have no number: 1 invalid, 2 not measured.');
    expect(last?.detail).toContain('apache-proxy-fcgi+flup/wsgi-bare hello-c16: wrong-bodies');
  });

  test('claim no interval below three launches', () => {
    const two = answers(analyse(sampleRun({ rounds: 2, blemished: false })));
    expect(two[0]?.detail).toContain('No stack has the 3 launches that an interval needs.');
    expect(two[1]?.headline).toContain('no interval: 2 launches only');
    expect(two[1]?.detail).toContain('is not certain');
  });

  test('say so when the cell itself is invalid, rather than leave it out', () => {
    const trials = run.trials.map((trial) =>
      trial.stack === 'apache-mod-cgid/wsgi-bare'
        ? { ...trial, verifications: [{ extent: 'spot' as const, ok: false, checks: [] }] }
        : trial,
    );
    const answer = answers(analyse({ ...run, trials })).find(({ headline }) =>
      headline.startsWith('Behind Apache, what starting plain WSGI'),
    );
    expect(answer?.headline).toContain('has no valid number');
    expect(answer?.detail).toContain('The contract was broken');
  });

  test('do not claim a factor when the interval contains 1', () => {
    const overheads = analysis.overheads.map((overhead) => ({
      ...overhead,
      resident: overhead.resident.map((each) => ({
        ...each,
        cpuRatio: { point: 1.2, low: 0.8, high: 1.8, n: 5 },
      })),
    }));
    const text = answers({ ...analysis, overheads }).map(({ headline }) => headline);
    expect(text[1]).toContain('no certain difference (factor 95 % interval 0.80–1.80, 5 launches)');
    expect(text.join()).not.toContain('times as much');
  });

  test('of an empty run say that there is nothing yet', () => {
    const empty = analyse({ ...run, trials: [], plan: { ...run.plan, trials: [] } });
    expect(answers(empty)).toHaveLength(1);
    expect(answers(empty)[0]?.headline).toContain('no measured cell yet');
    expect(answers(analyse({ ...run, trials: [] })).at(-1)?.headline).toContain('no number');
  });
});

test.each([
  [0.0571, '0.057'],
  [0.9996, '1.00'],
  [1.123, '1.12'],
  [1.999, '2.00'],
  [9.96, '10'],
  [36.9, '37'],
  [302.4, '302'],
  [8_163, '8 160'],
  [1_234_567, '1 230 000'],
  [-1.5, '−1.50'],
  [0, '0'],
])('%d is written %s', (value, text) => {
  expect(digits(value)).toBe(text);
});

test('a span takes the unit that fits', () => {
  expect(spanOf(120)).toBe('0.12 ms');
  expect(spanOf(36_900)).toBe('37 ms');
  expect(spanOf(1_200_000)).toBe('1.20 s');
});
