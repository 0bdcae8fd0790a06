/** The schema of a scenario: a question, the stacks, the workloads, and how often. */
import { z } from 'zod';
import { NAME_PATTERN } from '../core/words.ts';

const name = z
  .string()
  .regex(NAME_PATTERN, 'a name is lower-case letters, digits, ".", "_" or "-", at most 64');

export const requestSchema = z
  .strictObject({
    method: z.enum(['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'PATCH']).default('GET'),
    /** Path and query below the stack's base path. */
    path: z.string().regex(/^\/[!-~]*$/, 'a path starts with "/" and has printable ASCII only'),
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().regex(/^[ -~]*$/)).default({}),
    /** Text sent as the request's body. */
    body: z.string().nullable().default(null),
  })
  .readonly()
  .meta({ id: 'Request', description: 'What is asked of the app.' });

export const loadSchema = z
  .discriminatedUnion('model', [
    z.strictObject({
      model: z.literal('closed'),
      /** Keep-alive connections, each with one request under way. */
      connections: z.int().min(1).max(1024),
    }),
  ])
  .meta({ id: 'Load', description: 'How requests are issued.' });

export const workloadSchema = z
  .strictObject({
    name,
    request: z.union([
      z
        .string()
        .transform((path) => ({ path }))
        .pipe(requestSchema),
      requestSchema,
    ]),
    load: loadSchema,
    /** How long requests are begun for; the window then drains. The planner may shorten it for a budget. */
    windowMs: z.int().min(200).max(600_000).default(2_000),
    /** A window also ends when this many requests have been begun. Slow stacks are planned by count. */
    maxRequests: z.int().min(1).max(10_000_000).nullable().default(null),
    /** The adopted app whose request this is, which no other app answers. Not written by hand: see `/{adopted}`. */
    owner: z.string().nullable().default(null),
  })
  .readonly()
  .meta({ id: 'Workload', description: 'One request and how it is loaded.' });

export const capacitySchema = z
  .strictObject({
    processes: z.int().min(1).max(256).default(2),
    threads: z.int().min(1).max(256).default(8),
  })
  .readonly()
  .meta({ id: 'Capacity', description: 'Concurrency that every server is configured for.' });

export const scenarioSchema = z
  .strictObject({
    title: z.string().min(1).max(120),
    /** The question that the report answers, one sentence. */
    question: z.string().min(1).max(500),
    /** Whether `lab run all` includes it. */
    inAll: z.boolean().default(false),
    /** Patterns on stack names (see `lab list stacks`): globs, `model:cgi`, `host:apache`, `app:django`, `!…`. */
    stacks: z.array(z.string().min(1)).min(1),
    workloads: z
      .array(workloadSchema)
      .min(1)
      .refine((all) => new Set(all.map((w) => w.name)).size === all.length, 'workload names must differ'),
    capacity: capacitySchema.default({ processes: 2, threads: 8 }),
    /** Launches of each stack, when no budget says otherwise. n is a number of launches. */
    rounds: z.int().min(1).max(100).default(5),
    /** Fewest launches a budgeted run may plan for this scenario. */
    minRounds: z.int().min(1).max(100).default(3),
  })
  .readonly()
  .meta({ id: 'Scenario', description: 'A question, the stacks, the workloads, and how often.' });

export type ScenarioInput = z.input<typeof scenarioSchema>;
export type Scenario = z.output<typeof scenarioSchema>;
export type Workload = Scenario['workloads'][number];
export type Request = z.output<typeof requestSchema>;

/** Gives a scenario written in TypeScript its type. */
export const defineScenario = (scenario: ScenarioInput): ScenarioInput => scenario;
