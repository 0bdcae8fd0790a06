import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SetupFacts } from '../../../../../runner/cli/setup/facts.ts';
import { DEBIAN_PACKAGES } from '../../../../../runner/cli/setup/packages.ts';
import { aptScript, planSetup, venvCommands } from '../../../../../runner/cli/setup/plan.ts';

const everything = new Set(DEBIAN_PACKAGES.map(({ name }) => name));

const bare: SetupFacts = {
  system: 'Debian GNU/Linux 12 (bookworm)',
  hasApt: true,
  isRoot: true,
  hasSudo: false,
  installed: new Set(),
  programs: new Set(),
  hasSystemd: false,
  wantedStamp: 'new',
  stamp: null,
  venvIsSystems: false,
  hasSystemPython: true,
};

test('where everything is installed there is nothing to do', () => {
  const plan = planSetup({ ...bare, installed: everything, venvIsSystems: true, stamp: 'new' });
  expect(plan).toEqual({ packages: [], apt: null, venv: null });
});

test('only what is missing is installed, and a compiler only where there is none', () => {
  const installed = new Set([...everything].filter((name) => !['nginx', 'gcc', 'libc6-dev'].includes(name)));
  const names = (facts: Partial<SetupFacts>) =>
    planSetup({ ...bare, installed, ...facts }).packages.map(({ name }) => name);
  expect(names({})).toEqual(['nginx', 'gcc', 'libc6-dev']);
  expect(names({ programs: new Set(['cc']) })).toEqual(['nginx']);
});

test('root installs, a user installs with sudo, and without sudo the commands are for a person to run', () => {
  expect(planSetup(bare).apt?.how).toBe('root');
  expect(planSetup({ ...bare, isRoot: false, hasSudo: true }).apt?.how).toBe('sudo');
  expect(planSetup({ ...bare, isRoot: false }).apt?.how).toBe('by hand');
});

test('no package is installed where there is no apt', () => {
  expect(planSetup({ ...bare, hasApt: false }).apt).toBeNull();
});

test('the environment is made anew for another interpreter, and brought up to date for other requirements', () => {
  expect(planSetup(bare).venv).toEqual({ anew: true });
  expect(planSetup({ ...bare, venvIsSystems: true, stamp: 'old' }).venv).toEqual({ anew: false });
  expect(planSetup({ ...bare, venvIsSystems: true, stamp: 'new' }).venv).toBeNull();
  expect(venvCommands('/v', '/r.txt', true)).toEqual([
    ['/usr/bin/python3', '-m', 'venv', '--clear', '/v'],
    [
      '/v/bin/python',
      '-m',
      'pip',
      'install',
      '--disable-pip-version-check',
      '--no-input',
      '--require-hashes',
      '-r',
      '/r.txt',
    ],
  ]);
});

test('units are disabled only where systemd runs, and only those of packages that are installed now', () => {
  const [nginx] = DEBIAN_PACKAGES.filter(({ name }) => name === 'nginx');
  if (nginx === undefined) throw new Error('no nginx');
  expect(aptScript([nginx], { hasSystemd: true })).toContain('systemctl disable --now nginx.service\n');
  expect(aptScript([nginx], { hasSystemd: false })).not.toContain('systemctl');
  const [apache] = DEBIAN_PACKAGES.filter(({ name }) => name === 'apache2-bin');
  if (apache === undefined) throw new Error('no apache2-bin');
  expect(aptScript([apache], { hasSystemd: true })).not.toContain('systemctl');
});

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lab-setup-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Runs the real script with a fake apt-get; the policy file is in our folder. Returns what apt-get saw. */
function runScript(apt: string): { code: number; calls: string } {
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'apt-get'),
    `#!/bin/sh\necho "$*" >> ${dir}/calls\ncat ${dir}/policy >> ${dir}/seen\n${apt}\n`,
  );
  chmodSync(join(bin, 'apt-get'), 0o755);
  const script = aptScript(DEBIAN_PACKAGES.slice(0, 1), { hasSystemd: false }).replace(
    '/usr/sbin/policy-rc.d',
    `${dir}/policy`,
  );
  let code = 0;
  try {
    execFileSync('/bin/sh', ['-c', script], { env: { PATH: `${bin}:/usr/bin:/bin` }, stdio: 'pipe' });
  } catch (thrown) {
    code = thrown instanceof Error && 'status' in thrown ? Number(thrown.status) : -1;
  }
  return { code, calls: readFileSync(join(dir, 'calls'), 'utf8') };
}

test('the lists are fetched first, services are held back meanwhile, and the policy is gone afterwards', () => {
  const { code, calls } = runScript('');
  expect(code).toBe(0);
  expect(
    calls.split('\n').map((line) => /update|install --no-install-recommends apache2-bin/.exec(line)?.[0]),
  ).toEqual(['update', 'install --no-install-recommends apache2-bin', undefined]);
  expect(readFileSync(join(dir, 'seen'), 'utf8')).toContain('exit 101');
  expect(existsSync(join(dir, 'policy'))).toBe(false);
});

test('the policy is gone also after a failure and after Ctrl-C', () => {
  expect(runScript('exit 100').code).toBe(100);
  expect(existsSync(join(dir, 'policy'))).toBe(false);
  rmSync(join(dir, 'bin'), { recursive: true });
  expect(runScript('kill -INT $PPID').code).toBe(130);
  expect(existsSync(join(dir, 'policy'))).toBe(false);
});

test('a policy that someone else wrote is left alone', () => {
  writeFileSync(join(dir, 'policy'), '#!/bin/sh\nexit 0\n');
  expect(runScript('').code).toBe(0);
  expect(readFileSync(join(dir, 'policy'), 'utf8')).toBe('#!/bin/sh\nexit 0\n');
});
