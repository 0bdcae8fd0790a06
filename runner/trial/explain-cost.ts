/** What explains a stack's cost: how many processes it makes, what one weighs, what starting one costs by itself. */
import { messageOf } from '../../core/errors.ts';
import { finding } from '../../results/schema/findings.ts';
import { measureBaseline } from '../account/baseline.ts';
import { pssOf } from '../account/memory.ts';
import { countProcesses } from '../load/count-processes.ts';
import { holdRequest } from '../load/hold-request.ts';
import { baselinesOf } from '../plan/baselines.ts';
import type { OpenTrial } from './open-trial.ts';

/** Requests of the planned `/who` series: enough to tell 1.00 from less, few enough for a CGI of 300 ms. */
const WHO_REQUESTS = { cgi: 8, other: 100 } as const;
const BASELINE_EXECUTIONS = 8;
/** How long a CGI process is held to be weighed: longer than the slowest framework needs to start. */
const HOLD_MS = 1_000;

/** Processes per request from a planned series of `/who`, and what one short-lived process weighs. */
export async function countAndWeigh({ stack, launched, notes, x }: OpenTrial): Promise<void> {
  const { endpoint } = launched;
  const { signal } = x;
  const isCgi = stack.record.model === 'cgi';
  const requests = isCgi ? WHO_REQUESTS.cgi : WHO_REQUESTS.other;
  notes.processes = await countProcesses({ endpoint, requests, signal });
  if (!isCgi) return;
  await using held = await holdRequest(endpoint, HOLD_MS, { groups: launched.groups, signal });
  notes.heldProcessPssBytes = held.pid === null ? null : await pssOf(held.pid);
}

/** Bare programs that explain a CGI, measured in the same launch. What fails here takes no figure away. */
export async function explainCgi(open: OpenTrial): Promise<void> {
  try {
    await measureBaselines(open);
  } catch (thrown) {
    open.x.signal.throwIfAborted();
    open.notes.findings.push(finding('baseline-failed', messageOf(thrown)));
  }
}

async function measureBaselines({ planned, stack, launched, notes, x }: OpenTrial): Promise<void> {
  for (const baseline of baselinesOf(stack, launched.app, x.tools)) {
    const cost = await measureBaseline({
      argv: baseline.argv,
      env: baseline.env,
      cwd: launched.app.dir,
      user: x.user,
      executions: BASELINE_EXECUTIONS,
      signal: x.signal,
    });
    notes.baselines.push({
      kind: 'baseline',
      round: planned.round,
      name: baseline.name,
      app: baseline.app,
      executions: BASELINE_EXECUTIONS,
      ...cost,
    });
  }
}
