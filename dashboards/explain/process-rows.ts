/** Processes in tree order with their depth; workers that are all alike are told once. */
import type { ExplainedProcess, Explanation } from '../../results/schema/explanation.ts';

export interface ProcessRow {
  readonly process: ExplainedProcess;
  readonly depth: number;
  /** Further processes just like it, which did nothing for the request. */
  readonly alike: number;
}

/** From so many on, alike ones are folded. */
const FEW = 3;

export function processRows({ processes }: Explanation): readonly ProcessRow[] {
  const depthOf = (process: ExplainedProcess): number => {
    const parent = processes.find(({ pid }) => pid === process.parent);
    return parent === undefined ? 0 : 1 + depthOf(parent);
  };
  const kindOf = (each: ExplainedProcess): string => `${each.parent} ${each.purpose} ${each.command}`;
  const isIdle = (each: ExplainedProcess): boolean =>
    !each.answered && !each.holdsConnection && !processes.some(({ parent }) => parent === each.pid);
  const idleOf = new Map<string, ExplainedProcess[]>();
  for (const each of processes) {
    if (isIdle(each)) idleOf.set(kindOf(each), [...(idleOf.get(kindOf(each)) ?? []), each]);
  }
  return processes.flatMap((process): ProcessRow[] => {
    const alike = isIdle(process) ? (idleOf.get(kindOf(process)) ?? []) : [];
    if (alike.length < FEW) return [{ process, depth: depthOf(process), alike: 0 }];
    if (alike[0] !== process) return [];
    return [{ process, depth: depthOf(process), alike: alike.length - 1 }];
  });
}
