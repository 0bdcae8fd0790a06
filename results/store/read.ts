/** Reads a run folder: every record checked, nothing written. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { LabError, messageOf } from '../../core/errors.ts';
import {
  type BaselineRecord,
  type EndRecord,
  type JournalRecord,
  type Manifest,
  manifestSchema,
  type Plan,
  planSchema,
  SCHEMA_VERSION,
  type TrialRecord,
} from '../schema/records.ts';
import { errnoOf } from './errno.ts';
import { type Damage, decodeJournal, newerSchema } from './journal.ts';
import { parseJson, placesOf } from './parse.ts';

/** Everything a run recorded. */
export interface RunData {
  readonly manifest: Manifest;
  readonly plan: Plan;
  /** In the order in which they ended; of a trial recorded twice (resumed) the later record. */
  readonly trials: readonly TrialRecord[];
  readonly baselines: readonly BaselineRecord[];
  /** null: the run is under way, or was killed. */
  readonly end: EndRecord | null;
  readonly damage: readonly Damage[];
}

/**
 * Reads a run.
 * @throws LabError E_NOT_A_RUN, E_CORRUPT (plan or manifest damaged), E_NEWER_SCHEMA
 */
export async function readRun(dir: string): Promise<RunData> {
  const manifest = await readDocument(join(dir, 'manifest.json'), manifestSchema);
  const plan = await readDocument(join(dir, 'plan.json'), planSchema);
  const journal = decodeJournal(await readBytes(join(dir, 'journal.jsonl')));
  return { manifest, plan, ...arrange(journal.records), damage: journal.damage };
}

/** Reads the manifest alone. @throws like `readRun` */
export const readManifest = (dir: string): Promise<Manifest> =>
  readDocument(join(dir, 'manifest.json'), manifestSchema);

function arrange(records: readonly JournalRecord[]): Pick<RunData, 'trials' | 'baselines' | 'end'> {
  const trials = new Map<string, TrialRecord>();
  const baselines: BaselineRecord[] = [];
  let end: EndRecord | null = null;
  for (const record of records) {
    // Anything after an end record means that the run was resumed: that end no longer is one.
    end = record.kind === 'end' ? record : null;
    if (record.kind === 'baseline') baselines.push(record);
    if (record.kind === 'trial') {
      trials.delete(record.id);
      trials.set(record.id, record);
    }
  }
  return { trials: [...trials.values()], baselines, end };
}

async function readDocument<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
  const text = (await readBytes(path)).toString('utf8');
  const parsed = parseJson(text);
  if (!parsed.ok) throw corrupt(path, parsed.reason);
  const version = versionOf(parsed.value);
  if (version !== null && version > SCHEMA_VERSION) throw newerSchema(path, version);
  const checked = schema.safeParse(parsed.value);
  if (!checked.success) throw corrupt(path, placesOf(checked.error));
  return checked.data;
}

function versionOf(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('version' in value)) return null;
  return typeof value.version === 'number' ? value.version : null;
}

const corrupt = (path: string, reason: string): LabError =>
  new LabError('E_CORRUPT', `${path} is damaged.`, {
    facts: { path, reason },
    hint: 'The lab leaves it as it is. Restore it from a copy, or run again.',
  });

async function readBytes(path: string): Promise<Buffer> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    return await handle.readFile();
  } catch (failure) {
    const code = errnoOf(failure);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new LabError('E_NOT_A_RUN', 'This is not a run folder.', {
        facts: { missing: path },
        hint: '`lab list runs` shows the runs there are.',
        cause: failure,
      });
    }
    throw new LabError('E_PLACE', 'A file of the run cannot be read.', {
      facts: { path, reason: code === 'ELOOP' ? 'it is a symbolic link' : messageOf(failure) },
      cause: failure,
    });
  } finally {
    await handle?.close();
  }
}
