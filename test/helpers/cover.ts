import type { Stack } from '../../runner/stack.ts';

/**
 * A pairwise cover of the derived stacks: every connector × backend × variant at least once, and every app under
 * every model that it can have. Greedy, in a fixed order, so that the same machine always gives the same cover.
 */
export function pairwiseCover(stacks: readonly Stack[]): Stack[] {
  const pairsOf = ({ record }: Stack): string[] => [
    `chain ${record.name.slice(0, record.name.lastIndexOf('/'))}`,
    `app ${record.app} as ${record.model}`,
  ];
  const missing = new Set(stacks.flatMap(pairsOf));
  const chosen: Stack[] = [];
  while (missing.size > 0) {
    const gain = (stack: Stack) => pairsOf(stack).filter((pair) => missing.has(pair)).length;
    const best = stacks.reduce((a, b) => (gain(b) > gain(a) ? b : a));
    chosen.push(best);
    for (const pair of pairsOf(best)) missing.delete(pair);
  }
  return chosen;
}
