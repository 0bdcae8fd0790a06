import { describe, expect, it } from 'vitest';
import {
  ClientExchange,
  type EndOfRequest,
  encodeAbort,
  encodeRequest,
  encodeStdin,
} from '../../../../../servers/protocols/fastcgi/client.ts';
import { BadRecord, RecordDecoder } from '../../../../../servers/protocols/fastcgi/decoder.ts';
import { pairsBytes, readPairs } from '../../../../../servers/protocols/fastcgi/pairs.ts';
import { encodeRecord, TYPE, writeEnd } from '../../../../../servers/protocols/fastcgi/record.ts';

interface Seen {
  type: number;
  id: number;
  bytes: Buffer;
}

/** Records as a peer sees them, pieces of a stream apart as they were sent. */
function records(bytes: Buffer): Seen[] {
  const seen: Seen[] = [];
  new RecordDecoder({ record: (type, id, content) => seen.push({ type, id, bytes: content }) }).feed(bytes);
  return seen;
}

function end(id: number, appStatus = 0, protocolStatus = 0): Buffer {
  const buffer = Buffer.alloc(16);
  writeEnd(buffer, 0, id, appStatus, protocolStatus);
  return buffer;
}

function exchange(bytes: Buffer) {
  const log = { stdout: '', stderr: '', ends: [] as EndOfRequest[] };
  const one = new ClientExchange(1, {
    stdout: (piece) => (log.stdout += piece.toString('latin1')),
    stderr: (piece) => (log.stderr += piece.toString('latin1')),
    end: (each) => log.ends.push(each),
  });
  new RecordDecoder(one).feed(bytes);
  return { ...log, one };
}

const out = (text: string, id = 1) => encodeRecord(TYPE.stdout, id, Buffer.from(text), 1);
const err = (text: string) => encodeRecord(TYPE.stderr, 1, Buffer.from(text), 2);

describe('a request to a responder', () => {
  it('C50 begins with version 1, the responder role and reserved bytes of 0', () => {
    const bytes = encodeRequest(1, {}, { keepConnection: true, hasBody: false });
    expect([...bytes.subarray(0, 16)]).toEqual([1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
    expect(bytes[10]).toBe(1);
    expect(encodeRequest(1, {}, { keepConnection: false, hasBody: false })[10]).toBe(0);
  });

  it.each([0, -1, 65_536])('C50 refuses the id %i', (id) => {
    expect(() => encodeRequest(id, {}, { keepConnection: true, hasBody: false })).toThrow(RangeError);
  });

  it('C50 an id above 255 takes both bytes', () => {
    expect(records(encodeRequest(0xfffe, {}, { keepConnection: true, hasBody: false }))[0]?.id).toBe(0xfffe);
  });

  it('C52 ends PARAMS and STDIN by an empty record even when both are empty', () => {
    const seen = records(encodeRequest(1, {}, { keepConnection: true, hasBody: false }));
    expect(seen.map(({ type, bytes }) => [type, bytes.length])).toEqual([
      [TYPE.begin, 8],
      [TYPE.params, 0],
      [TYPE.stdin, 0],
    ]);
  });

  it('C52 leaves STDIN open for a body, and ends it by an empty record', () => {
    const seen = records(encodeRequest(1, { A: 'b' }, { keepConnection: true, hasBody: true }));
    expect(seen.map(({ type }) => type)).toEqual([TYPE.begin, TYPE.params, TYPE.params]);
    expect(records(encodeStdin(1, Buffer.alloc(0), true))).toMatchObject([{ type: TYPE.stdin, id: 1 }]);
  });

  it('C53 splits parameters that no record can hold, and pairs straddle the records', () => {
    const parameters = { A: 'x'.repeat(65_000), B: 'y'.repeat(65_000), C: 'z'.repeat(65_000) };
    const seen = records(encodeRequest(1, parameters, { keepConnection: true, hasBody: false }));
    const params = seen.filter(({ type }) => type === TYPE.params).map(({ bytes }) => bytes);
    expect(params.length).toBe(Math.ceil(pairsBytes(parameters) / 65_528) + 1);
    expect({ ...readPairs(Buffer.concat(params)) }).toEqual(parameters);
  });

  it.each([1, 65_528, 65_529, 65_535, 65_536, 200_000])('C53 splits a body of %i bytes', (length) => {
    const body = Buffer.alloc(length, 'b');
    const seen = records(encodeStdin(1, body, false));
    expect(Buffer.concat(seen.map(({ bytes }) => bytes)).equals(body)).toBe(true);
    expect(seen.every(({ bytes }) => bytes.length <= 65_535)).toBe(true);
  });

  it('C52 the end of STDIN goes with the last piece of a body', () => {
    const seen = records(encodeStdin(1, Buffer.from('last'), true));
    expect(seen.map(({ bytes }) => bytes.toString())).toEqual(['last', '']);
  });

  it('C61 gives up by ABORT_REQUEST', () => {
    expect([...encodeAbort(1)]).toEqual([1, 2, 0, 1, 0, 0, 0, 0]);
  });
});

describe('the answer of a responder', () => {
  it('C55 is the same for STDOUT split at every offset', () => {
    const text = 'Content-Type: a/b\r\n\r\nbody';
    for (let cut = 1; cut < text.length; cut += 1) {
      const bytes = Buffer.concat([out(text.slice(0, cut)), out(text.slice(cut)), out(''), end(1)]);
      expect(exchange(bytes).stdout).toBe(text);
    }
  });

  it('C56 keeps STDERR apart from STDOUT', () => {
    const seen = exchange(Buffer.concat([out('a'), err('x'), out('b'), err('y'), out('c'), end(1)]));
    expect(seen).toMatchObject({ stdout: 'abc', stderr: 'xy' });
  });

  it('C57 tells both statuses', () => {
    expect(exchange(end(1, 7, 2)).ends).toEqual([{ appStatus: 7, protocolStatus: 2 }]);
    expect(exchange(end(1, 0xffffffff, 0)).ends[0]?.appStatus).toBe(0xffffffff);
  });

  it('C59 notes records after the end', () => {
    expect(exchange(end(1)).one.extra).toBe(false);
    const seen = exchange(Buffer.concat([end(1), out('more')]));
    expect(seen.one.extra).toBe(true);
    expect(seen.stdout).toBe('');
  });

  it('C62 ignores another request id and management records', () => {
    const values = encodeRecord(TYPE.getValuesResult, 0, Buffer.from('x'));
    const seen = exchange(Buffer.concat([out('no', 2), values, end(2), out('yes'), end(1)]));
    expect(seen).toMatchObject({ stdout: 'yes', ends: [{ appStatus: 0 }] });
  });

  it.each([0, 12, 255])('C62 refuses the record type %i', (type) => {
    expect(() => exchange(encodeRecord(type, 1, Buffer.from('x')))).toThrow(BadRecord);
  });

  it('C62 refuses an END_REQUEST that is cut short', () => {
    expect(() => exchange(encodeRecord(TYPE.end, 1, Buffer.alloc(4)))).toThrow(BadRecord);
  });
});
