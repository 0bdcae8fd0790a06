/** Names of things on this machine that belong to one lab process, so that a later one can tell what was left. */
import { isAlive, readStat } from './proc.ts';

/** `PID-START` in base 36: short, since socket paths end at 107 bytes. It names one process for ever. */
export function ownerTag(): string {
  const start = readStat(process.pid)?.startTicks ?? '0';
  return `${process.pid.toString(36)}-${BigInt(start).toString(36)}`;
}

/** Whether the lab process that a name `PREFIX-PID-START-…` speaks of has gone; false for other names. */
export function isStale(name: string, prefix: string): boolean {
  if (!name.startsWith(prefix)) return false;
  const [pid, start, rest] = name.slice(prefix.length).split('-');
  if (pid === undefined || start === undefined || rest === undefined) return false;
  const owner = Number.parseInt(pid, 36);
  const startTicks = Number.parseInt(start, 36);
  if (!Number.isSafeInteger(owner) || !Number.isSafeInteger(startTicks) || startTicks === 0) return false;
  return !isAlive(owner, String(startTicks));
}
