import { expect, test } from 'vitest';
import { goldenDifference, goldenOf, type Heard } from '../../../../../runner/verify/own/golden.ts';
import { judgeRuns, type ProcessRun } from '../../../../../runner/verify/own/judge-runs.ts';

const request = {
  name: 'root',
  method: 'GET',
  path: '/',
  headers: {},
  body: null,
  status: null,
  load: true,
} as const;
const mask = (text: string) => text.replaceAll(/id=\d+/g, 'id=<masked>');
const heard = (body: string, more: { status?: number; headers?: [string, string][] } = {}): Heard => ({
  reply: {
    status: more.status ?? 200,
    headers: more.headers ?? [['content-type', 'text/html']],
    body: Buffer.from(body),
  },
  mask,
});

function golden(...bodies: string[]) {
  const made = goldenOf(
    request,
    bodies.slice(0, 2).map((body) => heard(body)),
    bodies.slice(2).map((body) => heard(body)),
  );
  if (typeof made === 'string') throw new Error(made);
  return made;
}

test('the same answer is golden, another is told with the place', () => {
  const right = golden('one two', 'one two', 'one two', 'one two');
  expect(goldenDifference(right, heard('one two'))).toBeNull();
  expect(goldenDifference(right, heard('one too'))).toContain('differs from byte 5 on');
  expect(goldenDifference(right, heard('one two', { status: 404 }))).toContain(
    'expected status 200, got 404',
  );
  expect(goldenDifference(right, heard('one two', { headers: [['content-type', 'text/plain']] }))).toContain(
    'Content-Type',
  );
  expect(right.isStable).toBe(true);
});

test('what differs by itself is left out, and nothing else is', () => {
  const right = golden('token 1 end', 'token 2 end', 'token 3 end', 'token 4 end');
  expect(right.varies.kind).toBe('places');
  expect(goldenDifference(right, heard('token 99 end'))).toBeNull();
  expect(goldenDifference(right, heard('token 99 END'))).not.toBeNull();
  expect(right.isStable).toBe(false);
});

test('a body of another shape each time is compared by status and headers only', () => {
  const right = golden('a', 'a b', 'a b c', 'a');
  expect(right.varies.kind).toBe('length');
  expect(goldenDifference(right, heard('quite another'))).toBeNull();
  expect(
    goldenDifference(
      right,
      heard('a', {
        headers: [
          ['content-type', 'text/html'],
          ['set-cookie', 'sid=1'],
        ],
      }),
    ),
  ).toContain('cookies');
});

test('a mask hides what it matches in both', () => {
  const right = golden('id=1', 'id=2', 'id=3', 'id=4');
  expect(right.varies.kind).toBe('nothing');
  expect(goldenDifference(right, heard('id=77'))).toBeNull();
  expect(right.isStable).toBe(false);
});

test('a reference that fails, or answers now this way and now that, is no reference', () => {
  expect(goldenOf(request, [heard('oh', { status: 500 })], [])).toContain('status 500');
  expect(goldenOf(request, [heard('a')], [heard('a', { status: 404 })])).toContain(
    'now with status 200, now with 404',
  );
  expect(goldenOf({ ...request, status: 404 }, [heard('a')], [])).toContain('labapp.yaml says 404');
  expect(typeof goldenOf({ ...request, status: 500 }, [heard('a', { status: 500 })], [])).toBe('object');
});

const run = (pid: number, runs: number, more: Partial<ProcessRun> = {}): ProcessRun => ({
  pid,
  name: 'p',
  role: 'host',
  isNew: false,
  runs,
  holdsConnection: false,
  ...more,
});
const judge = (model: 'embedded' | 'daemon', runs: ProcessRun[], holdersKnown = true) =>
  judgeRuns({ model, requests: 20, runs, answering: 'host', holdersKnown }).ok;

test.each([
  ['embedded', [run(1, 40, { holdsConnection: true }), run(2, 1)], true],
  ['embedded', [run(1, 40, { holdsConnection: true }), run(2, 40)], false],
  ['daemon', [run(1, 40, { holdsConnection: true }), run(2, 40)], true],
  ['daemon', [run(1, 40, { holdsConnection: true }), run(2, 1)], false],
  [
    'daemon',
    [
      run(1, 40, { holdsConnection: true }),
      ...Array.from({ length: 20 }, (_, n) => run(n + 2, 2, { isNew: true })),
    ],
    false,
  ],
] as const)('as %s, %j is %s', (model, runs, ok) => {
  expect(judge(model, [...runs])).toBe(ok);
});
