/** What `lab setup` must know of the machine before it plans anything. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAB_HOME, PROJECT_ROOT } from '../../../core/paths.ts';
import { runCommand } from '../../process/command.ts';
import { DEBIAN_PACKAGES, SYSTEM_PYTHON } from './packages.ts';

export const REQUIREMENTS = join(PROJECT_ROOT, 'servers', 'requirements.txt');
export const VENV = join(LAB_HOME, 'venv');

/** Says from which requirements the environment was made. */
export const VENV_STAMP = join(VENV, '.lab-requirements');

export interface SetupFacts {
  /** `Debian GNU/Linux 12 (bookworm)` */
  readonly system: string;
  readonly hasApt: boolean;
  readonly isRoot: boolean;
  readonly hasSudo: boolean;
  /** Names of the packages that are installed. */
  readonly installed: ReadonlySet<string>;
  /** Programs of `unlessProgram` that are there. */
  readonly programs: ReadonlySet<string>;
  /** Whether systemd runs, so that units can be disabled. */
  readonly hasSystemd: boolean;
  /** What the environment's stamp should say. */
  readonly wantedStamp: string;
  /** What it says; null: there is none. */
  readonly stamp: string | null;
  /** Whether the environment is there and was made by the system's interpreter. */
  readonly venvIsSystems: boolean;
  readonly hasSystemPython: boolean;
}

const QUERY_TIMEOUT_MS = 30_000;
const PATHS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const isThere = (program: string): boolean => PATHS.some((folder) => existsSync(join(folder, program)));

export async function gatherFacts(): Promise<SetupFacts> {
  const release = readOr('/etc/os-release');
  const programs = DEBIAN_PACKAGES.flatMap(({ unlessProgram }) => unlessProgram ?? []).filter(isThere);
  return {
    system: /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(release)?.[1] ?? process.platform,
    hasApt: /^ID(_LIKE)?=.*debian/m.test(release) && isThere('apt-get'),
    isRoot: process.getuid?.() === 0,
    hasSudo: isThere('sudo'),
    installed: isThere('dpkg-query') ? await installedPackages() : new Set(),
    programs: new Set(programs),
    hasSystemd: existsSync('/run/systemd/system'),
    wantedStamp: stampOf(readFileSync(REQUIREMENTS)),
    stamp: existsSync(VENV_STAMP) ? readOr(VENV_STAMP).trim() : null,
    venvIsSystems: /^home = \/usr\/bin$/m.test(readOr(join(VENV, 'pyvenv.cfg'))),
    hasSystemPython: existsSync(SYSTEM_PYTHON),
  };
}

async function installedPackages(): Promise<Set<string>> {
  const names = DEBIAN_PACKAGES.map(({ name }) => name);
  // A non-zero exit only says that some are unknown.
  const { stdout } = await runCommand(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
    ['dpkg-query', '-W', '-f', '${Package} ${db:Status-Status}\n', ...names],
    { env: { PATH: PATHS.join(':'), LC_ALL: 'C' }, timeoutMs: QUERY_TIMEOUT_MS },
  );
  const lines = stdout.split('\n').map((line) => line.split(' '));
  return new Set(
    lines.flatMap(([name, status]) => (status === 'installed' && name !== undefined ? [name] : [])),
  );
}

export const stampOf = (requirements: Uint8Array): string =>
  createHash('sha256').update(requirements).digest('hex');

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
