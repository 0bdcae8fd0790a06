import { describe, expect, test } from 'vitest';
import { planSchema } from '../../../../results/schema/records.ts';
import type { StackRecord } from '../../../../results/schema/stack.ts';
import { makePlan, type PlanRequest } from '../../../../runner/plan/make-plan.ts';
import { remainingMs } from '../../../../runner/plan/remaining.ts';
import { scenarioSchema } from '../../../../scenarios/define.ts';

const stack = (
  name: string,
  model: StackRecord['model'],
  contract: StackRecord['contract'] = 'full',
): StackRecord => ({
  name,
  model,
  host: name.split('-')[0] ?? '',
  connector: name.split('/')[0] ?? '',
  connectorVariant: null,
  backend: null,
  backendVariant: null,
  adapter: null,
  app: name.split('/')[1] ?? '',
  appForm: 'wsgi-callable',
  form: 'wsgi-callable',
  upstream: null,
  contract,
  extras: [],
  language: 'python',
  pipeline: [name],
});

const STACKS = [
  stack('apache-cgi/a', 'cgi'),
  stack('apache-embedded/a', 'embedded'),
  stack('gateway-files/files', 'static', 'hello'),
];

const scenario = (name: string, over: object = {}) => ({
  name,
  scenario: scenarioSchema.parse({
    title: name,
    question: 'Which?',
    stacks: ['all'],
    workloads: [
      { name: 'hello', request: '/hello', load: { model: 'closed', connections: 1 } },
      { name: 'page', request: '/page', load: { model: 'closed', connections: 1 } },
    ],
    rounds: 4,
    minRounds: 2,
    ...over,
  }),
});

const request = (over: Partial<PlanRequest> = {}): PlanRequest => ({
  scenarios: [scenario('one')],
  stacks: STACKS,
  exclusions: [],
  seed: 7,
  budgetMs: null,
  rounds: null,
  only: null,
  ...over,
});

describe('a plan', () => {
  test('launches every stack once in each round, in an order that the seed decides', () => {
    const plan = makePlan(request());
    expect(planSchema.parse(plan)).toEqual(plan);
    for (const round of [0, 1, 2, 3]) {
      const launched = plan.trials.filter((trial) => trial.round === round).map((trial) => trial.stack);
      expect([...launched].sort()).toEqual(STACKS.map((each) => each.name));
    }
    expect(makePlan(request())).toEqual(plan);
    const orders = [1, 2, 3, 4, 5].map((seed) =>
      makePlan(request({ seed }))
        .trials.map((t) => t.stack)
        .join(),
    );
    expect(new Set(orders).size).toBeGreaterThan(1);
  });

  test('asks stacks of the hello contract for /hello only', () => {
    const plan = makePlan(request());
    const files = plan.trials.filter((trial) => trial.stack === 'gateway-files/files');
    expect(files.every((trial) => trial.workloads.join() === 'hello')).toBe(true);
  });

  test('measures a cell that two scenarios ask for once, and renames a workload that only shares a name', () => {
    const other = scenario('two', {
      workloads: [
        { name: 'hi', request: '/hello', load: { model: 'closed', connections: 1 } },
        { name: 'page', request: '/page', load: { model: 'closed', connections: 8 } },
      ],
    });
    const plan = makePlan(request({ scenarios: [scenario('one'), other] }));
    expect(plan.workloads.map((workload) => workload.name).sort()).toEqual(['hello', 'page', 'page.two']);
    const cgi = plan.trials.find((trial) => trial.stack === 'apache-cgi/a');
    expect([...(cgi?.workloads ?? [])].sort()).toEqual(['hello', 'page', 'page.two']);
  });

  test('keeps within its budget: shorter windows first, then fewer launches, never below minRounds', () => {
    const free = makePlan(request());
    const tight = makePlan(request({ budgetMs: free.expectedMs * 0.75 }));
    expect(tight.expectedMs).toBeLessThanOrEqual(free.expectedMs * 0.75);
    expect(tight.rounds).toBe(4);
    expect(tight.workloads.every((workload) => workload.windowMs < 2_000)).toBe(true);
    const tighter = makePlan(request({ budgetMs: free.expectedMs * 0.45 }));
    expect(tighter.rounds).toBeLessThan(4);
    expect(tighter.rounds).toBeGreaterThanOrEqual(2);
  });

  test('spends a large budget on launches', () => {
    const free = makePlan(request());
    expect(makePlan(request({ budgetMs: free.expectedMs * 3 })).rounds).toBeGreaterThan(8);
  });

  test('leaves scenarios out by name when the budget cannot buy their fewest launches', () => {
    const one = makePlan(request({ budgetMs: null, rounds: 2 }));
    const two = scenario('two', {
      workloads: [
        { name: 'x', request: '/json', load: { model: 'closed', connections: 4 }, windowMs: 60_000 },
      ],
    });
    const plan = makePlan(request({ scenarios: [scenario('one'), two], budgetMs: one.expectedMs }));
    expect(plan.scenarios.map((each) => each.name)).toEqual(['one']);
    expect(plan.exclusions.map((each) => each.what)).toContain('scenario two');
  });

  test('says how much is needed when the budget is too small', () => {
    expect(() => makePlan(request({ budgetMs: 1_000 }))).toThrow(/too small/);
  });

  test('refuses scenarios of different capacity in one run, and a pattern that selects nothing', () => {
    const other = scenario('two', { capacity: { processes: 1, threads: 1 } });
    expect(() => makePlan(request({ scenarios: [scenario('one'), other] }))).toThrow(/different capacities/);
    expect(() => makePlan(request({ only: 'nothing-*' }))).toThrow(/no stack/);
  });
});

describe('the remaining time', () => {
  test('is the expectation at first, and goes by what launches took afterwards', () => {
    const plan = makePlan(request());
    expect(remainingMs(plan, [])).toBeCloseTo(plan.expectedMs, 5);
    const first = plan.trials.slice(0, 3).map((trial) => ({
      kind: 'trial' as const,
      id: trial.id,
      round: 0,
      stack: trial.stack,
      label: null,
      startedAt: '2026-01-01T00:00:00Z',
      durationMs: 1_000,
      outcome: { state: 'completed' as const },
      startUp: null,
      verifications: [],
      processes: null,
      heldProcessPssBytes: null,

      unequal: [],
      behaviour: null,
      observations: [],
      findings: [],
    }));
    expect(remainingMs(plan, first)).toBeCloseTo(9_000, 5);
  });
});
