/**
 * Answers one CGI request with a node-handler. Its start-up is measured, so it loads as little as it can:
 * no HTTP module, and no streams of `process` (descriptors 0 and 1 are used directly).
 */
import { read, writeSync } from 'node:fs';
import { callHandler, type Handler } from '../backends/node/handler.ts';
import { HandlerRequest } from '../backends/node/handler-request.ts';
import { HandlerResponse } from '../backends/node/handler-response.ts';

const READ_BYTES = 64 * 1024;
/** Wait when descriptor 1 was handed over non-blocking and is full. */
const FULL_WAIT_MS = 1;

/** Serves the request that the environment describes, then exits. */
export function serveOnce(handler: Handler<HandlerRequest, HandlerResponse>): void {
  let left = 0;
  const request: HandlerRequest = new HandlerRequest(process.env, () => {
    if (left === 0) {
      request.complete = true;
      request.push(null);
      return;
    }
    const buffer = Buffer.allocUnsafe(Math.min(left, READ_BYTES));
    read(0, buffer, 0, buffer.length, null, (failure, bytes) => {
      // The client died, or sent less than it said: the handler sees the end of the body.
      left = failure !== null || bytes === 0 ? 0 : left - bytes;
      request.push(failure !== null || bytes === 0 ? null : buffer.subarray(0, bytes));
    });
  });
  left = request.bodyBytes;
  const response: HandlerResponse = new HandlerResponse(
    {
      write: (head, body) => {
        emit(head, body);
        // Descriptor 1 blocks while it is full, so there is always room again; a handler that waits for
        // 'drain' is not asked to.
        return true;
      },
      end: (head, body) => {
        emit(head, body);
        response.closed(true);
        process.exit(0);
      },
      fail: () => process.exit(1),
    },
    request.method,
  );
  callHandler(handler, request, response);
}

/** One write for a head and a small body. */
function emit(head: Buffer | null, body: Buffer | null): void {
  if (head !== null && body !== null && body.length <= READ_BYTES) {
    writeAll(Buffer.concat([head, body]));
    return;
  }
  if (head !== null) writeAll(head);
  if (body !== null) writeAll(body);
}

function writeAll(bytes: Buffer): void {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(1, bytes, at);
    } catch (failure) {
      if (!(failure instanceof Error && 'code' in failure) || failure.code !== 'EAGAIN') process.exit(1);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_WAIT_MS);
    }
  }
}
