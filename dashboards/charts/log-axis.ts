/** A logarithmic axis in per cent of its width. */

export interface LogAxis {
  /** Position of a value, 0…100; values outside are held at the ends. */
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** Spans the values with whole decades, or with 1-2-5 steps when they span less than one. */
export function logAxis(values: readonly number[]): LogAxis {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  const smallest = positive.length === 0 ? 1 : Math.min(...positive);
  const largest = positive.length === 0 ? 10 : Math.max(...positive);
  const low = floorStep(smallest);
  const high = Math.max(ceilStep(largest), low * 2);
  const from = Math.log10(low);
  const width = Math.log10(high) - from;
  return {
    at: (value) => (value <= 0 ? 0 : Math.min(100, Math.max(0, ((Math.log10(value) - from) / width) * 100))),
    ticks: ticksBetween(low, high),
  };
}

const STEPS = [1, 2, 5, 10] as const;

function floorStep(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const step = [...STEPS].reverse().find((candidate) => candidate * decade <= value * 1.000001) ?? 1;
  return step * decade;
}

function ceilStep(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const step = STEPS.find((candidate) => candidate * decade >= value * 0.999999) ?? 10;
  return step * decade;
}

/** Decades; with 2 and 5 between them when there are few. */
function ticksBetween(low: number, high: number): readonly number[] {
  const decades = Math.log10(high / low);
  const steps = decades > 2.2 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent += 1) {
    for (const step of steps) {
      const tick = Number(`${step}e${exponent}`);
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}
