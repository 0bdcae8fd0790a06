/**
 * Holm's step-down correction: with many comparisons of one figure, the chance that any identical pair is
 * called different stays below 5 % in all. [Holm 1979]
 */

/** Adjusted p values, in the order given. A comparison is significant when its adjusted p is below the level. */
export function holm(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((p, index) => ({ p, index })).toSorted((a, b) => a.p - b.p || a.index - b.index);
  const adjusted = pValues.map(() => 1);
  let running = 0;
  order.forEach(({ p, index }, rank) => {
    running = Math.max(running, Math.min(1, p * (order.length - rank)));
    adjusted[index] = running;
  });
  return adjusted;
}
