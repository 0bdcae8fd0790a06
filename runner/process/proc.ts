/** Reads what the system tells of processes: from /proc on Linux, elsewhere from ps(1). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readPs } from './ps.ts';

const HAS_PROC = existsSync('/proc/self/stat');

/** USER_HZ, the unit of times in /proc: 100 on every architecture that Node runs on (see proc(5)). */
export const TICKS_PER_SEC = 100;
const US_PER_TICK = 1_000_000 / TICKS_PER_SEC;

export interface ProcStat {
  readonly pid: number;
  readonly name: string;
  /** `R`, `S`, `Z` … */
  readonly state: string;
  readonly parent: number;
  readonly processGroup: number;
  readonly session: number;
  readonly userUs: number;
  readonly systemUs: number;
  /** Of children that were waited for. */
  readonly childUserUs: number;
  readonly childSystemUs: number;
  /** Since boot; with the pid it names one process for ever (pids are used again). */
  readonly startTicks: string;
}

/** One process; null when there is none of this pid. */
export function readStat(pid: number): ProcStat | null {
  if (!HAS_PROC) return readPs([pid])[0] ?? null;
  const text = readText(`/proc/${pid}/stat`);
  return text === null ? null : parseStat(text);
}

/** The name stands in parentheses and may hold both blanks and parentheses: fields count from the last `)`. */
export function parseStat(text: string): ProcStat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  // fields[0] is field 3 of proc(5).
  const fields = text.slice(close + 2).split(' ');
  const number = (field: number) => Number(fields[field - 3] ?? 'NaN');
  return {
    pid: Number(text.slice(0, open)),
    name: text.slice(open + 1, close),
    state: fields[0] ?? '?',
    parent: number(4),
    processGroup: number(5),
    session: number(6),
    userUs: number(14) * US_PER_TICK,
    systemUs: number(15) * US_PER_TICK,
    childUserUs: number(16) * US_PER_TICK,
    childSystemUs: number(17) * US_PER_TICK,
    startTicks: fields[22 - 3] ?? '',
  };
}

/** Every process that can be seen. */
export function readAllStats(): ProcStat[] {
  if (!HAS_PROC) return readPs(null);
  return listPids()
    .map(readStat)
    .filter((stat) => stat !== null);
}

export function listPids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** The command line with blanks between arguments, shortened; the name in brackets for a kernel thread. */
export function describeProcess(pid: number): string {
  const commandLine = readText(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim() ?? '';
  const shown = commandLine === '' ? `[${readStat(pid)?.name ?? 'gone'}]` : commandLine;
  return shown.length > 120 ? `${shown.slice(0, 119)}…` : shown;
}

/** Whether the very process (not a later one of the same pid) still runs; a zombie does not. */
export function isAlive(pid: number, startTicks: string): boolean {
  const stat = readStat(pid);
  return stat !== null && stat.startTicks === startTicks && stat.state !== 'Z' && stat.state !== 'X';
}

/** A file's text, or null: files of /proc and of cgroups vanish between two looks. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
