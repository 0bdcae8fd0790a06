/** Processes as ps(1) tells them, for systems without /proc (macOS). */
import { spawnSync } from 'node:child_process';
import type { ProcStat } from './proc.ts';

const COLUMNS = 'pid=,ppid=,pgid=,stat=,utime=,time=,lstart=,comm=';
const ROW =
  /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+([\d:.-]+)\s+([\d:.-]+)\s+(\w{3} \w{3}\s+\d+ [\d:]+ \d{4})\s+(.*)$/;

/** Every process, or those asked for. Blocks for some 10 ms. */
export function readPs(pids: readonly number[] | null): ProcStat[] {
  const select = pids === null ? ['-A'] : ['-p', pids.join(',')];
  const { stdout } = spawnSync('/bin/ps', [...select, '-o', COLUMNS], {
    encoding: 'utf8',
    env: { LC_ALL: 'C', TZ: 'UTC' },
  });
  return parsePs(stdout);
}

/** A program that the lab starts leads its session and its process group alike; the latter is told. */
export function parsePs(text: string): ProcStat[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, group, state, user, all, started, command] = ROW.exec(line) ?? [];
    if (pid === undefined || started === undefined || user === undefined || all === undefined) return [];
    const userUs = parseTime(user);
    return [
      {
        pid: Number(pid),
        name: command?.split('/').at(-1) ?? '',
        state: state?.slice(0, 1) ?? '?',
        parent: Number(parent),
        processGroup: Number(group),
        session: Number(group),
        userUs,
        systemUs: Math.max(0, parseTime(all) - userUs),
        childUserUs: 0,
        childSystemUs: 0,
        startTicks: String(Date.parse(`${started} UTC`) / 1_000),
      },
    ];
  });
}

/** `[[days-]hours:]minutes:seconds[.hundredths]` */
function parseTime(text: string): number {
  const [rest, days] = text.split('-').toReversed();
  const parts = (rest ?? '').split(':').map(Number);
  const seconds = parts.reduce((sum, part) => sum * 60 + part, 0);
  return Math.round((seconds + Number(days ?? 0) * 86_400) * 1_000_000);
}
