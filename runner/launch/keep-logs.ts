/** Copies what programs wrote into the run, before their site is removed. */
import { mkdir, open, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ProgramSpec } from '../../servers/define.ts';

/** A program that floods its log must not fill the run folder; the end of a log tells most. */
const MOST_BYTES = 1024 * 1024;

/** Empty files are not kept. */
export async function keepLogs(
  programs: readonly { readonly spec: ProgramSpec; readonly outputs: readonly string[] }[],
  into: string,
): Promise<void> {
  const files = new Set(programs.flatMap(({ spec, outputs }) => [...outputs, ...(spec.logs ?? [])]));
  for (const file of files) {
    const content = await endOf(file);
    if (content === null) continue;
    await mkdir(into, { recursive: true });
    await writeFile(join(into, basename(file)), content);
  }
}

async function endOf(file: string): Promise<Buffer | null> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    if (size === 0) return null;
    const dropped = Math.max(0, size - MOST_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - dropped), 0, null, dropped);
    const note = dropped === 0 ? '' : `[${dropped} bytes before this were dropped]\n`;
    return Buffer.concat([Buffer.from(note), buffer.subarray(0, bytesRead)]);
  } finally {
    await handle.close();
  }
}
