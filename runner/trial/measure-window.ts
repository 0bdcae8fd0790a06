/** One window of one workload: quiet → load → quiet, with the account between the two quiets. */
import type { Finding } from '../../results/schema/finding.ts';
import { finding } from '../../results/schema/findings.ts';
import type { Workload } from '../../scenarios/define.ts';
import { beginAccount, waitForQuiet } from '../account/account.ts';
import { judgeWindow } from '../account/judge.ts';
import type { IdleRates, QuietFacts } from '../account/quiet.ts';
import type { OpenTrial } from './open-trial.ts';
import { expectationOf } from './verify-trial.ts';

/** Longest time requests under way at the end of a window are waited for. */
const DRAIN_LIMIT_MS = 30_000;
export const QUIET_DEADLINE_MS = 10_000;

/** Measures one cell of a launch and notes the observation. */
export async function measureWindow(
  open: OpenTrial,
  workload: Workload,
  position: number,
  idle: IdleRates,
): Promise<void> {
  const { planned, stack, launched, notes, x } = open;
  const { endpoint, groups } = launched;
  const { signal } = x;
  notes.enter('measure', x, workload.name);
  const expect = await expectationOf(workload.request, open);
  const before = await waitForQuiet(groups, signal, QUIET_DEADLINE_MS);
  const account = await beginAccount({ groups, hasBackend: stack.backend !== null, idle, signal });
  const window = await x.driver.window({
    endpoint,
    request: workload.request,
    expect,
    connections: workload.load.connections,
    windowMs: workload.windowMs,
    maxRequests: workload.maxRequests,
    drainLimitMs: DRAIN_LIMIT_MS,
  });
  const after = await waitForQuiet(groups, signal, QUIET_DEADLINE_MS);
  const read = await account.finish(window.generator.cpuUs);
  const judged = judgeWindow({
    stack: stack.record,
    workload,
    window,
    ...read,
    capacity: x.capacity,
    cores: x.cores,
  });
  notes.observations.push({
    cell: { stack: planned.stack, workload: workload.name, label: planned.label },
    request: workload.request,
    load: workload.load,
    position,
    window,
    ...read,
    findings: [...judged, ...unquiet(before, after)],
  });
}

function unquiet(before: QuietFacts, after: QuietFacts): Finding[] {
  if (before.quiet && after.quiet) return [];
  const [when, facts] = before.quiet ? (['after', after] as const) : (['before', before] as const);
  const evidence = `${Math.round(facts.waitedMs)} ms of waiting ${when} the window; the stack still used ${(facts.cpuUsPerSec / 1e4).toFixed(1)} % of a core`;
  return [finding('not-quiet', evidence, ['cpu'])];
}
