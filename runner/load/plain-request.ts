/** Single requests of the lab's own, outside measured windows: warm-up, `/who` series, a held request. */
import { type Agent, request as httpRequest } from 'node:http';
import type { Request } from '../../scenarios/define.ts';
import { parseWho, type Who } from '../../servers/contract/shapes.ts';
import type { Endpoint } from '../stack.ts';

export interface PlainAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** Sends one request and reads the whole answer. @throws what node:http says, or the abort reason */
export async function sendRequest(
  endpoint: Endpoint,
  request: Request,
  x: { readonly agent: Agent; readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<PlainAnswer> {
  const signal = AbortSignal.any([x.signal, AbortSignal.timeout(Math.max(1, Math.ceil(x.timeoutMs)))]);
  const body = request.body === null ? null : Buffer.from(request.body);
  try {
    return await new Promise<PlainAnswer>((resolve, reject) => {
      const sent = httpRequest(
        `${endpoint.origin}${endpoint.basePath}${request.path}`,
        {
          agent: x.agent,
          method: request.method,
          signal,
          headers: { ...request.headers, ...(body === null ? {} : { 'content-length': body.length }) },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body ?? undefined);
    });
  } catch (failure) {
    x.signal.throwIfAborted();
    throw failure;
  }
}

/** Asks which process answers; it sleeps `holdMs` first. @throws when the answer is not one of `/who` */
export async function askWho(
  endpoint: Endpoint,
  holdMs: number,
  x: { readonly agent: Agent; readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Who> {
  const path = holdMs > 0 ? `/who?ms=${holdMs}` : '/who';
  const { status, body } = await sendRequest(endpoint, { method: 'GET', path, headers: {}, body: null }, x);
  const who = status === 200 ? parseWho(body.toString('utf8')) : `status ${status}`;
  if (typeof who === 'string') throw new Error(`${path} did not answer as it should: ${who}`);
  return who;
}

/** Names one process for ever: pids are used again, start times with them are not. */
export const processKey = (who: Who): string => `${who.pid} ${who.start}`;
