/** Everything a run folder holds, version 1. */
import { z } from 'zod';
import { capacitySchema, scenarioSchema, workloadSchema } from '../../scenarios/define.ts';
import { seenBehaviourSchema } from './behaviour.ts';
import { findingSchema } from './finding.ts';
import { observationSchema, processesSchema } from './observation.ts';
import { exclusionSchema, stackRecordSchema } from './stack.ts';

/** Written into every file; a reader refuses a higher one and migrates a lower one. */
export const SCHEMA_VERSION = 1;

const instant = z.iso.datetime();
const amount = z.number().min(0);
const count = z.int().min(0);

export const planSchema = z
  .strictObject({
    version: z.literal(SCHEMA_VERSION),
    seed: z.int(),
    budgetMs: amount.nullable().describe('The command line’s budget; null: rounds as the scenarios say.'),
    expectedMs: amount,
    capacity: capacitySchema,
    scenarios: z.array(z.strictObject({ name: z.string(), scenario: scenarioSchema }).readonly()),
    stacks: z.array(stackRecordSchema),
    workloads: z.array(workloadSchema),
    asks: z
      .array(
        z
          .strictObject({ scenario: z.string(), stack: z.string(), workloads: z.array(z.string()) })
          .readonly(),
      )
      .describe('Which cells each scenario asks for: the same cell of two scenarios is measured once.'),
    rounds: count,
    trials: z
      .array(
        z
          .strictObject({
            id: z.string(),
            round: count,
            stack: z.string(),
            label: z.string().nullable(),
            workloads: z.array(z.string()),
          })
          .readonly(),
      )
      .describe('The ordered launches. Workloads of a trial are in the order in which they are measured.'),
    exclusions: z.array(exclusionSchema),
  })
  .readonly()
  .meta({ id: 'Plan', description: 'What was asked and in which order it will be done. `plan.json`' });
export type Plan = z.output<typeof planSchema>;
export type PlannedTrial = Plan['trials'][number];

export const manifestSchema = z
  .strictObject({
    version: z.literal(SCHEMA_VERSION),
    id: z.string(),
    title: z.string(),
    startedAt: instant,
    lab: z.strictObject({ version: z.string(), commit: z.string().nullable() }).readonly(),
    command: z.array(z.string()),
    machine: z
      .strictObject({
        os: z.string(),
        kernel: z.string(),
        cpuModel: z.string(),
        cores: count,
        memoryBytes: amount,
        virtual: z.string().nullable(),
      })
      .readonly(),
    accounting: z.enum(['cgroup2', 'cgroup1', 'proc']),
    measuredUser: z.string().nullable().describe('User that measured processes ran as; null: the lab’s own.'),
    versions: z
      .record(z.string(), z.string())
      .describe('Program or package → version, of everything the stacks use.'),
    configs: z
      .record(z.string(), z.array(z.strictObject({ path: z.string(), content: z.string() }).readonly()))
      .describe('Generated files of each stack: path inside its site, and content.'),
    findings: z.array(findingSchema).describe('What the run can say of itself as a whole.'),
  })
  .readonly()
  .meta({ id: 'Manifest', description: 'Where and with what the run was made. `manifest.json`' });
export type Manifest = z.output<typeof manifestSchema>;

const checkSchema = z
  .strictObject({
    check: z.string().describe('`GET /hello`, `model`, `wsgi.run_once` …'),
    comparison: z.enum(['exact', 'bytes', 'shape', 'status', 'model']),
    ok: z.boolean(),
    detail: z
      .string()
      .nullable()
      .describe(
        'When not ok: what was expected and what came. When ok: null, or evidence worth showing (model proof).',
      ),
  })
  .readonly()
  .meta({ id: 'Check', description: 'One thing that was checked.' });
export type Check = z.output<typeof checkSchema>;

export const verificationSchema = z
  .strictObject({
    extent: z
      .enum(['full', 'spot'])
      .describe('full: the whole contract and the proof of the model. spot: three routes.'),
    ok: z.boolean(),
    checks: z.array(checkSchema),
  })
  .readonly()
  .meta({ id: 'Verification', description: 'The contract and the model, checked on one launch.' });
export type Verification = z.output<typeof verificationSchema>;

export const failureSchema = z
  .strictObject({
    stage: z.enum(['launch', 'verify', 'warm-up', 'measure', 'stop']),
    code: z.string(),
    message: z.string(),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    hint: z.string().nullable(),
  })
  .readonly()
  .meta({ id: 'Failure', description: 'Why a launch did not yield what it should.' });
export type Failure = z.output<typeof failureSchema>;

export const startUpSchema = z
  .strictObject({
    firstAnswerMs: amount.describe('Launch → first good answer.'),
    warmMs: amount
      .nullable()
      .describe(
        'Launch → every worker has answered; null where a stack has no workers to wait for (cgi, static).',
      ),
    workersSeen: count,
    workersExpected: count.nullable().describe('Workers the capacity promises; null: not known in advance.'),
  })
  .readonly()
  .meta({ id: 'StartUp', description: 'From launch to ready, and to every worker warm.' });
export type StartUp = z.output<typeof startUpSchema>;

export const trialRecordSchema = z
  .strictObject({
    kind: z.literal('trial'),
    id: z.string(),
    round: count,
    stack: z.string(),
    label: z.string().nullable(),
    startedAt: instant,
    durationMs: amount,
    outcome: z.discriminatedUnion('state', [
      z.strictObject({ state: z.literal('completed') }),
      z.strictObject({ state: z.literal('failed'), failure: failureSchema }),
      z.strictObject({ state: z.literal('skipped'), reason: z.string() }),
      z.strictObject({ state: z.literal('aborted') }),
    ]),
    startUp: startUpSchema.nullable(),
    verifications: z.array(verificationSchema),
    processes: processesSchema.nullable(),
    heldProcessPssBytes: amount
      .nullable()
      .describe(
        'PSS of one process held in `/wait`, for models whose processes are too short-lived to sample.',
      ),
    observations: z.array(observationSchema),
    unequal: z
      .array(z.string())
      .default([])
      .describe('Settings of the stack that could not be made equal to those of others.'),
    behaviour: z
      .array(seenBehaviourSchema)
      .nullable()
      .default(null)
      .describe('What the stack was seen to do beside the contract; null: not looked at in this launch.'),
    findings: z.array(findingSchema).describe('Findings of the trial as a whole.'),
  })
  .readonly()
  .meta({ id: 'TrialRecord', description: 'One launch of one stack in one round.' });
export type TrialRecord = z.output<typeof trialRecordSchema>;

export const baselineRecordSchema = z
  .strictObject({
    kind: z.literal('baseline'),
    round: count,
    name: z.string().describe('`python3 -c pass`, `imports of wsgi-bare as CGI` …'),
    app: z.string().nullable().describe('Stack whose cost it explains; null: all of a language.'),
    executions: count,
    cpuUsPerExec: amount,
    wallUsPerExec: amount,
    source: z.enum(['cgroup2', 'cgroup1', 'proc']),
  })
  .readonly()
  .meta({
    id: 'BaselineRecord',
    description: 'What it costs to run a bare program, measured in the same run: `python3 -c pass`, imports.',
  });
export type BaselineRecord = z.output<typeof baselineRecordSchema>;

export const endRecordSchema = z
  .strictObject({
    kind: z.literal('end'),
    state: z.enum(['complete', 'interrupted', 'budget', 'failed']),
    endedAt: instant,
    reason: z.string().nullable(),
  })
  .readonly()
  .meta({
    id: 'EndRecord',
    description: 'The last record of a run that ended by itself or by a signal. Absent: the lab was killed.',
  });
export type EndRecord = z.output<typeof endRecordSchema>;

/** One line of `journal.jsonl` carries one of these. */
export const journalRecordSchema = z.discriminatedUnion('kind', [
  trialRecordSchema,
  baselineRecordSchema,
  endRecordSchema,
]);
export type JournalRecord = z.output<typeof journalRecordSchema>;
