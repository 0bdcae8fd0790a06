/**
 * Differences between deployments that cannot be helped, each with its reason: the one table of them. What stands here
 * is shown with its reason and fails nothing; any other difference fails. `docs/behaviour.md` is made from it.
 */
import { compilePattern, type Selectable } from '../../core/stack-name.ts';

export interface KnownDifference {
  /** What differs: the name of a check, the heading of a behaviour, `header server`. */
  readonly about: string;
  /** Stacks that it is known of, in the language of `lab list stacks`. */
  readonly where: string;
  /** What is seen there; anything, where one reason holds for whatever comes. */
  readonly seen: readonly string[] | 'anything';
  readonly reason: string;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    about: 'SCRIPT_NAME',
    where: 'apache-mod-fcgid-htaccess/*',
    seen: ['/dispatch.fcgi'],
    reason:
      'the rewrite that sends every path to the script leaves its name in SCRIPT_NAME, as on shared hosting',
  },
];

const COMPILED = KNOWN_DIFFERENCES.map((known) => ({ known, matches: compilePattern(known.where) }));

/** The reason for which a difference is expected, or null. */
export function reasonFor(about: string, stack: Selectable, seen: string): string | null {
  const found = COMPILED.find(
    ({ known, matches }) =>
      known.about === about && (known.seen === 'anything' || known.seen.includes(seen)) && matches(stack),
  );
  return found?.known.reason ?? null;
}
