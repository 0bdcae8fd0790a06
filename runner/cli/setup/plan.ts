/** Facts → what to do. Pure. */
import type { SetupFacts } from './facts.ts';
import { DEBIAN_PACKAGES, type DebianPackage, SYSTEM_PYTHON } from './packages.ts';

export interface SetupPlan {
  /** Packages to install. */
  readonly packages: readonly DebianPackage[];
  /** null: Debian's packages need no change, or this is not Debian. */
  readonly apt: { readonly script: string; readonly how: 'root' | 'sudo' | 'by hand' } | null;
  /** null: the environment is as it should be. `anew`: what is there was made by another interpreter. */
  readonly venv: { readonly anew: boolean } | null;
}

export function planSetup(facts: SetupFacts): SetupPlan {
  const packages = DEBIAN_PACKAGES.filter(
    ({ name, unlessProgram }) =>
      !facts.installed.has(name) && !(unlessProgram !== undefined && facts.programs.has(unlessProgram)),
  );
  const how = facts.isRoot ? 'root' : facts.hasSudo ? 'sudo' : 'by hand';
  const isCurrent = facts.venvIsSystems && facts.stamp === facts.wantedStamp;
  return {
    packages,
    apt: facts.hasApt && packages.length > 0 ? { script: aptScript(packages, facts), how } : null,
    venv: isCurrent ? null : { anew: !facts.venvIsSystems },
  };
}

/** Marks the file as ours. */
const POLICY_NOTE = '# Written by lab setup, and removed when it ends: services are not to start.';

/**
 * One script with one cleanup, so that the policy file goes away however the installation ends. Debian starts
 * the services of what it installs unless `policy-rc.d` answers 101; one that is there already is left alone.
 * See `invoke-rc.d(8)`.
 */
export function aptScript(packages: readonly DebianPackage[], facts: Pick<SetupFacts, 'hasSystemd'>): string {
  const units = packages.flatMap((each) => each.units ?? []);
  const lines = [
    'set -eu',
    'umask 022',
    'export DEBIAN_FRONTEND=noninteractive LC_ALL=C',
    'policy=/usr/sbin/policy-rc.d',
    `if [ ! -e "$policy" ] || grep -qxF '${POLICY_NOTE}' "$policy"; then`,
    `  trap 'rm -f "$policy"' EXIT`,
    "  trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM",
    `  printf '%s\\n' '#!/bin/sh' '${POLICY_NOTE}' 'exit 101' > "$policy"`,
    '  chmod 755 "$policy"',
    'fi',
    'apt-get -q -o DPkg::Lock::Timeout=300 update',
    `apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 install --no-install-recommends ${packages.map(({ name }) => name).join(' ')}`,
  ];
  if (facts.hasSystemd && units.length > 0) lines.push(`systemctl disable --now ${units.join(' ')}`);
  return `${lines.join('\n')}\n`;
}

/** The commands that make the environment, in order. */
export function venvCommands(
  venv: string,
  requirements: string,
  anew: boolean,
): readonly (readonly [string, ...string[]])[] {
  return [
    [SYSTEM_PYTHON, '-m', 'venv', ...(anew ? ['--clear'] : []), venv],
    [`${venv}/bin/python`, '-m', 'pip', 'install', ...PIP_FLAGS, '--require-hashes', '-r', requirements],
  ];
}

const PIP_FLAGS = ['--disable-pip-version-check', '--no-input'];
