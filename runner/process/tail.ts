/** The ends of log files, for error messages. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';

/** As much of a file's end as is looked at. */
const TAIL_BYTES = 16_384;

/** Last lines of each file that has any, under its name when there are several. */
export async function tailOf(files: readonly string[], lines: number): Promise<string> {
  const tails: [string, string][] = [];
  for (const file of files) {
    const text = await endOf(file);
    const last = text.trimEnd().split('\n').slice(-lines).join('\n');
    if (last !== '') tails.push([basename(file), last]);
  }
  if (tails.length === 1) return tails[0]?.[1] ?? '';
  return tails.map(([name, text]) => `[${name}]\n${text}`).join('\n');
}

async function endOf(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const start = Math.max(0, size - TAIL_BYTES);
      const { buffer, bytesRead } = await handle.read(
        Buffer.alloc(Math.min(size, TAIL_BYTES)),
        0,
        null,
        start,
      );
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    // Not written (yet), or not a regular file.
    return '';
  }
}
