/** The command that leads to a measured program: a gate, a death signal, an environment built from empty. */
import { existsSync } from 'node:fs';
import type { ProgramSpec } from '../../servers/define.ts';
import { runCommand } from './command.ts';

/**
 * The shell waits until the lab has put it into its group, then becomes the program: so nothing that the program
 * does is missed. If the lab dies first the pipe ends and nothing is executed.
 */
const GATE = 'read -r go <&3 || exit 125; exec 3<&-; exec "$@"';

const PROBE_TIMEOUT_MS = 5_000;
let deathSignal: Promise<readonly string[]> | null = null;

/** `sh → [setpriv] → env -i → program`: each becomes the next, and the pid stays the same. */
export async function launchArgv(spec: ProgramSpec): Promise<[string, ...string[]]> {
  deathSignal ??= findDeathSignal();
  // A shell adds variables of its own (PWD, SHLVL): only `env -i` makes the environment exactly the one given.
  const env = Object.entries(spec.env).map(([name, value]) => `${name}=${value}`);
  return ['/bin/sh', '-c', GATE, 'sh', ...(await deathSignal), '/usr/bin/env', '-i', ...env, ...spec.argv];
}

/** The kernel ends the program when the lab dies, where util-linux can ask for it. Its children are the warden's. */
async function findDeathSignal(): Promise<readonly string[]> {
  for (const path of ['/usr/bin/setpriv', '/bin/setpriv']) {
    if (!existsSync(path)) continue;
    const prefix = [path, '--pdeathsig', 'KILL'] as const;
    const tried = await runCommand([...prefix, '/bin/true'], { env: {}, timeoutMs: PROBE_TIMEOUT_MS });
    return tried.ok ? prefix : [];
  }
  return [];
}
