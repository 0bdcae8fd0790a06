/**
 * How long a launch is expected to take, before anything was measured. Deliberately on the slow side: a plan
 * that promises a number of launches must keep it. Once rounds are done, the run goes by what they took.
 */
import type { StackRecord } from '../../results/schema/stack.ts';
import type { Workload } from '../../scenarios/define.ts';

/** Launch, spot verification, warm-up, process count and stop; ms by model, on two shared cores. */
const AROUND_MS = { static: 2_000, cgi: 4_000, daemon: 2_800, embedded: 2_800, pool: 3_400 } as const;
/** Quiet before and after a window, and its drain; ms. */
const AROUND_WINDOW_MS = 450;
/** The whole contract, the proof of the model and a look at its behaviour, once per stack and run; ms. */
const FULL_VERIFICATION_MS = {
  static: 200,
  cgi: 5_500,
  daemon: 2_300,
  embedded: 2_300,
  pool: 2_300,
} as const;

/** Expected ms of one launch of a stack with these workloads. */
export function expectedTrialMs(
  stack: StackRecord,
  workloads: readonly Workload[],
  isFirst: boolean,
): number {
  const windows = workloads.reduce((sum, workload) => sum + workload.windowMs + AROUND_WINDOW_MS, 0);
  return AROUND_MS[stack.model] + windows + (isFirst ? FULL_VERIFICATION_MS[stack.model] : 0);
}
