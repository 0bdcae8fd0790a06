/** Whether a launched stack is still the one that was launched: nobody died, nobody was killed for memory. */

import { statfsSync } from 'node:fs';
import { ROLES } from '../../core/words.ts';
import type { Finding } from '../../results/schema/finding.ts';
import { finding } from '../../results/schema/findings.ts';
import type { StackGroups } from '../process/group.ts';
import { describeProcess, isAlive, readStat, readText } from '../process/proc.ts';
import type { RunningProgram } from '../process/program.ts';

/** With less than this a line of a log may be lost. A server that cannot write has nowhere to say so. */
const LOG_ROOM_BYTES = 64 * 1024;

interface Known {
  readonly pid: number;
  readonly startTicks: string;
  readonly command: string;
}

/** Remembers the processes of a stack and tells which of them died. */
export class Health {
  readonly #programs: readonly RunningProgram[];
  readonly #groups: StackGroups;
  /** A process for each request: those come and go, and only the ones that were there at first must stay. */
  readonly #comeAndGo: boolean;
  readonly #known = new Map<string, Known>();
  readonly #oomAtFirst: number | null;

  readonly #siteDir: string;

  constructor(x: {
    programs: readonly RunningProgram[];
    groups: StackGroups;
    comeAndGo: boolean;
    siteDir: string;
  }) {
    this.#siteDir = x.siteDir;
    this.#programs = x.programs;
    this.#groups = x.groups;
    this.#comeAndGo = x.comeAndGo;
    this.#oomAtFirst = machineOomKills();
  }

  /** Takes in the processes there are now. Call it at quiet. */
  async remember(): Promise<void> {
    for (const role of ROLES) {
      for (const pid of await this.#groups.group(role).pids()) {
        const stat = readStat(pid);
        if (stat === null) continue;
        const key = `${pid} ${stat.startTicks}`;
        if (!this.#known.has(key)) {
          this.#known.set(key, { pid, startTicks: stat.startTicks, command: describeProcess(pid) });
        }
      }
    }
  }

  /** Programs and workers that died since they were remembered, each reported once. */
  async inspect(): Promise<Finding[]> {
    const deaths: string[] = [];
    for (const program of this.#programs) {
      const exit = program.hasExited;
      if (exit === null) continue;
      const how = exit.signal === null ? `exit ${exit.exitCode}` : exit.signal;
      deaths.push(`${program.spec.name} (pid ${program.pid}) ended: ${how}`);
    }
    const mains = new Set(this.#programs.map((program) => program.pid));
    for (const [key, { pid, startTicks, command }] of this.#known) {
      if (isAlive(pid, startTicks)) continue;
      this.#known.delete(key);
      if (!mains.has(pid)) deaths.push(`worker ${pid} (${command}) is gone`);
    }
    if (!this.#comeAndGo) await this.remember();
    const freeBytes = freeBytesAt(this.#siteDir);
    const killed = await this.#oomKills(deaths.length > 0);
    return [
      ...(freeBytes >= LOG_ROOM_BYTES
        ? []
        : [finding('no-space', `${freeBytes} bytes are free where the servers write their logs`)]),
      ...(deaths.length === 0 ? [] : [finding('restarted', deaths.join('; '))]),
      ...(killed === 0
        ? []
        : [finding('oom-killed', `the kernel ended ${killed} process(es) for want of memory`)]),
    ];
  }

  /** The group's own counter where there is one; else the machine's, if somebody of ours died too. */
  async #oomKills(someoneDied: boolean): Promise<number> {
    const own = await Promise.all(ROLES.map((role) => this.#groups.group(role).oomKills()));
    const known = own.filter((count) => count !== null);
    if (known.length > 0) return known.reduce((sum, count) => sum + count, 0);
    const now = machineOomKills();
    return someoneDied && now !== null && this.#oomAtFirst !== null ? now - this.#oomAtFirst : 0;
  }
}

/** What this user may still write there. */
function freeBytesAt(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

/** `oom_kill` of /proc/vmstat (Linux 4.13); null: not told. */
function machineOomKills(): number | null {
  const value = /^oom_kill (\d+)$/m.exec(readText('/proc/vmstat') ?? '')?.[1];
  return value === undefined ? null : Number(value);
}
