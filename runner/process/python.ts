/** The Python that every Python app runs on: its real binary and what is installed for it. */
import { join } from 'node:path';
import { z } from 'zod';
import { LAB_HOME } from '../../core/paths.ts';
import type { MeasuredUser, PythonTool } from '../../servers/define.ts';
import { runCommand } from './command.ts';
import { canUse } from './user.ts';

/** One run of the interpreter tells everything. `-I`: neither PYTHON* variables nor the user's site count. */
const QUESTION = `
import importlib.metadata, json, platform, sys, sysconfig
packages, where = {}, {}
for d in importlib.metadata.distributions():
    name = d.metadata["Name"]
    if name and name not in packages:
        packages[name] = d.version
        folder = str(d.locate_file(""))
        where[folder] = where.get(folder, 0) + 1
venv = sys.prefix != sys.base_prefix
purelib = sysconfig.get_paths()["purelib"]
site = purelib if venv or not where else max(where, key=where.get)
print(json.dumps({"executable": sys.executable, "version": platform.python_version(), "prefix": sys.prefix,
                  "site": site, "packages": packages}))
`;
const QUESTION_TIMEOUT_MS = 30_000;

const answerSchema = z.object({
  executable: z.string(),
  version: z.string(),
  prefix: z.string(),
  site: z.string(),
  packages: z.record(z.string(), z.string()),
});
type Answer = z.output<typeof answerSchema>;

/** LAB_PYTHON, else the lab's venv, else the system's, else what PATH's python3 really is. */
export async function discoverPython(x: {
  readonly labPython: string | undefined;
  readonly find: (program: string) => string | null;
  readonly pathFolders: readonly string[];
  readonly user: MeasuredUser | null;
}): Promise<PythonTool | null> {
  const venv = join(LAB_HOME, 'venv', 'bin', 'python');
  const candidates = [x.labPython, venv, '/usr/bin/python3', x.find('python3')];
  for (const candidate of candidates) {
    if (candidate === undefined || candidate === null || !canUse(candidate, x.user, 'execute')) continue;
    const answer = await ask(candidate, x.user);
    if (answer !== null) return toTool(candidate, answer, candidate === venv);
  }
  // Last, what a version manager's shim leads to: its sys.executable, if the measured user can reach it.
  for (const folder of x.pathFolders) {
    const answer = folder === '' ? null : await ask(join(folder, 'python3'), null);
    if (answer !== null && canUse(answer.executable, x.user, 'execute')) {
      return toTool(answer.executable, answer, false);
    }
  }
  return null;
}

async function ask(bin: string, user: MeasuredUser | null): Promise<Answer | null> {
  const result = await runCommand([bin, '-I', '-c', QUESTION], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
    cwd: '/',
    user,
    timeoutMs: QUESTION_TIMEOUT_MS,
  });
  if (!result.ok) return null;
  try {
    const parsed = answerSchema.safeParse(JSON.parse(result.stdout));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function toTool(bin: string, answer: Answer, isLabVenv: boolean): PythonTool {
  const packages = new Map(Object.entries(answer.packages).map(([name, v]) => [canonical(name), v]));
  return {
    bin,
    version: answer.version,
    prefix: answer.prefix,
    sitePackages: answer.site,
    isLabVenv,
    package: (distribution) => packages.get(canonical(distribution)) ?? null,
  };
}

/** PEP 503: names compare case-insensitively, runs of `-`, `_`, `.` being equal. */
function canonical(distribution: string): string {
  return distribution.toLowerCase().replace(/[-_.]+/g, '-');
}
