/** Writes a run folder: plan and manifest whole or not at all, the journal one fsynced line at a time. */
import { constants, mkdirSync } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LabError, messageOf } from '../../core/errors.ts';
import {
  type JournalRecord,
  type Manifest,
  manifestSchema,
  type Plan,
  planSchema,
} from '../schema/records.ts';
import { errnoOf, isFull } from './errno.ts';
import { encodeLine } from './journal.ts';
import { readRun } from './read.ts';

const JOURNAL = 'journal.jsonl';
const NEWLINE = 0x0a;

/** Appends to one run. Close it with `await using`. */
export interface RunWriter extends AsyncDisposable {
  readonly dir: string;
  /**
   * Appends one record; when it returns, the record is on the disk. Calls may overlap: they are queued.
   * @throws LabError E_NO_SPACE, after taking back what was written of the record
   */
  append(record: JournalRecord): Promise<void>;
  /** Replaces the manifest, whole or not at all. */
  updateManifest(manifest: Manifest): Promise<void>;
  /** Folder for a trial's logs, made if need be. */
  logDir(trialId: string): string;
}

/**
 * Makes a run folder; `dir` is the run's own folder and must not exist yet.
 * @throws LabError E_PLACE when it does, or cannot be made
 */
export async function createRun(dir: string, manifest: Manifest, plan: Plan): Promise<RunWriter> {
  const place = resolve(dir);
  try {
    await mkdir(dirname(place), { recursive: true });
    // Not recursive: fails on anything that is there already, a planted symbolic link included.
    await mkdir(place);
  } catch (failure) {
    throw placeError(place, failure, 0);
  }
  await writeWhole(join(place, 'plan.json'), document(planSchema.parse(plan)), 0);
  await writeWhole(join(place, 'manifest.json'), document(manifestSchema.parse(manifest)), 0);
  const journal = await openJournal(place, constants.O_CREAT | constants.O_EXCL);
  return makeWriter(place, journal, 0);
}

/**
 * Opens a run to append to it (resume). A line that was cut off is fenced off, never repaired or removed.
 * @throws LabError like `readRun`
 */
export async function reopenRun(dir: string): Promise<RunWriter> {
  const place = resolve(dir);
  const run = await readRun(place);
  const journal = await openJournal(place, 0);
  const { size } = await journal.stat();
  const last = Buffer.alloc(1);
  if (size > 0) await journal.read(last, 0, 1, size - 1);
  if (size > 0 && last[0] !== NEWLINE) await appendWhole(journal, '\n', place, run.trials.length);
  return makeWriter(place, journal, run.trials.length);
}

function makeWriter(dir: string, journal: FileHandle, trialsBefore: number): RunWriter {
  let trials = trialsBefore;
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    const turn = queue.then(step);
    queue = turn.catch(() => undefined);
    return turn;
  };
  return {
    dir,
    append: (record) =>
      inTurn(async () => {
        await appendWhole(journal, encodeLine(record), dir, trials);
        if (record.kind === 'trial') trials += 1;
      }),
    updateManifest: (manifest) =>
      inTurn(() => writeWhole(join(dir, 'manifest.json'), document(manifestSchema.parse(manifest)), trials)),
    logDir: (trialId) => {
      const path = join(dir, 'logs', fileNameOf(trialId));
      mkdirSync(path, { recursive: true });
      return path;
    },
    async [Symbol.asyncDispose]() {
      await queue;
      await journal.close();
    },
  };
}

/** A trial's id as one safe file name: whatever else is in it, it never leaves the logs folder. */
export const fileNameOf = (id: string): string =>
  id
    .replaceAll(/[^A-Za-z0-9._@+-]+/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 200) || '_';

const document = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

async function openJournal(dir: string, flags: number): Promise<FileHandle> {
  const path = join(dir, JOURNAL);
  try {
    // Read and write: a resumed journal's last byte is looked at.
    return await open(path, constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW | flags, 0o644);
  } catch (failure) {
    throw placeError(path, failure, 0);
  }
}

async function appendWhole(journal: FileHandle, text: string, dir: string, trials: number): Promise<void> {
  const { size } = await journal.stat();
  try {
    await journal.appendFile(text);
    await journal.sync();
  } catch (failure) {
    // Take back half a line, so that what is there stays sound. If even that fails the reader copes.
    await journal.truncate(size).catch(() => undefined);
    throw placeError(dir, failure, trials);
  }
}

/** Temporary file beside it, fsync, rename, fsync of the folder: a reader sees the old file or the new one. */
async function writeWhole(path: string, text: string, trials: number): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await refuseLink(path);
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
    try {
      await file.writeFile(text);
      await file.sync();
    } catch (failure) {
      await rm(temporary, { force: true });
      throw failure;
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (failure) {
    throw placeError(path, failure, trials);
  }
}

/** A rename would replace the link itself, but a link here means that someone meddles: say so. */
async function refuseLink(path: string): Promise<void> {
  const facts = await lstat(path).catch(() => null);
  if (facts?.isSymbolicLink()) {
    throw new LabError('E_PLACE', 'A symbolic link is where the lab would write.', { facts: { path } });
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function placeError(path: string, failure: unknown, trials: number): LabError {
  if (failure instanceof LabError) return failure;
  if (isFull(failure)) {
    const safe = trials === 1 ? '1 finished trial is safe' : `${trials} finished trials are safe`;
    return new LabError('E_NO_SPACE', `No space left at ${path}: ${safe}.`, {
      facts: { path, trialsSafe: trials, reason: messageOf(failure) },
      hint: 'Free space and run again; `lab report RUN` shows the launches that are safe.',
      cause: failure,
    });
  }
  const reasons: Record<string, string> = {
    EEXIST: 'something is there already',
    ELOOP: 'it is a symbolic link',
    EACCES: 'permission denied',
    EROFS: 'the file system is read-only',
  };
  return new LabError('E_PLACE', `The lab cannot write to ${path}.`, {
    facts: { path, reason: reasons[errnoOf(failure) ?? ''] ?? messageOf(failure) },
    hint: 'Choose another place with --out DIR.',
    cause: failure,
  });
}
