/** HTTP clients for tests: one that reports what happened instead of throwing, and one for raw bytes. */
import { type Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  reason: string;
  /** Lower-case names; repeated fields stay apart. */
  headers: [name: string, value: string][];
  body: string;
  /** False when the connection ended before the response did. */
  complete: boolean;
}

export interface Question {
  method?: string;
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  agent?: Agent;
}

/** Asks once. Rejects only when no head of a response came. */
export function ask(port: number, question: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method: question.method ?? 'GET',
        path: question.path,
        headers: {
          ...question.headers,
          ...(question.body === undefined
            ? {}
            : { 'Content-Length': String(Buffer.byteLength(question.body)) }),
        },
        agent: question.agent ?? false,
      },
      (incoming) => {
        const parts: Buffer[] = [];
        const { rawHeaders } = incoming;
        const headers: [string, string][] = [];
        for (let i = 0; i < rawHeaders.length; i += 2) {
          headers.push([String(rawHeaders[i]).toLowerCase(), String(rawHeaders[i + 1])]);
        }
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('error', () => {});
        incoming.on('close', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            reason: incoming.statusMessage ?? '',
            headers,
            body: Buffer.concat(parts).toString('latin1'),
            complete: incoming.complete,
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(question.body);
  });
}

/** The values of one header. */
export function valuesOf(answer: Answer, name: string): string[] {
  return answer.headers.filter(([each]) => each === name).map(([, value]) => value);
}

/** Sends bytes and returns all that comes back until the server closes, or `quietMs` pass in silence. */
export function askRaw(port: number, bytes: string, quietMs = 300): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket: Socket = connect({ host: '127.0.0.1', port });
    socket.setTimeout(quietMs, () => socket.destroy());
    socket.on('connect', () => socket.write(bytes, 'latin1'));
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>, deadlineMs = 5_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await holds())) {
    if (performance.now() > end)
      throw new Error(`did not come true within ${deadlineMs} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
