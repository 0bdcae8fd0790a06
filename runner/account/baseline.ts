/** What a bare program costs by itself: `python3 -c pass`, the imports of an app. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import { Scope } from '../../core/scope.ts';
import type { MeasuredUser } from '../../servers/define.ts';
import { type AccountSource, openGroups } from '../process/group.ts';
import { ownerTag } from '../process/owner.ts';
import { readText } from '../process/proc.ts';
import { startProgram } from '../process/program.ts';
import { warden } from '../process/warden.ts';

export interface BaselineCost {
  readonly cpuUsPerExec: number;
  readonly wallUsPerExec: number;
  readonly source: AccountSource;
}

/**
 * One shell executes the program over and over, as a server does: fork and exec are part of the figure. At the end
 * it tells its own times, for machines without control groups: a process that has ended is not in /proc.
 */
const LOOP =
  'n=$1; shift; while [ "$n" -gt 0 ]; do "$@" </dev/null >/dev/null || exit 1; n=$((n - 1)); done; times';
const LOG_LINES = 10;

/** Runs a program one execution after the other in a group of its own, once beforehand to warm the page cache. */
export async function measureBaseline(x: {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly user: MeasuredUser | null;
  readonly executions: number;
  readonly signal: AbortSignal;
}): Promise<BaselineCost> {
  await runLoop(x, 1);
  return await runLoop(x, x.executions);
}

async function runLoop(x: Parameters<typeof measureBaseline>[0], executions: number): Promise<BaselineCost> {
  await using scope = new Scope();
  const logDir = mkdtempSync(join(tmpdir(), `deplab-baseline-${ownerTag()}-`));
  const watch = await warden().watch({ kind: 'folder', path: logDir });
  scope.defer(() => {
    rmSync(logDir, { recursive: true, force: true });
    watch.forget();
  });
  const groups = scope.use(await openGroups('baseline'));
  const group = groups.group('host');
  const begun = performance.now();
  const program = scope.use(
    await startProgram(
      {
        name: 'baseline',
        role: 'host',
        argv: ['/bin/sh', '-c', LOOP, 'sh', String(executions), ...x.argv],
        env: x.env,
        cwd: x.cwd,
        files: [],
        listens: null,
        stop: { signal: 'SIGTERM', graceMs: 0 },
      },
      { group, user: x.user, logDir, signal: x.signal },
    ),
  );
  const exit = await untilExit(program.exited, x.signal);
  const wallUs = (performance.now() - begun) * 1_000;
  if (exit.exitCode !== 0) {
    throw new LabError('E_START', `a baseline program failed: ${x.argv.join(' ')}`, {
      facts: { exitCode: exit.exitCode, signal: exit.signal, logs: await program.outputTail(LOG_LINES) },
    });
  }
  const cpuUs =
    groups.source === 'proc'
      ? parseTimes(program.outputs.map((file) => readText(file) ?? '').join('\n'))
      : (await group.cpu()).cpuUs;
  return {
    cpuUsPerExec: cpuUs / executions,
    wallUsPerExec: wallUs / executions,
    source: groups.source,
  };
}

/** `0m0.01s 0m0.02s`, for the shell and then for its children, see times(1). */
export function parseTimes(text: string): number {
  const times = [...text.matchAll(/(\d+)m([\d.]+)s/g)];
  if (times.length !== 4)
    throw new LabError('E_INTERNAL', 'the shell did not tell its times', { facts: { text } });
  return times.reduce((sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1e6, 0);
}

/** Rejects as soon as the signal is aborted; the scope then ends the program. */
async function untilExit<T>(exited: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return await new Promise<T>((resolve, reject) => {
    const give = () => reject(signal.reason);
    signal.addEventListener('abort', give, { once: true });
    void exited.then((value) => {
      signal.removeEventListener('abort', give);
      resolve(value);
    });
  });
}
