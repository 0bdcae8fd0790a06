/** What one window of one trial yielded: facts only. */
import { z } from 'zod';
import { loadSchema, requestSchema } from '../../scenarios/define.ts';
import { findingSchema } from './finding.ts';
import { cellKeySchema } from './stack.ts';

const count = z.int().min(0);
const amount = z.number().min(0);

export const histogramSchema = z
  .strictObject({ encoded: z.string(), n: count, minUs: count, maxUs: count, meanUs: amount })
  .readonly()
  .meta({
    id: 'Histogram',
    description:
      'An HDR histogram of whole microseconds, 3 significant digits, in the V2 compressed base64 encoding.',
  });
export type HistogramRecord = z.output<typeof histogramSchema>;

export const countsSchema = z
  .strictObject({
    offered: count.describe('Requests begun in the window.'),
    completed: count.describe('A whole response was received, whatever its status.'),
    errors: z
      .record(z.string(), count)
      .describe(
        'Failed requests by class: `connect`, `reset`, `timeout`, `emfile`, `eaddrnotavail`, `other`.',
      ),
    unfinished: count.describe('Still under way when the drain limit ended.'),
    wrongStatus: count.describe('Completed, but of another status than expected.'),
    wrongBody: count.describe('Completed, but of another length or digest than expected.'),
    digested: count.describe('Bodies whose digest was compared (length is always compared).'),
  })
  .readonly()
  .meta({
    id: 'Counts',
    description: 'offered = completed + errors + unfinished, where errors is the sum over the classes.',
  });

export const windowSchema = z
  .strictObject({
    plannedMs: amount.describe('Planned time of issuing.'),
    plannedRequests: count.nullable().describe('Cap on requests; null: none.'),
    spanMs: amount.describe(
      'First request issued → last response complete, drain included. Throughput is completions ÷ this.',
    ),
    drainMs: amount.describe('End of issuing → last response complete.'),
    counts: countsSchema,
    perConnection: z.array(count).describe('Completions of each connection.'),
    latency: histogramSchema.describe('Sent → whole response.'),
    lateness: histogramSchema.nullable().describe('Open model only: intended → sent.'),
    responseTime: histogramSchema.nullable().describe('Open model only: intended → response.'),
    series: z
      .strictObject({ binMs: amount, completions: z.array(count) })
      .readonly()
      .describe('Completions in consecutive bins from the first issue.'),
    busyRatio: amount.describe(
      'Σ of request time within the issuing window ÷ (connections × window): below 1, connections idled.',
    ),
    responseBytes: count.describe('Body bytes of all whole responses.'),
    firstBadAnswer: z
      .strictObject({ status: z.int(), bodyStart: z.string(), why: z.string() })
      .readonly()
      .nullable(),
    generator: z
      .strictObject({
        driver: z.string(),
        cpuUs: amount,
        wallMs: amount,
        loopLagP99Us: amount,
        loopLagMaxUs: amount,
      })
      .readonly(),
  })
  .readonly()
  .meta({ id: 'Window', description: 'The driver’s view of one window.' });
export type WindowRecord = z.output<typeof windowSchema>;

export const roleAccountSchema = z
  .strictObject({
    cpuUs: amount,
    userUs: amount.nullable(),
    systemUs: amount.nullable(),
    pssBytes: amount
      .nullable()
      .describe('Proportional set size over the group’s processes, sampled; the largest sample.'),
    processesMax: count.nullable().describe('Processes in the group, at most, when sampled.'),
    voluntarySwitches: amount.nullable(),
    involuntarySwitches: amount.nullable(),
  })
  .readonly()
  .meta({
    id: 'RoleAccount',
    description:
      'What one role consumed in a window, from quiet before to quiet after. null: could not be seen.',
  });
export type RoleAccount = z.output<typeof roleAccountSchema>;

export const accountSchema = z
  .strictObject({
    source: z.enum(['cgroup2', 'cgroup1', 'proc']),
    wallMs: amount.describe('Wall time between the two readings.'),
    host: roleAccountSchema,
    backend: roleAccountSchema.nullable().describe('null: the stack has no backend.'),
    all: roleAccountSchema.describe('All of the stack.'),
    idleCpuUsPerSec: amount
      .nullable()
      .describe('CPU per second of the whole stack when nothing is asked of it.'),
    tasksCreated: count
      .nullable()
      .describe('Change of `/proc/stat processes` over the window: tasks (also threads), machine-wide.'),
    idleTasksPerSec: amount
      .nullable()
      .describe('Tasks created per second on the machine when nothing is asked of the stack.'),
  })
  .readonly()
  .meta({
    id: 'Account',
    description: 'What a window consumed, by role; both readings are taken when the stack is quiet.',
  });
export type Account = z.output<typeof accountSchema>;

export const machineSchema = z
  .strictObject({
    stealRatio: amount.nullable().describe('Stolen time ÷ (wall × cores).'),
    foreignCpuRatio: z
      .number()
      .nullable()
      .describe('Machine busy CPU minus stack and generator ÷ (wall × cores): other work.'),
    cpuPressureRatio: amount
      .nullable()
      .describe('Share of the window in which some task waited for a processor (PSI cpu some).'),
    clockJumpMs: z.number().describe('Wall clock change minus monotonic change.'),
  })
  .readonly()
  .meta({ id: 'Machine', description: 'The machine beside the stack, over the window.' });
export type MachineRecord = z.output<typeof machineSchema>;

export const processesSchema = z.strictObject({ requests: count, distinct: count }).readonly().meta({
  id: 'Processes',
  description: 'Processes per request, from a planned series of `/who` at one connection.',
});

export const observationSchema = z
  .strictObject({
    cell: cellKeySchema,
    request: requestSchema,
    load: loadSchema,
    position: count.describe('Position of this window within its trial, from 0.'),
    window: windowSchema,
    account: accountSchema,
    machine: machineSchema,
    findings: z.array(findingSchema),
  })
  .readonly()
  .meta({ id: 'Observation', description: 'What one window of one trial yielded: facts only.' });
export type Observation = z.output<typeof observationSchema>;
