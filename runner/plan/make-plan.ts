/** Turns scenarios into an ordered, seeded list of launches that fits a budget. Pure. */
import { LabError } from '../../core/errors.ts';
import { type Random, seededRandom, shuffled } from '../../core/random.ts';
import { type Plan, type PlannedTrial, SCHEMA_VERSION } from '../../results/schema/records.ts';
import type { Exclusion, StackRecord } from '../../results/schema/stack.ts';
import type { Workload } from '../../scenarios/define.ts';
import { type Cells, type NamedScenario, resolveCells } from './cells.ts';
import { expectedTrialMs } from './duration.ts';

export interface PlanRequest {
  readonly scenarios: readonly NamedScenario[];
  readonly stacks: readonly StackRecord[];
  readonly exclusions: readonly Exclusion[];
  readonly seed: number;
  /** null: rounds and windows as the scenarios say. */
  readonly budgetMs: number | null;
  /** Overrides the scenarios' rounds; null: as they say. */
  readonly rounds: number | null;
  /** A further pattern that every stack must match; null: none. */
  readonly only: string | null;
}

/** Windows may be shortened to this share of what a scenario asks for, never below MIN_WINDOW_MS. */
const WINDOW_SHARES = [1, 0.75, 0.5, 0.35] as const;
const MIN_WINDOW_MS = 700;
/** More launches than this are not planned, however large the budget. */
const MAX_ROUNDS = 20;

/**
 * Plans the run. With a budget: first the windows are shortened, then launches are taken away down to each
 * scenario's minRounds, then whole scenarios are left out from the last on, by name; what a budget has left
 * over buys launches.
 * @throws LabError E_NO_STACKS, E_USAGE
 */
export function makePlan(request: PlanRequest): Plan {
  const capacity = commonCapacity(request.scenarios);
  const exclusions = [...request.exclusions];
  for (let kept = [...request.scenarios]; ; kept = kept.slice(0, -1)) {
    const cells = resolveCells(kept, request.stacks, request.only);
    const draft = fitBudget(kept, cells, request);
    if (draft === null && kept.length > 1) {
      const left = kept.at(-1);
      exclusions.push({
        what: `scenario ${left?.name}`,
        reason: `the budget of ${minutes(request.budgetMs)} min cannot buy ${left?.scenario.minRounds} launches of it`,
        remedy: 'Raise --budget, or run the scenario by itself.',
      });
      continue;
    }
    if (draft === null) {
      const least = schedule(
        kept,
        scaled(cells, WINDOW_SHARES.at(-1) ?? 1),
        (s) => s.scenario.minRounds,
        request.seed,
      );
      throw new LabError('E_USAGE', `the budget is too small for ${kept[0]?.name}`, {
        facts: {
          budget: `${minutes(request.budgetMs)} min`,
          'needed for the fewest launches': `${minutes(least.expectedMs)} min`,
        },
        hint: 'Raise --budget, or select fewer stacks with --only.',
      });
    }
    return {
      version: SCHEMA_VERSION,
      seed: request.seed,
      budgetMs: request.budgetMs,
      capacity,
      scenarios: kept,
      exclusions,
      ...draft,
    };
  }
}

type Draft = Pick<Plan, 'stacks' | 'workloads' | 'asks' | 'rounds' | 'trials' | 'expectedMs'>;
type RoundsOf = (scenario: NamedScenario) => number;

function fitBudget(scenarios: readonly NamedScenario[], cells: Cells, request: PlanRequest): Draft | null {
  const { budgetMs, seed } = request;
  const asked: RoundsOf = ({ scenario }) => request.rounds ?? scenario.rounds;
  if (budgetMs === null) return schedule(scenarios, cells, asked, seed);
  const fewest: RoundsOf = (each) => Math.min(asked(each), each.scenario.minRounds);
  const fits = (share: number, rounds: RoundsOf): Draft | null => {
    const draft = schedule(scenarios, scaled(cells, share), rounds, seed);
    return draft.expectedMs <= budgetMs ? draft : null;
  };
  for (const share of WINDOW_SHARES) {
    const draft = fits(share, asked);
    if (draft !== null) return request.rounds === null ? spendRest(fits, share, asked, draft) : draft;
  }
  for (let fewer = 1; fewer < MAX_ROUNDS; fewer++) {
    const rounds: RoundsOf = (each) => Math.max(fewest(each), asked(each) - fewer);
    const draft = fits(WINDOW_SHARES.at(-1) ?? 1, rounds);
    if (draft !== null) return draft;
    if (scenarios.every((each) => rounds(each) === fewest(each))) return null;
  }
  return null;
}

/** Adds launches to every scenario while the budget holds. */
function spendRest(
  fits: (share: number, rounds: RoundsOf) => Draft | null,
  share: number,
  asked: RoundsOf,
  base: Draft,
): Draft {
  let best = base;
  for (let more = 1; more <= MAX_ROUNDS; more++) {
    const next = fits(share, (each) => Math.min(MAX_ROUNDS, asked(each) + more));
    if (next === null) break;
    best = next;
  }
  return best;
}

function scaled(cells: Cells, share: number): Cells {
  const shorten = (workload: Workload): Workload => ({
    ...workload,
    windowMs: Math.min(workload.windowMs, Math.max(MIN_WINDOW_MS, Math.round(workload.windowMs * share))),
  });
  return share === 1 ? cells : { ...cells, workloads: cells.workloads.map(shorten) };
}

/** Each round launches every stack that is still asked for once, in seeded random order. */
function schedule(
  scenarios: readonly NamedScenario[],
  cells: Cells,
  roundsOf: RoundsOf,
  seed: number,
): Draft {
  const random = seededRandom(seed);
  const roundsByScenario = new Map(scenarios.map((each) => [each.name, roundsOf(each)]));
  const rounds = Math.max(...roundsByScenario.values());
  const trials: PlannedTrial[] = [];
  let expectedMs = 0;
  for (let round = 0; round < rounds; round++) {
    const asks = cells.asks.filter((ask) => (roundsByScenario.get(ask.scenario) ?? 0) > round);
    for (const stack of shuffled(cells.stacks, random)) {
      const workloads = workloadsOf(stack, asks, cells, random);
      if (workloads.length === 0) continue;
      expectedMs += expectedTrialMs(stack, workloads, round === 0);
      trials.push({
        id: `r${round + 1}-${String(trials.length + 1).padStart(4, '0')}`,
        round,
        stack: stack.name,
        label: null,
        workloads: workloads.map((workload) => workload.name),
      });
    }
  }
  return {
    stacks: [...cells.stacks],
    workloads: [...cells.workloads],
    asks: cells.asks.map(copyAsk),
    rounds,
    trials,
    expectedMs,
  };
}

const copyAsk = (ask: Cells['asks'][number]) => ({ ...ask, workloads: [...ask.workloads] });

function workloadsOf(stack: StackRecord, asks: Cells['asks'], cells: Cells, random: Random): Workload[] {
  const names = new Set(asks.filter((ask) => ask.stack === stack.name).flatMap((ask) => ask.workloads));
  return shuffled(
    cells.workloads.filter((workload) => names.has(workload.name)),
    random,
  );
}

function commonCapacity(scenarios: readonly NamedScenario[]): Plan['capacity'] {
  const first = scenarios[0];
  if (first === undefined) throw new LabError('E_USAGE', 'no scenario was named');
  const { capacity } = first.scenario;
  const other = scenarios.find(
    ({ scenario }) =>
      scenario.capacity.processes !== capacity.processes || scenario.capacity.threads !== capacity.threads,
  );
  if (other === undefined) return capacity;
  throw new LabError('E_USAGE', `${first.name} and ${other.name} ask for different capacities`, {
    hint: 'Stacks of one run are launched with one capacity: run these scenarios one after the other.',
  });
}

const minutes = (ms: number | null): string => ((ms ?? 0) / 60_000).toFixed(1);
