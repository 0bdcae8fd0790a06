/** What the picture, the table and the words about a process per request share. */
import type { Estimate, ForkOverhead, OverheadPart } from '../../../results/analyse/model.ts';
import type { StackRecord } from '../../../results/schema/stack.ts';
import { appWords, hostWords } from '../../wording.ts';
import type { View } from '../view.ts';

export const PART_NAMES: readonly OverheadPart['name'][] = [
  'serving a file',
  'fork + exec + pipe',
  'starting interpreter and app',
];

/** The two costs that are taken apart. */
export type Cost = 'cpu' | 'latency';

export const COST_WORDS: Readonly<Record<Cost, string>> = {
  cpu: 'CPU per request',
  latency: 'mean latency at one connection',
};

export const pick = (
  of: { readonly cpuUs: Estimate | null; readonly latencyUs: Estimate | null },
  cost: Cost,
): Estimate | null => (cost === 'cpu' ? of.cpuUs : of.latencyUs);

export const totalOf = (overhead: ForkOverhead, cost: Cost): Estimate | null =>
  cost === 'cpu' ? overhead.totalCpuUs : overhead.totalLatencyUs;

export const ratioOf = (resident: ForkOverhead['resident'][number], cost: Cost): Estimate | null =>
  cost === 'cpu' ? resident.cpuRatio : resident.latencyRatio;

export function partOf(overhead: ForkOverhead, name: OverheadPart['name'], cost: Cost): Estimate | null {
  const part = overhead.parts.find((candidate) => candidate.name === name);
  return part === undefined ? null : pick(part, cost);
}

export function stackOfCell(view: View, cellId: string): StackRecord | null {
  const cell = view.cellById.get(cellId);
  return cell === undefined ? null : (view.stackByName.get(cell.cell.stack)?.stack ?? null);
}

/** `plain WSGI (WSGI) behind Apache` */
export function overheadTitle(view: View, overhead: ForkOverhead): string {
  const stack = stackOfCell(view, overhead.cgiCell);
  if (stack === null) return `${overhead.app} behind ${overhead.host}`;
  return `${appWords(stack)} behind ${hostWords(stack)}`;
}

/** Overheads by app and workload, under the words that name them. */
export function overheadsByApp(view: View): ReadonlyMap<string, readonly ForkOverhead[]> {
  const groups = new Map<string, ForkOverhead[]>();
  for (const overhead of view.analysis.overheads) {
    const stack = stackOfCell(view, overhead.cgiCell);
    const title = `${stack === null ? overhead.app : appWords(stack)}, ${overhead.workload}`;
    groups.set(title, [...(groups.get(title) ?? []), overhead]);
  }
  return groups;
}
