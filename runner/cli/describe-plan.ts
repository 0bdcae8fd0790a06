/** What is about to be done, in words: printed before a run starts. */
import type { Plan } from '../../results/schema/records.ts';
import { formatSpan, formatTable, plural } from './table.ts';
import type { Colours } from './terminal.ts';

/** More reasons of one kind than this are counted, not listed. */
const LISTED = 12;

/** Stacks, launches, minutes, and what is left out and why. */
export function describePlan(plan: Plan, c: Colours): string {
  const launches = new Map<string, number>();
  for (const { stack } of plan.trials) launches.set(stack, (launches.get(stack) ?? 0) + 1);
  const asked = (name: string) => {
    const asks = plan.asks.filter((ask) => ask.scenario === name);
    const rounds = asks.map((ask) => launches.get(ask.stack) ?? 0);
    const workloads = new Set(asks.flatMap((ask) => ask.workloads));
    return [
      plural(asks.length, 'stack'),
      plural(workloads.size, 'workload'),
      `${Math.max(0, ...rounds)} launches`,
    ];
  };
  const scenarios = formatTable(
    plan.scenarios.map(({ name }) => [c.bold(name), ...asked(name)]),
    '  ',
  );
  const budget = plan.budgetMs === null ? '' : ` of a budget of ${formatSpan(plan.budgetMs)}`;
  const total = [
    plural(plan.stacks.length, 'stack'),
    plural(plan.trials.length, 'launch').replace('launchs', 'launches'),
    `about ${formatSpan(plan.expectedMs)}${budget}`,
    `seed ${plan.seed}`,
  ].join(', ');
  return `${scenarios}\n  ${total}\n${describeExclusions(plan, c)}`;
}

/** Only what a reader could change: combinations that cannot exist are in `lab list stacks`. */
function describeExclusions(plan: Plan, c: Colours): string {
  const missing = plan.exclusions.filter(({ remedy }) => remedy !== null);
  if (missing.length === 0) return '';
  const rows = missing.slice(0, LISTED).map(({ what, reason, remedy }) => [what, `${reason}; ${remedy}`]);
  const more = missing.length > LISTED ? `\n    … and ${missing.length - LISTED} more: lab doctor` : '';
  return `  ${c.dim('left out:')}\n${formatTable(rows, '    ')}${more}\n`;
}
