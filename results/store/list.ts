/** Which runs there are, and in what state. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError, messageOf } from '../../core/errors.ts';
import { errnoOf } from './errno.ts';
import { type RunData, readRun } from './read.ts';

/**
 * complete: all of the plan, or all that the budget allowed. interrupted: ended by a signal or a failure, can
 * be resumed. unfinished: no end recorded: under way, or killed. unreadable: see the reason.
 */
export type RunState = 'complete' | 'interrupted' | 'unfinished' | 'unreadable';

export interface RunListing {
  readonly dir: string;
  /** The folder's name. */
  readonly id: string;
  readonly state: RunState;
  /** Why it is unreadable or interrupted, or how much of its journal is damaged; null: nothing to say. */
  readonly reason: string | null;
  readonly title: string | null;
  /** ISO instant in UTC; null when unreadable. */
  readonly startedAt: string | null;
  readonly trialsDone: number | null;
  readonly trialsPlanned: number | null;
}

/** The runs in a folder, newest first, unreadable ones last. A folder that does not exist holds none. */
export async function listRuns(dir: string): Promise<readonly RunListing[]> {
  const names = await folderNames(dir);
  const listings = await Promise.all(names.map((name) => describe(join(dir, name), name)));
  const key = (listing: RunListing) => `${listing.startedAt ?? ''} ${listing.id}`;
  return listings.toSorted((a, b) => (key(a) < key(b) ? 1 : -1));
}

async function folderNames(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name);
  } catch (failure) {
    if (errnoOf(failure) === 'ENOENT') return [];
    throw new LabError('E_PLACE', 'The folder of runs cannot be read.', {
      facts: { path: dir, reason: messageOf(failure) },
      cause: failure,
    });
  }
}

async function describe(dir: string, id: string): Promise<RunListing> {
  try {
    const run = await readRun(dir);
    return {
      dir,
      id,
      ...stateOf(run),
      title: run.manifest.title,
      startedAt: run.manifest.startedAt,
      trialsDone: run.trials.filter((trial) => trial.outcome.state === 'completed').length,
      trialsPlanned: run.plan.trials.length,
    };
  } catch (failure) {
    return { ...UNREADABLE, dir, id, reason: reasonOf(failure) };
  }
}

const UNREADABLE = {
  state: 'unreadable',
  title: null,
  startedAt: null,
  trialsDone: null,
  trialsPlanned: null,
} as const;

function reasonOf(failure: unknown): string {
  if (!(failure instanceof LabError)) return messageOf(failure);
  const facts = Object.entries(failure.facts).map(([name, value]) => `${name} ${value}`);
  return [failure.message, ...facts].join(' · ');
}

function stateOf(run: RunData): Pick<RunListing, 'state' | 'reason'> {
  const first = run.damage[0];
  const damaged =
    first === undefined
      ? null
      : `${run.damage.length} damaged line(s) in the journal, the first at byte ${first.offset}: ${first.reason}`;
  if (run.end === null) return { state: 'unfinished', reason: damaged };
  const done = run.end.state === 'complete' || run.end.state === 'budget';
  return { state: done ? 'complete' : 'interrupted', reason: damaged ?? run.end.reason };
}
