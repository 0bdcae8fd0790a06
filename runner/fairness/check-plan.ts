/** What a plan would treat unequally, seen before anything is started. Pure. */
import { LabError } from '../../core/errors.ts';
import type { Finding } from '../../results/schema/finding.ts';
import { finding } from '../../results/schema/findings.ts';
import type { Plan } from '../../results/schema/records.ts';
import type { Limits } from '../../servers/define.ts';

type Planned = Pick<Plan, 'capacity' | 'workloads' | 'stacks' | 'asks'>;

/**
 * What is not equal and is measured all the same, with its label. Connections beyond the slots are a question that
 * may be asked (how does it queue?), so it is labelled, here and on every window, and not refused.
 * @throws LabError E_USAGE for a request that no stack may accept
 */
export function checkPlan(plan: Planned, limits: Limits): Finding[] {
  for (const { name, request } of plan.workloads) {
    const bytes = Buffer.byteLength(request.body ?? '');
    if (bytes <= limits.bodyBytes) continue;
    throw new LabError('E_USAGE', `${name} sends a larger body than any server is told to accept`, {
      facts: { body: `${bytes} bytes`, limit: `${limits.bodyBytes} bytes` },
      hint: 'Make the body smaller: every server would refuse it, each in its own way.',
    });
  }
  return crowded(plan);
}

/** Workloads with more connections than slots, and the stacks that it concerns (a file has no slots). */
function crowded({ capacity, workloads, stacks, asks }: Planned): Finding[] {
  const { processes, threads } = capacity;
  const slots = processes * threads;
  return workloads.flatMap(({ name, load }) => {
    if (load.connections <= slots) return [];
    const askedOf = new Set(asks.filter((ask) => ask.workloads.includes(name)).map((ask) => ask.stack));
    const concerned = stacks.filter((stack) => stack.model !== 'static' && askedOf.has(stack.name));
    if (concerned.length === 0) return [];
    const names = concerned.map((stack) => stack.name);
    const shown = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
    return [
      finding(
        'unequal-capacity',
        `${name} holds ${load.connections} connections, but ${shown} have ${slots} slots (${processes} processes × ${threads} threads): requests queue, and a server may leave a connection unserved`,
        ['throughput', 'latency'],
      ),
    ];
  });
}
