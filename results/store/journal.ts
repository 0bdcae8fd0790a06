/**
 * The journal's line format: `{"v":1,"crc":"xxxxxxxx","record":{…}}`, one record to a line.
 * The checksum (CRC-32 of the record's own JSON text, in UTF-8) tells a damaged line from a badly written one.
 */
import { crc32 } from 'node:zlib';
import { LabError } from '../../core/errors.ts';
import { type JournalRecord, journalRecordSchema, SCHEMA_VERSION } from '../schema/records.ts';
import { parseJson, placesOf } from './parse.ts';

const LINE = /^\{"v":(\d{1,9}),"crc":"([0-9a-f]{8})","record":(\{.*\})\}$/s;
const NEWLINE = 0x0a;

/** A stretch of the journal that could not be read: where it begins, and why. */
export interface Damage {
  /** Byte offset of the line in the journal. */
  readonly offset: number;
  readonly reason: string;
}

export interface JournalContent {
  readonly records: readonly JournalRecord[];
  readonly damage: readonly Damage[];
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');

/**
 * One record as a line, newline included. The record is checked against its schema first, so that what a
 * reader would refuse (NaN, a negative count, a stray field) never reaches the disk.
 * @throws LabError E_INTERNAL
 */
export function encodeLine(record: JournalRecord): string {
  const checked = journalRecordSchema.safeParse(record);
  if (!checked.success) {
    throw new LabError('E_INTERNAL', 'A record does not fit the schema and was not written.', {
      facts: { kind: record.kind, problems: placesOf(checked.error) },
    });
  }
  const text = JSON.stringify(checked.data);
  return `{"v":${SCHEMA_VERSION},"crc":"${checksum(text)}","record":${text}}\n`;
}

/**
 * Reads a journal. A damaged line is reported and the rest still reads.
 * @throws LabError E_NEWER_SCHEMA when a sound line is of a later version.
 */
export function decodeJournal(bytes: Uint8Array): JournalContent {
  const records: JournalRecord[] = [];
  const damage: Damage[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, offset);
    const end = newline === -1 ? bytes.length : newline;
    const line = bytes.subarray(offset, end);
    // An empty line is what a writer leaves when it fences off a torn one before it.
    if (line.length > 0) {
      const result = decodeLine(line, newline !== -1);
      if (typeof result === 'string') damage.push({ offset, reason: result });
      else records.push(result);
    }
    offset = end + 1;
  }
  return { records, damage };
}

/** A record, or why there is none. */
function decodeLine(bytes: Uint8Array, terminated: boolean): JournalRecord | string {
  let line: string;
  try {
    line = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return 'the line is not UTF-8';
  }
  const parts = LINE.exec(line);
  if (parts === null) {
    return terminated ? 'the line is not a journal line' : 'the line was cut off before its end';
  }
  const [, version = '', crc = '', text = ''] = parts;
  const found = checksum(text);
  if (found !== crc) return `checksum mismatch: the line says ${crc}, its record has ${found}`;
  if (Number(version) > SCHEMA_VERSION) throw newerSchema('journal.jsonl', Number(version));
  if (Number(version) < 1) return `there is no version ${version}`;
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed.reason;
  const checked = journalRecordSchema.safeParse(parsed.value);
  return checked.success ? checked.data : `the record does not fit the schema: ${placesOf(checked.error)}`;
}

/** The error for a file that a later lab wrote. */
export function newerSchema(path: string, version: number): LabError {
  return new LabError('E_NEWER_SCHEMA', 'This run was written by a newer lab.', {
    facts: { path, version, readable: SCHEMA_VERSION },
    hint: 'Upgrade the lab to read it; the run was not changed.',
  });
}
