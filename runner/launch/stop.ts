/** Stops a stack's programs and sees that nothing of them is left. */
import type { Finding } from '../../results/schema/finding.ts';
import { finding } from '../../results/schema/findings.ts';
import { describeProcess } from '../process/proc.ts';
import type { RunningProgram } from '../process/program.ts';
import { waitUntil } from '../process/wait.ts';
import { isFree, portOwner } from './port.ts';

const PORT_FREE_MS = 2_000;
const LOOK_EVERY_MS = 10;

/** Host first: a host whose backend has gone logs errors. `programs` are in the order of their start. */
export async function stopStack(programs: readonly RunningProgram[], frontPort: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const program of programs.toReversed()) {
    const { name, stop } = program.spec;
    const facts = await program.stop();
    if (facts.forced) {
      findings.push(
        finding(
          'slow-stop',
          `${name} was killed: it ignored ${stop.signal} for ${stop.graceMs} ms, then SIGTERM`,
        ),
      );
    }
    if (facts.leftover.length > 0) {
      findings.push(finding('leftover', `${name} ended, but not: ${facts.leftover.join('; ')}`));
    }
  }
  const free = await waitUntil(() => isFree(frontPort), { deadlineMs: PORT_FREE_MS, everyMs: LOOK_EVERY_MS });
  if (!free) {
    const owner = portOwner(frontPort);
    const who = owner === null ? 'an unknown process' : `${owner} ${describeProcess(owner)}`;
    findings.push(finding('leftover', `port ${frontPort} is still held by ${who}`));
  }
  return findings;
}
