/** The form that all verdicts of a verification have. */
import type { Check } from '../../results/schema/records.ts';

/** A check that ends in a difference (text) or in none (null). */
export function verdict(check: string, comparison: Check['comparison'], difference: string | null): Check {
  return { check, comparison, ok: difference === null, detail: difference };
}

/** A check that holds, with evidence worth showing. */
export function proven(check: string, evidence: string, comparison: Check['comparison'] = 'model'): Check {
  return { check, comparison, ok: true, detail: evidence };
}

export function disproved(check: string, why: string): Check {
  return { check, comparison: 'model', ok: false, detail: why };
}
