/** What one window of one trial yielded: facts only. */
import { z } from 'zod';
import { loadSchema, requestSchema } from '../../scenarios/define.ts';
import { findingSchema } from './finding.ts';
import { cellKeySchema } from './stack.ts';

const count = z.int().min(0);
const amount = z.number().min(0);

/** An HDR histogram of whole microseconds, 3 significant digits, in the V2 compressed base64 encoding. */
export const histogramSchema = z
  .strictObject({ encoded: z.string(), n: count, minUs: count, maxUs: count, meanUs: amount })
  .readonly();
export type HistogramRecord = z.output<typeof histogramSchema>;

/** offered = completed + errors + unfinished, where errors is the sum over the classes. */
export const countsSchema = z
  .strictObject({
    offered: count,
    /** A whole response was received, whatever its status. */
    completed: count,
    /** Failed requests by class: `connect`, `reset`, `timeout`, `emfile`, `eaddrnotavail`, `other`. */
    errors: z.record(z.string(), count),
    /** Still under way when the drain limit ended. */
    unfinished: count,
    /** Completed, but of another status than expected. */
    wrongStatus: count,
    /** Completed, but of another length or digest than expected. */
    wrongBody: count,
    /** Bodies whose digest was compared (length is always compared). */
    digested: count,
  })
  .readonly();

/** The driver's view of one window. */
export const windowSchema = z
  .strictObject({
    /** Planned time of issuing, and the cap on requests. */
    plannedMs: amount,
    plannedRequests: count.nullable(),
    /** First request issued → last response complete, drain included. Throughput is completions ÷ this. */
    spanMs: amount,
    /** End of issuing → last response complete. */
    drainMs: amount,
    counts: countsSchema,
    /** Completions of each connection. */
    perConnection: z.array(count),
    /** Sent → whole response. */
    latency: histogramSchema,
    /** Open model only: intended → sent, and intended → response. */
    lateness: histogramSchema.nullable(),
    responseTime: histogramSchema.nullable(),
    /** Completions in consecutive bins from the first issue. */
    series: z.strictObject({ binMs: amount, completions: z.array(count) }).readonly(),
    /** Σ of request time within the issuing window ÷ (connections × window): below 1, connections idled. */
    busyRatio: amount,
    responseBytes: count,
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
  .readonly();
export type WindowRecord = z.output<typeof windowSchema>;

/** What one role consumed in a window, from quiet before to quiet after. null: could not be seen. */
export const roleAccountSchema = z
  .strictObject({
    cpuUs: amount,
    userUs: amount.nullable(),
    systemUs: amount.nullable(),
    /** Proportional set size over the group's processes, sampled; the largest sample. */
    pssBytes: amount.nullable(),
    /** Processes in the group, at most, when sampled. */
    processesMax: count.nullable(),
    voluntarySwitches: amount.nullable(),
    involuntarySwitches: amount.nullable(),
  })
  .readonly();
export type RoleAccount = z.output<typeof roleAccountSchema>;

export const accountSchema = z
  .strictObject({
    source: z.enum(['cgroup2', 'cgroup1', 'proc']),
    /** Wall time between the two readings. */
    wallMs: amount,
    host: roleAccountSchema,
    /** null: the stack has no backend. */
    backend: roleAccountSchema.nullable(),
    /** All of the stack. */
    all: roleAccountSchema,
    /** CPU per second of the whole stack when nothing is asked of it. */
    idleCpuUsPerSec: amount.nullable(),
    /** Change of `/proc/stat processes` over the window: tasks (also threads), machine-wide. */
    tasksCreated: count.nullable(),
    /** Tasks created per second on the machine when nothing is asked of the stack. */
    idleTasksPerSec: amount.nullable(),
  })
  .readonly();
export type Account = z.output<typeof accountSchema>;

/** The machine beside the stack, over the window. */
export const machineSchema = z
  .strictObject({
    /** Stolen time ÷ (wall × cores). */
    stealRatio: amount.nullable(),
    /** Machine busy CPU minus stack and generator ÷ (wall × cores): other work. */
    foreignCpuRatio: z.number().nullable(),
    /** Share of the window in which some task waited for a processor (PSI cpu some). */
    cpuPressureRatio: amount.nullable(),
    /** Wall clock change minus monotonic change. */
    clockJumpMs: z.number(),
  })
  .readonly();
export type MachineRecord = z.output<typeof machineSchema>;

/** Processes per request, from a planned series of `/who` at one connection. */
export const processesSchema = z.strictObject({ requests: count, distinct: count }).readonly();

export const observationSchema = z
  .strictObject({
    cell: cellKeySchema,
    request: requestSchema,
    load: loadSchema,
    /** Position of this window within its trial, from 0. */
    position: count,
    window: windowSchema,
    account: accountSchema,
    machine: machineSchema,
    findings: z.array(findingSchema),
  })
  .readonly();
export type Observation = z.output<typeof observationSchema>;
