/** Parsers of option values: what a person types → numbers in known units. */
import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `90s`, `10m`, `1h30m` → ms. A number without a unit is refused: it could mean either. */
export function parseSpan(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|m|s)/g)];
  const isWhole = parts.map(([whole]) => whole).join('') === text;
  if (parts.length === 0 || !isWhole)
    throw new InvalidArgumentError('give a time such as 90s, 10m or 1h30m.');
  const ms = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0), 0);
  if (ms <= 0) throw new InvalidArgumentError('the time must be more than nothing.');
  return ms;
}

/** A whole number within limits. */
export function parseCount(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`give a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Largest seed: 32 bits without sign. */
export const MAX_SEED = 4_294_967_295;
