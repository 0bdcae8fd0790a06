/** Where runs are, and how a person names one. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LabError } from '../../core/errors.ts';
import { PROJECT_ROOT } from '../../core/paths.ts';
import { listRuns } from '../../results/store/list.ts';
import { meant } from '../../scenarios/catalogue.ts';

/** Where runs are written unless `--out` says otherwise. */
export const RUNS_DIR = join(PROJECT_ROOT, 'results', 'runs');

/** A run by path, by id, or `latest`. @throws LabError E_NOT_A_RUN */
export async function resolveRun(word: string, cwd: string, runsDir: string = RUNS_DIR): Promise<string> {
  const path = resolve(cwd, word);
  if (existsSync(join(path, 'plan.json'))) return path;
  const runs = await listRuns(runsDir);
  if (word === 'latest') {
    const newest = runs.find((run) => run.state !== 'unreadable');
    if (newest !== undefined) return newest.dir;
    throw new LabError('E_NOT_A_RUN', 'there is no run yet', {
      facts: { folder: runsDir },
      hint: 'Make one: `lab run quick`.',
    });
  }
  const found = runs.find((run) => run.id === word);
  if (found !== undefined) return found.dir;
  const ids = runs.map((run) => run.id);
  throw new LabError('E_NOT_A_RUN', `"${word}" is neither a run nor the folder of one${meant(word, ids)}`, {
    hint: '`lab list runs` shows the runs; "latest" names the newest.',
  });
}
