/** Starts one measured program: in its group before it is executed, in its own session, as an unprivileged user. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fchownSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { LabError, messageOf } from '../../core/errors.ts';
import type { MeasuredUser, ProgramSpec } from '../../servers/define.ts';
import type { ResourceGroup } from './group.ts';
import { launchArgv } from './launcher.ts';
import { openListener } from './listener.ts';
import { type StopFacts, stopProgram } from './stop.ts';
import { tailOf } from './tail.ts';

export interface ExitFacts {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds from the start. */
  readonly afterMs: number;
}

export interface RunningProgram extends AsyncDisposable {
  readonly pid: number;
  readonly spec: ProgramSpec;
  /** Files that stdout and stderr go to. */
  readonly outputs: readonly string[];
  readonly exited: Promise<ExitFacts>;
  /** null while it runs. */
  readonly hasExited: ExitFacts | null;
  /** The program's own way to stop, then SIGTERM to its process group, then SIGKILL to its resource group. */
  stop(): Promise<StopFacts>;
  /** Last lines of stderr, stdout and the program's log files. */
  outputTail(lines: number): Promise<string>;
}

/** Dispose ends the program at once, and everything in its group; `stop` first for an orderly end. */
export async function startProgram(
  spec: ProgramSpec,
  x: {
    readonly group: ResourceGroup;
    readonly user: MeasuredUser | null;
    readonly logDir: string;
    readonly signal: AbortSignal;
  },
): Promise<RunningProgram> {
  const argv = await launchArgv(spec);
  const outputs = [join(x.logDir, `${spec.name}.stderr`), join(x.logDir, `${spec.name}.stdout`)] as const;
  const listener =
    spec.listenOnFd0 === true && spec.listens !== null ? await openListener(spec.listens) : null;
  const errFd = openOutput(outputs[0], x.user);
  const outFd = openOutput(outputs[1], x.user);
  let child: ChildProcess;
  try {
    x.signal.throwIfAborted();
    child = spawn(argv[0], argv.slice(1), {
      cwd: spec.cwd,
      env: {},
      detached: true,
      stdio: [listener?.fd ?? 'ignore', outFd, errFd, 'pipe'],
      // Node clears the supplementary groups when it drops to another user.
      ...(x.user === null ? {} : { uid: x.user.uid, gid: x.user.gid }),
    });
  } finally {
    listener?.release();
    closeSync(outFd);
    closeSync(errFd);
  }
  const startedMs = performance.now();
  let hasExited: ExitFacts | null = null;
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => {});
  const exited = new Promise<ExitFacts>((resolve) => {
    child.once('exit', (exitCode, signal) => {
      hasExited = { exitCode, signal, afterMs: performance.now() - startedMs };
      resolve(hasExited);
    });
  });
  const { pid } = child;
  if (pid === undefined) {
    const cause = await failed.catch((failure: unknown) => failure);
    throw new LabError('E_START', `${spec.name} cannot be started: ${messageOf(cause)}`, {
      facts: { command: spec.argv.join(' '), folder: spec.cwd },
      cause,
    });
  }
  child.on('error', () => {});
  try {
    await x.group.adopt(pid);
  } catch (cause) {
    child.kill('SIGKILL');
    throw cause;
  }
  openGate(child);
  return {
    pid,
    spec,
    outputs,
    exited,
    get hasExited() {
      return hasExited;
    },
    stop: () =>
      stopProgram({ pid, exited, hasExited: () => hasExited !== null, stop: spec.stop, group: x.group }),
    outputTail: (lines) => tailOf([...outputs, ...(spec.logs ?? [])], lines),
    async [Symbol.asyncDispose]() {
      await x.group.kill();
      await exited;
    },
  };
}

/** Owned by the measured user: servers open `/dev/stderr` anew. */
function openOutput(path: string, user: MeasuredUser | null): number {
  const fd = openSync(path, 'a', 0o644);
  if (user !== null) fchownSync(fd, user.uid, user.gid);
  return fd;
}

/** The launcher waits for a line on descriptor 3, and does not execute the program when it ends without one. */
function openGate(child: ChildProcess): void {
  const gate = child.stdio[3];
  if (gate === null || gate === undefined || !('end' in gate)) {
    throw new LabError('E_INTERNAL', 'the launcher has no gate');
  }
  // It may have died already: that shows as an exit.
  gate.on('error', () => {});
  gate.end('go\n');
}
