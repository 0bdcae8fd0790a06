/** What processes weigh. PSS: shared pages are divided among those that share them, so a sum means something. */
import { readText } from '../process/proc.ts';

const BYTES_PER_KB = 1_024;

/** Proportional set size of one process; null: gone, not permitted, or no `/proc/PID/smaps_rollup`. */
export async function pssOf(pid: number): Promise<number | null> {
  return parsePss(readText(`/proc/${pid}/smaps_rollup`) ?? '');
}

export function parsePss(smapsRollup: string): number | null {
  const value = /^Pss:\s+(\d+) kB$/m.exec(smapsRollup)?.[1];
  return value === undefined ? null : Number(value) * BYTES_PER_KB;
}

/** The sum over processes; null when none could be read (a sum of no known part is not 0). */
export async function pssSum(pids: readonly number[]): Promise<number | null> {
  const known = (await Promise.all(pids.map(pssOf))).filter((bytes) => bytes !== null);
  return known.length === 0 && pids.length > 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0);
}
