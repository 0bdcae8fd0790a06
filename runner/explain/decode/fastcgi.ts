/** FastCGI records (FastCGI 1.0) of one request, decoded for a reader. */
import type { Message } from '../../../results/schema/explanation.ts';
import { BadPairs, readPairs } from '../../../servers/protocols/fastcgi/pairs.ts';
import {
  FLAG_KEEP_CONN,
  HEADER_BYTES,
  ROLE_RESPONDER,
  TYPE,
  VERSION,
} from '../../../servers/protocols/fastcgi/record.ts';
import { raw } from './http.ts';
import { preview } from './preview.ts';

interface FastcgiRecord {
  readonly type: number;
  readonly id: number;
  readonly content: Buffer;
  readonly padding: number;
}

const NAMES: Readonly<Record<number, string>> = {
  [TYPE.begin]: 'BEGIN_REQUEST',
  [TYPE.abort]: 'ABORT_REQUEST',
  [TYPE.end]: 'END_REQUEST',
  [TYPE.params]: 'PARAMS',
  [TYPE.stdin]: 'STDIN',
  [TYPE.stdout]: 'STDOUT',
  [TYPE.stderr]: 'STDERR',
  [TYPE.data]: 'DATA',
  [TYPE.getValues]: 'GET_VALUES',
  [TYPE.getValuesResult]: 'GET_VALUES_RESULT',
  [TYPE.unknown]: 'UNKNOWN_TYPE',
};

const PROTOCOL_STATES = ['request complete', 'cannot multiplex', 'overloaded', 'unknown role'];

/** The records of one direction; what follows the last whole one is shown as bytes. */
export function describeFastcgi(bytes: Buffer, direction: Message['direction']): readonly Message[] {
  const { records, rest } = split(bytes);
  const messages = merge(records).map(({ record, count }) => describe(record, count, direction));
  return rest.length === 0 ? messages : [...messages, raw(rest, direction)];
}

function split(bytes: Buffer): { records: FastcgiRecord[]; rest: Buffer } {
  const records: FastcgiRecord[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length && bytes[at] === VERSION) {
    const length = bytes.readUInt16BE(at + 4);
    const padding = bytes[at + 6] ?? 0;
    const from = at + HEADER_BYTES;
    if (from + length + padding > bytes.length) break;
    records.push({
      type: bytes[at + 1] ?? 0,
      id: bytes.readUInt16BE(at + 2),
      content: bytes.subarray(from, from + length),
      padding,
    });
    at = from + length + padding;
  }
  return { records, rest: bytes.subarray(at) };
}

/** A stream's content may be cut into records anywhere, also within a pair: neighbours of one stream are joined. */
function merge(records: readonly FastcgiRecord[]): { record: FastcgiRecord; count: number }[] {
  const merged: { record: FastcgiRecord; count: number }[] = [];
  for (const record of records) {
    const last = merged.at(-1);
    const joins =
      last !== undefined &&
      last.record.type === record.type &&
      last.record.id === record.id &&
      last.record.content.length > 0 &&
      record.content.length > 0;
    if (!joins) {
      merged.push({ record, count: 1 });
      continue;
    }
    last.count += 1;
    last.record = {
      ...record,
      content: Buffer.concat([last.record.content, record.content]),
      padding: last.record.padding + record.padding,
    };
  }
  return merged;
}

function describe(record: FastcgiRecord, count: number, direction: Message['direction']): Message {
  const { type, id, content, padding } = record;
  const notes = [`request ${id}`, ...notesOn(record)];
  if (count > 1) notes.push(`in ${count} records`);
  if (padding > 0) notes.push(`${padding} bytes of padding`);
  const isStream = type >= TYPE.params && type <= TYPE.data;
  return {
    direction,
    title: NAMES[type] ?? `record of type ${type}`,
    note: notes.join(', '),
    pairs: type === TYPE.params ? pairsOf(content) : [],
    text: isStream && type !== TYPE.params ? preview(content) : null,
    bytes: HEADER_BYTES * count + content.length + padding,
  };
}

function notesOn({ type, content }: FastcgiRecord): string[] {
  if (type === TYPE.begin && content.length >= 3) {
    const role = content.readUInt16BE(0);
    const keeps = ((content[2] ?? 0) & FLAG_KEEP_CONN) !== 0;
    return [
      `role ${role}${role === ROLE_RESPONDER ? ' (responder)' : ''}`,
      keeps ? 'keep the connection afterwards' : 'close the connection afterwards',
    ];
  }
  if (type === TYPE.end && content.length >= 5) {
    const state = content[4] ?? 0;
    return [
      `application status ${content.readUInt32BE(0)}`,
      PROTOCOL_STATES[state] ?? `protocol status ${state}`,
    ];
  }
  if (content.length === 0) return ['empty: the end of this stream'];
  return [];
}

function pairsOf(content: Buffer): [string, string][] {
  try {
    return Object.entries(readPairs(content));
  } catch (failure) {
    if (failure instanceof BadPairs) return [['(not readable)', failure.message]];
    throw failure;
  }
}
