import { describe, expect, it } from 'vitest';
import { encodeAbort, encodeRequest, encodeStdin } from '../../../../../servers/protocols/fastcgi/client.ts';
import { BadRecord, RecordDecoder } from '../../../../../servers/protocols/fastcgi/decoder.ts';
import { readPairs } from '../../../../../servers/protocols/fastcgi/pairs.ts';
import { encodeRecord, TYPE } from '../../../../../servers/protocols/fastcgi/record.ts';
import { encodeLastOutput, Responder } from '../../../../../servers/protocols/fastcgi/responder.ts';

/** A responder that writes down what it is told, and what it replies by itself. */
function responder() {
  const seen: string[] = [];
  const replies: [type: number, id: number, bytes: Buffer][] = [];
  const one = new Responder(
    {
      request: (id, parameters) => seen.push(`request ${id} ${JSON.stringify(parameters)}`),
      body: (id, piece) => seen.push(`body ${id} ${piece.toString('latin1')}`),
      bodyEnd: (id) => seen.push(`end ${id}`),
      abort: (id) => seen.push(`abort ${id}`),
      reply: (bytes) =>
        new RecordDecoder({ record: (type, id, content) => replies.push([type, id, content]) }).feed(bytes),
    },
    { FCGI_MPXS_CONNS: '0', FCGI_MAX_REQS: '9' },
  );
  return { one, seen, replies };
}

const request = (
  id: number,
  parameters: Record<string, string>,
  body: string | null = null,
  keepConnection = true,
) =>
  Buffer.concat([
    encodeRequest(id, parameters, { keepConnection, hasBody: body !== null }),
    ...(body === null
      ? []
      : [encodeStdin(id, Buffer.from(body), false), encodeStdin(id, Buffer.alloc(0), true)]),
  ]);

const EXPECTED = ['request 1 {"A":"b"}', 'body 1 hi', 'end 1'];

describe('a responder', () => {
  it('C54 hears the same however the bytes are cut', () => {
    const bytes = request(1, { A: 'b' }, 'hi');
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const { one, seen } = responder();
      one.feed(bytes.subarray(0, cut));
      one.feed(bytes.subarray(cut));
      expect(seen.join().replaceAll(',body 1 i', 'i').replace('h,', 'h'), `cut at ${cut}`).toBe(
        EXPECTED.join(),
      );
    }
    const { one, seen } = responder();
    for (const byte of bytes) one.feed(Buffer.from([byte]));
    expect(seen).toEqual(['request 1 {"A":"b"}', 'body 1 h', 'body 1 i', 'end 1']);
  });

  it('C51 joins a pair that straddles two PARAMS records', () => {
    const { one, seen } = responder();
    one.feed(encodeRecord(TYPE.begin, 1, Buffer.from([0, 1, 1, 0, 0, 0, 0, 0])));
    one.feed(encodeRecord(TYPE.params, 1, Buffer.from('\x01\x04A'), 5));
    one.feed(encodeRecord(TYPE.params, 1, Buffer.from('wxyz'), 0));
    one.feed(encodeRecord(TYPE.params, 1, Buffer.alloc(0)));
    expect(seen).toEqual(['request 1 {"A":"wxyz"}']);
  });

  it('C62 answers an unknown record type by UNKNOWN_TYPE', () => {
    const { one, replies } = responder();
    one.feed(encodeRecord(42, 1, Buffer.from('x')));
    expect(replies).toEqual([[TYPE.unknown, 0, Buffer.from([42, 0, 0, 0, 0, 0, 0, 0])]]);
  });

  it('C65 answers GET_VALUES with what it knows', () => {
    const { one, replies } = responder();
    one.feed(encodeRecord(TYPE.getValues, 0, Buffer.from('\x0f\x00FCGI_MPXS_CONNS\x05\x00OTHER')));
    expect(replies).toHaveLength(1);
    expect(replies[0]?.slice(0, 2)).toEqual([TYPE.getValuesResult, 0]);
    expect({ ...readPairs(replies[0]?.[2] ?? Buffer.alloc(0)) }).toEqual({ FCGI_MPXS_CONNS: '0' });
  });

  it('C65 answers an unknown management type by UNKNOWN_TYPE', () => {
    const { one, replies } = responder();
    one.feed(encodeRecord(99, 0, Buffer.alloc(0)));
    expect(replies[0]?.[2]?.[0]).toBe(99);
  });

  it('C65 answers an unknown role by UNKNOWN_ROLE, and takes the next request', () => {
    const { one, seen, replies } = responder();
    one.feed(encodeRecord(TYPE.begin, 1, Buffer.from([0, 2, 1, 0, 0, 0, 0, 0])));
    expect(replies).toEqual([[TYPE.end, 1, Buffer.from([0, 0, 0, 0, 3, 0, 0, 0])]]);
    one.feed(request(2, {}));
    expect(seen).toEqual(['request 2 {}', 'end 2']);
  });

  it('C64 refuses a second request at the same time', () => {
    const { one, seen, replies } = responder();
    one.feed(request(1, {}));
    one.feed(request(2, { B: 'c' }));
    expect(replies).toEqual([[TYPE.end, 2, Buffer.from([0, 0, 0, 0, 1, 0, 0, 0])]]);
    expect(seen).toEqual(['request 1 {}', 'end 1']);
  });

  it('C67 starts the next request on a kept connection without anything of the last', () => {
    const { one, seen } = responder();
    one.feed(request(1, { A: 'b', SECRET: 's' }, 'unread'));
    one.finished();
    one.feed(encodeStdin(1, Buffer.from('late'), false));
    one.feed(request(1, { C: 'd' }));
    expect(seen.slice(3)).toEqual(['request 1 {"C":"d"}', 'end 1']);
  });

  it('C59 knows whether the connection is to be kept', () => {
    const { one } = responder();
    one.feed(request(1, {}, null, false));
    expect(one.keepConnection).toBe(false);
  });

  it('C61 passes an abort on, or answers it while parameters are still to come', () => {
    const first = responder();
    first.one.feed(request(1, {}));
    first.one.feed(encodeAbort(1));
    expect(first.seen.at(-1)).toBe('abort 1');
    const second = responder();
    second.one.feed(encodeRecord(TYPE.begin, 1, Buffer.from([0, 1, 1, 0, 0, 0, 0, 0])));
    second.one.feed(encodeAbort(1));
    expect(second.replies[0]?.[0]).toBe(TYPE.end);
    expect(second.one.idle).toBe(true);
  });

  it.each([
    ['a BEGIN that is cut short', encodeRecord(TYPE.begin, 1, Buffer.alloc(4))],
    [
      'STDIN before the end of PARAMS',
      Buffer.concat([request(1, {}).subarray(0, 16), encodeStdin(1, Buffer.from('x'), false)]),
    ],
    [
      'PARAMS after their end',
      Buffer.concat([request(1, {}), encodeRecord(TYPE.params, 1, Buffer.from('x'))]),
    ],
    ['a request that begins twice', Buffer.concat([request(1, {}), request(1, {})])],
  ])('refuses %s', (_, bytes) => {
    expect(() => responder().one.feed(bytes)).toThrow(BadRecord);
  });

  it('bounds the size of parameters', () => {
    const { one } = responder();
    one.feed(encodeRecord(TYPE.begin, 1, Buffer.from([0, 1, 1, 0, 0, 0, 0, 0])));
    const part = encodeRecord(TYPE.params, 1, Buffer.alloc(65_535));
    expect(() => {
      for (let i = 0; i < 20; i += 1) one.feed(part);
    }).toThrow(/too many/);
  });

  it('puts the last output, the end of STDOUT and END_REQUEST in one buffer', () => {
    const types: [number, string][] = [];
    const bytes = encodeLastOutput(1, Buffer.from('head'), Buffer.from('body'));
    new RecordDecoder({ record: (type, _, content) => types.push([type, content.toString('latin1')]) }).feed(
      bytes,
    );
    expect(types).toEqual([
      [TYPE.stdout, 'headbody'],
      [TYPE.stdout, ''],
      [TYPE.end, '\0'.repeat(8)],
    ]);
  });
});
