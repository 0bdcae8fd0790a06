/** Which cells the scenarios of a run ask for. The same cell asked by two scenarios is measured once. */
import { LabError } from '../../core/errors.ts';
import { compilePattern } from '../../core/stack-name.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import type { Scenario, Workload } from '../../scenarios/define.ts';

export interface NamedScenario {
  readonly name: string;
  readonly scenario: Scenario;
}

export interface Ask {
  readonly scenario: string;
  readonly stack: string;
  readonly workloads: readonly string[];
}

export interface Cells {
  readonly stacks: readonly StackRecord[];
  /** Under names that are unique in the run. */
  readonly workloads: readonly Workload[];
  readonly asks: readonly Ask[];
}

/**
 * Resolves the scenarios' patterns and workloads.
 * @param only a further pattern that every stack must match, or null
 * @throws LabError E_NO_STACKS when nothing is left
 */
export function resolveCells(
  scenarios: readonly NamedScenario[],
  available: readonly StackRecord[],
  only: string | null,
): Cells {
  const workloads: Workload[] = [];
  const asks: Ask[] = [];
  const admit = only === null ? () => true : compilePattern(only);
  for (const { name, scenario } of scenarios) {
    const renamed = scenario.workloads.map((workload) => intern(workloads, workload, name));
    const matches = compilePattern(scenario.stacks.join(','));
    for (const stack of available.filter((each) => matches(each) && admit(each))) {
      const claimed = renamed
        .filter((workload) => isClaimed(stack, workload))
        .map((workload) => workload.name);
      if (claimed.length > 0) asks.push({ scenario: name, stack: stack.name, workloads: claimed });
    }
  }
  const asked = new Set(asks.map((ask) => ask.stack));
  const stacks = available.filter((stack) => asked.has(stack.name));
  if (stacks.length === 0) {
    throw new LabError('E_NO_STACKS', 'no stack that can run here is selected', {
      facts: { scenarios: scenarios.map((each) => each.name).join(', '), only },
      hint: '`lab list stacks` shows what can run here and why the rest cannot; `lab setup` installs the real servers.',
    });
  }
  return { stacks, workloads: workloads.filter((w) => asks.some((a) => a.workloads.includes(w.name))), asks };
}

/** Floors and files claim `/hello` only; an adopted app its own requests, which nobody else claims. */
function isClaimed(stack: StackRecord, { request, owner }: Workload): boolean {
  if (owner !== null) return stack.app === owner;
  return stack.contract === 'full' || (stack.contract === 'hello' && request.path === '/hello');
}

/** The workload under its name in this run: shared when another scenario has the same, renamed when it differs. */
function intern(known: Workload[], workload: Workload, scenario: string): Workload {
  const content = (each: Workload) => JSON.stringify({ ...each, name: '' });
  const same = known.find((each) => content(each) === content(workload));
  if (same !== undefined) return same;
  const isTaken = known.some((each) => each.name === workload.name);
  const added = isTaken ? { ...workload, name: `${workload.name}.${scenario}` } : workload;
  known.push(added);
  return added;
}
