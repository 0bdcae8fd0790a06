import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LabError } from '../../../core/errors.ts';
import { loadScenarios } from '../../../scenarios/load.ts';
import { catalogue } from './catalogue-for-tests.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lab-scenarios-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const load = (asked: readonly string[]) => loadScenarios(asked, { cwd: dir, dir, catalogue });

async function failure(asked: readonly string[]): Promise<LabError> {
  const thrown: unknown = await load(asked).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof LabError)) throw new Error(`expected a LabError, got ${String(thrown)}`);
  return thrown;
}

const GOOD = `title: T
question: Q?
inAll: true
stacks: [gateway-cgi/node-bare]
workloads:
  - name: hello
    request: /hello
    load: { model: closed, connections: 1 }
`;

test('three mistakes in one YAML file are three problems, each with its line and column', async () => {
  await writeFile(
    join(dir, 'bad.scenario.yaml'),
    `title: T
question: Q?
stacks:
  - gateway-cgi/node-bare
  - gateway-cgi/wsgi-bear
workloads:
  - name: hello
    request: /hello
    load: { model: closed, conections: 1 }
rounds: many
`,
  );
  const error = await failure(['bad']);
  expect(error.code).toBe('E_SCENARIO');
  expect(error.facts).toEqual({
    'bad.scenario.yaml:5:5 stacks[1]': 'no app is called "wsgi-bear" (did you mean "wsgi-bare"?)',
    'bad.scenario.yaml:9:28 workloads[0].load.conections':
      'unknown key "conections" (did you mean "connections"?)',
    'bad.scenario.yaml:10:9 rounds': 'must be a number',
  });
});

test('the mistakes of several files come in one error', async () => {
  await writeFile(join(dir, 'one.scenario.yaml'), GOOD.replace('title: T', 'titel: T'));
  await writeFile(join(dir, 'two.scenario.json'), '{\n  "title": 7\n}\n');
  const error = await failure(['one', 'two']);
  expect(error.message).toBe('5 mistakes in 2 scenario files');
  expect(error.facts['one.scenario.yaml:1:1 titel']).toBe('unknown key "titel" (did you mean "title"?)');
  expect(error.facts['two.scenario.json:2:12 title']).toBe('must be text');
});

test('a syntax error is shown where it is', async () => {
  await writeFile(join(dir, 'broken.scenario.yaml'), `${GOOD}stacks2: [\n`);
  const error = await failure(['broken']);
  expect(Object.keys(error.facts)[0]).toMatch(/^broken\.scenario\.yaml:(9|10):\d+$/);
});

test('a key written twice is a problem beside the others', async () => {
  await writeFile(join(dir, 'twice.scenario.yaml'), `${GOOD}rounds: 0\nrounds: 0\n`);
  const error = await failure(['twice']);
  expect(Object.values(error.facts)).toContain('must be at least 1');
  expect(Object.values(error.facts).some((text) => /unique/.test(String(text)))).toBe(true);
});

test('a mistake in a request written as text is told in terms of that text', async () => {
  await writeFile(join(dir, 'text.scenario.yaml'), GOOD.replace('/hello', 'hello'));
  const error = await failure(['text']);
  expect(error.facts).toEqual({
    'text.scenario.yaml:7:14 workloads[0].request': 'a path starts with "/" and has printable ASCII only',
  });
});

test('a scenario in TypeScript names mistakes by their path', async () => {
  await writeFile(
    join(dir, 'typed.scenario.ts'),
    "export default { title: 'T', question: 'Q?', stacks: ['app:wsgi-bear'], workloads: [] };\n",
  );
  const error = await failure(['typed']);
  expect(error.facts).toEqual({
    'typed.scenario.ts workloads': 'must have at least 1 entries',
    'typed.scenario.ts stacks[0]': 'no app is called "wsgi-bear" (did you mean "wsgi-bare"?)',
  });
});

test('an unknown name is answered with the nearest known one', async () => {
  await writeFile(join(dir, 'models.scenario.yaml'), GOOD);
  const error = await failure(['modles']);
  expect(error.message).toBe('no scenario is called "modles" (did you mean "models"?)');
});

test('"all" takes the scenarios that say so, and a name beside it takes that one too', async () => {
  await writeFile(join(dir, 'in.scenario.yaml'), GOOD);
  await writeFile(join(dir, 'out.scenario.yaml'), GOOD.replace('inAll: true', 'inAll: false'));
  expect((await load(['all'])).map(({ name }) => name)).toEqual(['in']);
  expect((await load(['all', 'out'])).map(({ name }) => name)).toEqual(['in', 'out']);
  expect((await load(['out', 'all', 'out'])).map(({ name }) => name).sort()).toEqual(['in', 'out']);
});

test('"all" does not stumble over the mistakes of a scenario that it would not take', async () => {
  await writeFile(join(dir, 'in.scenario.yaml'), GOOD);
  const broken = GOOD.replace('node-bare', 'node-bear');
  await writeFile(join(dir, 'out.scenario.yaml'), broken.replace('inAll: true', 'inAll: false'));
  expect((await load(['all'])).map(({ name }) => name)).toEqual(['in']);
  await writeFile(join(dir, 'out.scenario.yaml'), broken);
  expect((await failure(['all'])).message).toBe('1 mistake in out.scenario.yaml');
});

test('a path is loaded whatever it is called, and defaults are filled in', async () => {
  await writeFile(join(dir, 'mine.json'), JSON.stringify({ ...MINIMAL }));
  const [loaded] = await load(['./mine.json']);
  expect(loaded?.name).toBe('mine');
  expect(loaded?.scenario).toMatchObject({
    rounds: 5,
    minRounds: 3,
    inAll: false,
    capacity: { processes: 2, threads: 8 },
    workloads: [{ windowMs: 2000, maxRequests: null, request: { method: 'GET', path: '/hello' } }],
  });
});

test('two files that would share a name are refused', async () => {
  await writeFile(join(dir, 'same.json'), JSON.stringify(MINIMAL));
  await writeFile(join(dir, 'same.yaml'), GOOD);
  const error = await failure(['./same.json', './same.yaml']);
  expect(error.facts['same.yaml']).toBe('another scenario has the name "same": same.json');
});

const MINIMAL = {
  title: 'T',
  question: 'Q?',
  stacks: ['all'],
  workloads: [{ name: 'hello', request: '/hello', load: { model: 'closed', connections: 1 } }],
};
