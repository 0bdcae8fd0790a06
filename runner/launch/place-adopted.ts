/** Puts a user's application into a site: copied, linked, joined to the lab; its own folder is only read. */
import { chmodSync, cpSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LabError, messageOf } from '../../core/errors.ts';
import type { Adopted, PreparedApp, Site } from '../../servers/define.ts';
import { runCommand } from '../process/command.ts';
import { canUse } from '../process/user.ts';
import { writeFiles } from './place.ts';

/** A framework with a cold cache on a busy machine takes seconds to import. */
const CHECK_TIMEOUT_MS = 60_000;

export function placeAdopted(adopted: Adopted, dir: string, site: Site): void {
  const leaveOut = new Set(adopted.leaveOut);
  for (const { from, to } of adopted.copies) {
    orRefuse('copied', from, () => {
      const isFolder = statSync(from).isDirectory();
      mkdirSync(isFolder ? join(dir, to) : dirname(join(dir, to)), { recursive: true });
      cpSync(from, join(dir, to), {
        recursive: true,
        // Links keep what they say: one inside the application then leads to the copy.
        verbatimSymlinks: true,
        filter: (path) => path === from || !leaveOut.has(basename(path)),
      });
    });
  }
  for (const { from, to } of adopted.links) {
    orRefuse('linked', from, () => symlinkSync(from, join(dir, to)));
    if (canUse(from, site.user, 'read')) continue;
    throw new LabError('E_PLACE', `the user that runs the application cannot read ${from}`, {
      facts: { path: from, user: site.user?.name ?? null },
      hint: 'Let others read and enter it (chmod o+rX on it and the folders above), or run the lab as your own user.',
    });
  }
  writeFiles(adopted.files({ dir, entries: site.entries }));
  const { executable } = adopted;
  if (executable !== null)
    orRefuse('executed', join(dir, executable), () => chmodSync(join(dir, executable), 0o755));
}

/** How the app looks to connectors and backends. */
export function adoptedParts(
  adopted: Adopted,
  dir: string,
): Pick<PreparedApp, 'env' | 'script' | 'servesOne'> {
  const env = Object.entries(adopted.env).map(
    ([name, value]) => [name, value.replaceAll('{app}', dir)] as const,
  );
  return {
    env: Object.fromEntries(env),
    servesOne: adopted.servesOne,
    ...(adopted.script === null ? {} : { script: join(dir, adopted.script) }),
  };
}

/**
 * Loads the app by itself: a missing package or a wrong name is then told in the app's own words, before a server
 * makes a bare 500 of it.
 * @throws LabError E_APP
 */
export async function seeThatItLoads(
  app: string,
  adopted: Adopted,
  dir: string,
  site: Site,
  signal: AbortSignal,
): Promise<void> {
  const argv = adopted.check({ dir, tools: site.tools });
  if (argv === null) return;
  const result = await runCommand(argv, {
    env: {
      PATH: '/usr/bin:/bin',
      LANG: 'C.UTF-8',
      HOME: site.dir,
      TMPDIR: site.dir,
      PYTHONDONTWRITEBYTECODE: '1',
    },
    cwd: dir,
    user: site.user,
    timeoutMs: CHECK_TIMEOUT_MS,
    signal,
  });
  if (result.ok) return;
  throw new LabError('E_APP', `your application ${app} cannot be loaded`, {
    facts: {
      exitCode: result.exitCode,
      output: result.output.replaceAll(dir, '$APP'),
      command: argv.join(' '),
    },
    hint: 'The last line of the output says why. Entry, interpreter, path and env of labapp.yaml decide how it is loaded.',
  });
}

function orRefuse(what: string, path: string, act: () => void): void {
  try {
    act();
  } catch (cause) {
    throw new LabError('E_APP', `${path} cannot be ${what}: ${messageOf(cause)}`, {
      facts: { path },
      hint: 'Correct source, entry or also in labapp.yaml.',
      cause,
    });
  }
}
