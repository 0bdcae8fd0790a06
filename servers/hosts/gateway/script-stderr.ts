/** A program's stderr: always drained, kept up to a limit, logged once (docs/conformance.md, C44, F8). */
import type { Readable } from 'node:stream';

const KEPT_BYTES = 64 * 1024;
/** How much of it goes with a 502. */
export const EXCERPT_BYTES = 4 * 1024;

export class ScriptStderr {
  #parts: Buffer[] = [];
  #keptBytes = 0;
  #droppedBytes = 0;
  ended = false;

  constructor(stream: Readable, onEnd: () => void) {
    stream.on('data', (chunk: Buffer) => {
      const room = KEPT_BYTES - this.#keptBytes;
      const kept = Math.min(room, chunk.length);
      if (kept > 0) {
        this.#parts.push(chunk.subarray(0, kept));
        this.#keptBytes += kept;
      }
      this.#droppedBytes += chunk.length - kept;
    });
    stream.on('error', () => {});
    stream.on('close', () => {
      this.ended = true;
      onEnd();
    });
  }

  /** What was kept, with the number of bytes that were not; '' when there was nothing. */
  text(limitBytes = KEPT_BYTES): string {
    const kept = Buffer.concat(this.#parts);
    const shown = kept.subarray(0, limitBytes).toString('utf8').trimEnd();
    const dropped = this.#droppedBytes + Math.max(0, kept.length - limitBytes);
    return dropped === 0 ? shown : `${shown}\n[${dropped} bytes dropped]`;
  }
}
