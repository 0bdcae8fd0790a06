/**
 * Differences between deployments that cannot be helped, each with its reason. What stands here is shown beside the
 * check and does not fail it; any other difference does.
 */
export interface KnownDifference {
  /** Name of the check. */
  readonly check: string;
  readonly connector: string;
  /** What the app sees there. */
  readonly seen: string;
  readonly reason: string;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    check: 'SCRIPT_NAME',
    connector: 'apache-mod-fcgid-htaccess',
    seen: '/dispatch.fcgi',
    reason:
      'the rewrite that sends every path to the script leaves its name in SCRIPT_NAME, as on shared hosting',
  },
];

/** The reason for which a difference is expected, or null. */
export function reasonFor(check: string, connector: string, seen: string): string | null {
  const known = KNOWN_DIFFERENCES.find(
    (each) => each.check === check && each.connector === connector && each.seen === seen,
  );
  return known?.reason ?? null;
}
