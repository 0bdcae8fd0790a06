/** Starts fixture programs for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../../core/paths.ts';
import { Scope } from '../../../../core/scope.ts';
import { type AccountSource, openGroups, type StackGroups } from '../../../../runner/process/group.ts';
import { type RunningProgram, startProgram } from '../../../../runner/process/program.ts';
import { waitUntil } from '../../../../runner/process/wait.ts';
import type { MeasuredUser, ProgramSpec } from '../../../../servers/define.ts';

export const fixture = (name: string): string => join(PROJECT_ROOT, 'test', 'fixtures', 'programs', name);

export interface Started extends AsyncDisposable {
  readonly program: RunningProgram;
  readonly groups: StackGroups;
  readonly dir: string;
}

/** In a group and a folder of its own, as the test's own user unless told otherwise. */
export async function start(
  argv: readonly [string, ...string[]],
  over: Partial<ProgramSpec> = {},
  x: { sources?: readonly AccountSource[]; user?: MeasuredUser | null } = {},
): Promise<Started> {
  const scope = new Scope();
  const dir = mkdtempSync(join(tmpdir(), 'lab-test-program-'));
  scope.defer(() => rmSync(dir, { recursive: true, force: true }));
  try {
    const groups = scope.use(await openGroups('test', x.sources));
    const spec: ProgramSpec = {
      name: 'fixture',
      role: 'host',
      argv,
      env: { PATH: '/usr/bin:/bin' },
      cwd: '/',
      files: [],
      listens: null,
      stop: { signal: 'SIGTERM', graceMs: 300 },
      ...over,
    };
    const program = scope.use(
      await startProgram(spec, {
        group: groups.group('host'),
        user: x.user ?? null,
        logDir: dir,
        signal: AbortSignal.timeout(60_000),
      }),
    );
    return { program, groups, dir, [Symbol.asyncDispose]: () => scope[Symbol.asyncDispose]() };
  } catch (failure) {
    await scope[Symbol.asyncDispose]();
    throw failure;
  }
}

export const says = (program: RunningProgram, text: string): Promise<boolean> =>
  waitUntil(async () => (await program.outputTail(100)).includes(text), { deadlineMs: 15_000, everyMs: 10 });
