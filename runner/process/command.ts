/** Runs a short orchestration command (a config check, a compiler, a version) to its end. Never a measured one. */
import { execa } from 'execa';
import type { MeasuredUser } from '../../servers/define.ts';

export interface CommandResult {
  readonly ok: boolean;
  /** null: ended by a signal, or not started at all. */
  readonly exitCode: number | null;
  /** stdout and stderr as they came, without the final newline. */
  readonly output: string;
  readonly stdout: string;
}

/** Never throws for a command that fails; throws the signal's reason when aborted. */
export async function runCommand(
  argv: readonly [string, ...string[]],
  x: {
    readonly env: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly user?: MeasuredUser | null;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal;
  },
): Promise<CommandResult> {
  const [file, ...args] = argv;
  const result = await execa(file, args, {
    env: { ...x.env },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    timeout: x.timeoutMs,
    killSignal: 'SIGKILL',
    ...(x.cwd === undefined ? {} : { cwd: x.cwd }),
    // Node clears the supplementary groups when it drops to another user.
    ...(x.user === undefined || x.user === null ? {} : { uid: x.user.uid, gid: x.user.gid }),
    ...(x.signal === undefined ? {} : { cancelSignal: x.signal }),
  });
  x.signal?.throwIfAborted();
  const failure = result.exitCode === undefined && result.failed ? result.shortMessage : '';
  return {
    ok: !result.failed,
    exitCode: result.exitCode ?? null,
    output: [result.all, failure].filter((text) => text !== '').join('\n'),
    stdout: result.stdout,
  };
}
