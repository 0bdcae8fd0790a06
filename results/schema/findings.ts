/** Every finding code: its severity, what it means, and what a reader can do. `docs/findings.md` is made from it. */
import type { Severity } from '../../core/words.ts';
import type { Finding } from './finding.ts';

interface FindingCode {
  readonly severity: Severity;
  readonly meaning: string;
  readonly remedy: string;
}

const code = (severity: Severity, meaning: string, remedy: string): FindingCode => ({
  severity,
  meaning,
  remedy,
});

export const FINDING_CODES = {
  'contract-broken': code(
    'invalid',
    'The stack stopped answering as the contract says.',
    'Run `lab verify` on the stack; its first bad answer is shown.',
  ),
  'wrong-bodies': code(
    'invalid',
    'Responses under load had the wrong status, length or digest.',
    'Look at the first bad answer and at the server logs kept with the run.',
  ),
  errors: code(
    'invalid',
    'More requests failed than the scenario allows (1 %).',
    'See the counts by class; lower the load or mend the stack.',
  ),
  imbalance: code(
    'invalid',
    'Offered requests are not the sum of completed, failed and unfinished ones.',
    'The driver lost requests: report a bug with the run folder.',
  ),
  starved: code(
    'invalid',
    'Some connections were never served: fewer slots than connections.',
    'Raise capacity or lower connections.',
  ),
  restarted: code(
    'invalid',
    'A server or worker process died during the trial.',
    'Read the logs kept with the run.',
  ),
  'oom-killed': code(
    'invalid',
    'The kernel killed a process of the stack for want of memory.',
    'Give the machine more memory or lower capacity.',
  ),
  leftover: code(
    'invalid',
    'A process of the stack outlived its stop, or a foreign one was found in its group.',
    'Read the logs kept with the run.',
  ),
  'no-space': code(
    'invalid',
    'A server could not write its log: the disk is full.',
    'Free space and run again; finished launches are safe.',
  ),
  slept: code('invalid', 'The machine slept or its clock jumped during the window.', 'Run again.'),
  miscounted: code(
    'invalid',
    'The server side counted other requests than the driver.',
    'Report a bug with the run folder.',
  ),
  'model-not-proved': code(
    'invalid',
    'The stack was not shown to be of its model.',
    'Run `lab verify` on the stack.',
  ),
  'drain-cut': code(
    'invalid',
    'Requests were still unfinished when the drain limit ended.',
    'Plan the workload by count (maxRequests) or lower its connections.',
  ),
  'generator-bound': code(
    'suspect',
    'The load generator was near its own limit: throughput is a lower bound (≥).',
    'CPU per request and latency at one connection still stand; for throughput use a machine with more cores.',
  ),
  'generator-idle': code(
    'suspect',
    'The generator left connections idle for part of the window.',
    'Use a machine with more cores, or fewer connections.',
  ),
  steal: code(
    'suspect',
    'Another tenant took processor time from this machine.',
    'Run on a quieter machine; CPU per request is the steadier figure.',
  ),
  'cpu-pressure': code(
    'suspect',
    'Other work on this machine competed for the processors.',
    'Stop other work and run again; CPU per request is the steadier figure.',
  ),
  'no-steady-state': code(
    'suspect',
    'The window had a trend: the stack was still warming up.',
    'Lengthen the warm-up or the window.',
  ),
  'drain-dominated': code('suspect', 'More than 10 % of the window was its drain.', 'Lengthen the window.'),
  'few-samples': code(
    'suspect',
    'Too few requests for the quantiles shown.',
    'Lengthen the window or add launches.',
  ),
  'worker-not-warmed': code(
    'suspect',
    'Not every worker had served before the window opened.',
    'Lower processes, or lengthen the warm-up.',
  ),
  'bytecode-missing': code(
    'suspect',
    'A Python source was compiled for each request because no .pyc could be used.',
    'See that the app folder can be byte-compiled.',
  ),
  'children-may-be-lost': code(
    'suspect',
    'CPU was read from /proc: children that a server reaps unseen are lost.',
    'Run where a cgroup can be made (as root, or under systemd-run --user --scope -p Delegate=yes).',
  ),
  'unequal-capacity': code(
    'suspect',
    'This stack could not be given the capacity of the others.',
    'See the evidence for what differs.',
  ),
  'unequal-settings': code(
    'suspect',
    'The stack was started with a setting that other stacks are not given.',
    'See the evidence; the generated configuration is kept with the run.',
  ),
  unprivileged: code(
    'note',
    'Processes ran as root: the unprivileged user cannot read the checkout.',
    'Put the checkout where other users can read it.',
  ),
  'machine-wide': code(
    'note',
    'Tasks created were counted machine-wide and other work created many.',
    'Use processes per request, which is counted by pid.',
  ),
  'idle-share': code(
    'note',
    'More than 5 % of the CPU counted is what the stack uses when nothing is asked of it.',
    'Nothing to do: it is part of CPU per request and is not taken off.',
  ),
  'slow-stop': code(
    'note',
    'The stack did not stop in time and was killed.',
    'Nothing to do: the numbers are not affected.',
  ),
  'not-quiet': code(
    'suspect',
    'The stack was still busy when a window opened or when its account was closed.',
    'Read the logs kept with the run; CPU per request may hold work of other requests.',
  ),
  'baseline-failed': code(
    'note',
    'The bare program that explains what a CGI costs could not be measured by itself.',
    'The figures of the stack are not affected.',
  ),
  'shared-machine': code(
    'note',
    'Another lab ran on this machine at the same time.',
    'Run one lab at a time.',
  ),
} as const satisfies Record<string, FindingCode>;

export type FindingCodeName = keyof typeof FINDING_CODES;

/** Makes a finding of a known code. */
export function finding(name: FindingCodeName, evidence: string, metrics: Finding['metrics'] = []): Finding {
  return { code: name, severity: FINDING_CODES[name].severity, evidence, metrics };
}
