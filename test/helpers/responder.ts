/** A FastCGI responder that does what a test's script says, and a client that speaks records to a real one. */
import { connect, createServer, type Socket } from 'node:net';
import { RecordDecoder } from '../../servers/protocols/fastcgi/decoder.ts';
import { encodeRecord, TYPE, writeEnd } from '../../servers/protocols/fastcgi/record.ts';

export interface ScriptedRequest {
  readonly id: number;
  /** Which request on its connection this is, from 1. */
  readonly turn: number;
  /** Which connection, from 1. */
  readonly connection: number;
  readonly socket: Socket;
  readonly keep: boolean;
}

export interface ScriptedResponder extends AsyncDisposable {
  readonly port: number;
  readonly connections: () => number;
  /** Types of the records that came, in order; PARAMS and STDIN pieces once each with their text. */
  readonly seen: { type: number; id: number; text: string }[];
}

/** Calls `answer` when all of a request's STDIN is there. */
export async function scriptedResponder(
  answer: (request: ScriptedRequest) => void,
): Promise<ScriptedResponder> {
  const seen: ScriptedResponder['seen'] = [];
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    count += 1;
    const connection = count;
    let turn = 0;
    let keep = false;
    sockets.add(socket);
    socket.on('error', () => {});
    const decoder = new RecordDecoder({
      record(type, id, content) {
        seen.push({ type, id, text: content.toString('latin1') });
        if (type === TYPE.begin) keep = content[2] === 1;
        if (type !== TYPE.stdin || content.length > 0) return;
        turn += 1;
        answer({ id, turn, connection, socket, keep });
      },
    });
    socket.on('data', (chunk) => decoder.feed(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    connections: () => count,
    seen,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const stdout = (text: string, id = 1, padding = 0) =>
  encodeRecord(TYPE.stdout, id, Buffer.from(text, 'latin1'), padding);
export const stderr = (text: string, id = 1) => encodeRecord(TYPE.stderr, id, Buffer.from(text, 'latin1'));
export function end(appStatus = 0, protocolStatus = 0, id = 1): Buffer {
  const buffer = Buffer.alloc(16);
  writeEnd(buffer, 0, id, appStatus, protocolStatus);
  return buffer;
}

export interface SpokenAnswer {
  stdout: string;
  stderr: string;
  ends: { id: number; appStatus: number; protocolStatus: number }[];
  /** Records of other types. */
  others: { type: number; id: number; content: Buffer }[];
  closed: boolean;
}

/** A connection to a real responder. */
export function speak(at: { path: string } | { host: string; port: number }): {
  socket: Socket;
  answer: SpokenAnswer;
} {
  const answer: SpokenAnswer = { stdout: '', stderr: '', ends: [], others: [], closed: false };
  const socket = connect(at);
  socket.on('error', () => {});
  socket.on('close', () => (answer.closed = true));
  const decoder = new RecordDecoder({
    record(type, id, content) {
      if (type === TYPE.stdout) answer.stdout += content.toString('latin1');
      else if (type === TYPE.stderr) answer.stderr += content.toString('latin1');
      else if (type === TYPE.end) {
        answer.ends.push({ id, appStatus: content.readUInt32BE(0), protocolStatus: content[4] ?? -1 });
      } else answer.others.push({ type, id, content });
    },
  });
  socket.on('data', (chunk) => decoder.feed(chunk));
  return { socket, answer };
}
