/** What `lab explain` saw of one request's way through one stack. Not part of a run folder. */
import { z } from 'zod';
import { ROLES } from '../../core/words.ts';
import { stackRecordSchema } from './stack.ts';

const amount = z.number().min(0);
const count = z.int().min(0);
const pair = z.tuple([z.string(), z.string()]).readonly();

/** What a process of a stack is there for. */
export const PURPOSES = [
  'server',
  'server-parent',
  'server-worker',
  'cgi-helper',
  'fastcgi-manager',
  'app-daemon',
  'backend',
  'backend-parent',
  'backend-worker',
  'request-program',
  'other',
] as const;
export type Purpose = (typeof PURPOSES)[number];

export const explainedProcessSchema = z
  .strictObject({
    pid: count,
    parent: count,
    startTicks: z
      .string()
      .describe('Start, in clock ticks after boot: with the pid it names one process for ever.'),
    role: z.enum(ROLES),
    purpose: z.enum(PURPOSES),
    user: z.string().nullable(),
    command: z.string().describe('Command line, with the site’s folder as `$SITE`.'),
    pssBytes: amount
      .nullable()
      .describe('Proportional set size: shared pages are divided among their users.'),
    threads: count.nullable(),
    listens: z.array(z.string()).describe('Sockets that it accepts connections on.'),
    descriptors: z
      .array(pair)
      .describe('Where descriptors 0, 1 and 2 lead, of a process that was made for a request; else empty.'),
    seen: z
      .strictObject({ before: z.boolean(), during: z.boolean(), after: z.boolean() })
      .readonly()
      .describe('Before, during and after the held request.'),
    holdsConnection: z.boolean().describe('Has the server’s end of the client’s connection open.'),
    answered: z.boolean().describe('Ran the application for the held request.'),
  })
  .readonly()
  .meta({ id: 'ExplainedProcess', description: 'A process of the stack.' });
export type ExplainedProcess = z.output<typeof explainedProcessSchema>;

export const messageSchema = z
  .strictObject({
    direction: z.enum(['there', 'back']),
    title: z.string().describe('`request line`, `BEGIN_REQUEST`, `PARAMS`, `environment` …'),
    note: z.string().nullable().describe('What the fields of the message say: `id 1, role 1 (responder)`.'),
    pairs: z.array(pair),
    text: z.string().nullable().describe('Content as text, cut after a few KiB; null: none.'),
    bytes: count.nullable().describe('Bytes on the wire; null: this is not bytes on a wire.'),
  })
  .readonly()
  .meta({ id: 'Message', description: 'One message of a hop, decoded.' });
export type Message = z.output<typeof messageSchema>;

export const hopSchema = z
  .strictObject({
    from: z.string(),
    to: z.string(),
    kind: z.enum(['http', 'fastcgi', 'scgi', 'uwsgi', 'process', 'private', 'call', 'file']),
    over: z
      .string()
      .describe('`TCP, 127.0.0.1:41234`, `unix socket $SITE/up.sock`, `environment and pipes` …'),
    how: z.string().describe('How it was observed, or why it could not be.'),
    isObserved: z.boolean(),
    messages: z.array(messageSchema),
  })
  .readonly()
  .meta({ id: 'Hop', description: 'What is spoken between two neighbours of the pipeline.' });
export type Hop = z.output<typeof hopSchema>;

/** Moments of a request’s way, outermost first. */
export const MOMENTS = [
  'connected',
  'sent',
  'upstream-opened',
  'upstream-request',
  'process-seen',
  'app-begun',
  'app-ready',
  'app-called',
  'app-done',
  'upstream-answer',
  'upstream-done',
  'answer-begun',
  'answer-done',
  'process-gone',
] as const;
export type Moment = (typeof MOMENTS)[number];

export const explanationSchema = z
  .strictObject({
    version: z.literal(1),
    at: z.iso.datetime(),
    stack: stackRecordSchema,
    user: z.string().nullable().describe('User that the stack ran as; null: the lab’s own.'),
    capacity: z.strictObject({ processes: count, threads: count }).readonly(),
    request: z
      .strictObject({ method: z.string(), path: z.string(), basePath: z.string(), status: count })
      .readonly(),
    answeredBy: z
      .strictObject({
        pid: count.nullable(),
        isNew: z
          .boolean()
          .nullable()
          .describe('Whether the process was made for this request; null: not known.'),
        evidence: z.string(),
      })
      .readonly()
      .describe('Who answered the request that was asked for.'),
    held: z
      .strictObject({
        path: z.string(),
        pid: count.nullable(),
        isNew: z.boolean().nullable(),
      })
      .readonly()
      .nullable()
      .describe('The request that was held to look at processes; null: the app has no such route.'),
    processes: z.array(explainedProcessSchema),
    hops: z.array(hopSchema),
    moments: z
      .array(
        z
          .strictObject({
            moment: z.enum(MOMENTS),
            atUs: z.number().describe('After the request was sent; before it: negative.'),
          })
          .readonly(),
      )
      .describe('In the order of time, all by the same monotonic clock.'),
    notObservable: z.array(z.string()),
    notes: z.array(z.string()).describe('How looking on changed what was seen.'),
    unequal: z.array(z.string()),
    configs: z.array(z.strictObject({ path: z.string(), content: z.string() }).readonly()),
  })
  .readonly()
  .meta({ id: 'Explanation', description: 'One request’s way through one stack.' });
export type Explanation = z.output<typeof explanationSchema>;
