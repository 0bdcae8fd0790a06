/** From a run's records to everything that is shown of it. Pure: the same run gives the same bytes each time. */
import type { RunData } from '../store/read.ts';
import { summariseBaselines } from './baselines.ts';
import { summariseCells } from './cells.ts';
import { compareCells } from './comparisons.ts';
import type { Analysis } from './model.ts';
import { forkOverheads } from './overheads.ts';
import { summariseStacks } from './stacks.ts';

/** Analyses a run, complete or not: what was not measured is `missing` and says why. */
export function analyse(run: RunData): Analysis {
  const cells = summariseCells(run);
  return {
    manifest: run.manifest,
    plan: run.plan,
    end: run.end,
    roundsDone: roundsDone(run),
    cells: cells.map(({ summary }) => summary),
    stacks: summariseStacks(run),
    comparisons: compareCells(cells),
    overheads: forkOverheads(cells),
    baselines: summariseBaselines(run.baselines),
    exclusions: run.plan.exclusions,
    damage: run.damage,
  };
}

/** Rounds of which every planned launch has a record that is not an aborted one. */
function roundsDone({ plan, trials }: RunData): number {
  const done = new Set(trials.filter(({ outcome }) => outcome.state !== 'aborted').map(({ id }) => id));
  const rounds = new Set(plan.trials.map(({ round }) => round));
  return [...rounds].filter((round) =>
    plan.trials.every((trial) => trial.round !== round || done.has(trial.id)),
  ).length;
}
