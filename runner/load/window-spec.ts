/** What the load driver is asked for, and how it answers: the messages between the lab and its driver process. */
import { z } from 'zod';
import { windowSchema } from '../../results/schema/observation.ts';
import { requestSchema } from '../../scenarios/define.ts';

const count = z.int().min(0);

/** One window of closed-model load on one endpoint. */
export const windowSpecSchema = z
  .strictObject({
    endpoint: z.object({ origin: z.url(), basePath: z.string() }).readonly(),
    request: requestSchema,
    /** The right answer. null: that part is not compared. */
    expect: z.object({ status: z.int(), length: count.nullable(), sha256: z.string().nullable() }).readonly(),
    /** Connections, each with one request under way. */
    connections: z.int().min(1).max(1024),
    /** How long requests are begun for. */
    windowMs: z.number().min(1),
    /** No more than this many requests are begun, over all connections together. null: no such limit. */
    maxRequests: z.int().min(1).nullable(),
    /** How long requests still under way are waited for. */
    drainLimitMs: z.number().min(0),
    /** A request unanswered for this long has failed. @default 30 000 */
    requestTimeoutMs: z.number().min(1).optional(),
  })
  .readonly();
export type WindowSpec = z.output<typeof windowSpecSchema>;

/** From the lab to the driver process. */
export const driverCommandSchema = z.strictObject({ kind: z.literal('window'), spec: windowSpecSchema });
export type DriverCommand = z.output<typeof driverCommandSchema>;

/** From the driver process to the lab. */
export const driverAnswerSchema = z.discriminatedUnion('kind', [
  /** Sent once: the driver has warmed its own code and takes windows. */
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('record'), record: windowSchema }),
  z.strictObject({ kind: z.literal('failed'), message: z.string() }),
]);
export type DriverAnswer = z.output<typeof driverAnswerSchema>;
