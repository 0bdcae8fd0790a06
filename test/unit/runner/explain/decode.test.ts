import { describe, expect, test } from 'vitest';
import { describeFastcgi } from '../../../../runner/explain/decode/fastcgi.ts';
import { describeHttp, parseHttp } from '../../../../runner/explain/decode/http.ts';
import { preview } from '../../../../runner/explain/decode/preview.ts';
import { describeScgi } from '../../../../runner/explain/decode/scgi.ts';
import { describeUwsgi } from '../../../../runner/explain/decode/uwsgi.ts';
import { pairsBytes, writePairs } from '../../../../servers/protocols/fastcgi/pairs.ts';
import { encodeRecord, TYPE } from '../../../../servers/protocols/fastcgi/record.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('HTTP', () => {
  test('a message is whole exactly when its last byte is there, whichever way its end is told', () => {
    const whole = [
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
      'HTTP/1.1 204 No Content\r\n\r\n',
    ];
    for (const text of whole) {
      for (let length = 0; length < text.length; length += 1) {
        expect(parseHttp(bytes(text.slice(0, length)))?.isWhole ?? false).toBe(false);
      }
      expect(parseHttp(bytes(text))?.isWhole).toBe(true);
    }
  });

  test('chunks are joined, interim answers passed over, and an answer to HEAD has no body', () => {
    const chunked =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n';
    expect(parseHttp(bytes(chunked))?.body.toString()).toBe('hello world');
    const interim = `HTTP/1.1 100 Continue\r\n\r\n${chunked}`;
    expect(parseHttp(bytes(interim))?.startLine).toBe('HTTP/1.1 200 OK');
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n';
    expect(parseHttp(bytes(head), true)?.isWhole).toBe(true);
  });

  test('a message is told as its line, its headers and its body', () => {
    const [head, body] = describeHttp(
      bytes('POST /echo HTTP/1.1\r\nContent-Length: 2\r\nX-A: b: c\r\n\r\nhi'),
      'there',
    );
    expect(head).toMatchObject({
      title: 'POST /echo HTTP/1.1',
      pairs: [
        ['Content-Length', '2'],
        ['X-A', 'b: c'],
      ],
    });
    expect(body).toMatchObject({ title: 'request body', text: 'hi', bytes: 2 });
  });
});

describe('FastCGI', () => {
  const params = (() => {
    const pairs = { REQUEST_METHOD: 'GET', LONG: 'x'.repeat(200) };
    const buffer = Buffer.alloc(pairsBytes(pairs));
    writePairs(buffer, 0, pairs);
    return buffer;
  })();

  test('a request is told record by record, PARAMS cut anywhere as one', () => {
    const request = Buffer.concat([
      encodeRecord(TYPE.begin, 1, Buffer.from([0, 1, 1, 0, 0, 0, 0, 0])),
      encodeRecord(TYPE.params, 1, params.subarray(0, 7)),
      encodeRecord(TYPE.params, 1, params.subarray(7), 3),
      encodeRecord(TYPE.params, 1, Buffer.alloc(0)),
      encodeRecord(TYPE.stdin, 1, bytes('body')),
      encodeRecord(TYPE.stdin, 1, Buffer.alloc(0)),
    ]);
    const messages = describeFastcgi(request, 'there');
    expect(messages.map(({ title }) => title)).toEqual([
      'BEGIN_REQUEST',
      'PARAMS',
      'PARAMS',
      'STDIN',
      'STDIN',
    ]);
    expect(messages[0]?.note).toBe('request 1, role 1 (responder), keep the connection afterwards');
    expect(messages[1]?.note).toBe('request 1, in 2 records, 3 bytes of padding');
    expect(messages[1]?.pairs).toEqual([
      ['REQUEST_METHOD', 'GET'],
      ['LONG', 'x'.repeat(200)],
    ]);
    expect(messages[2]?.note).toContain('the end of this stream');
    expect(messages[3]?.text).toBe('body');
    expect(messages.reduce((sum, message) => sum + (message.bytes ?? 0), 0)).toBe(request.length);
  });

  test('an answer ends with the application’s status', () => {
    const answer = Buffer.concat([
      encodeRecord(TYPE.stdout, 1, bytes('Status: 200 OK\r\n\r\nhi')),
      encodeRecord(TYPE.end, 1, Buffer.from([0, 0, 0, 7, 0, 0, 0, 0])),
    ]);
    const [stdout, end] = describeFastcgi(answer, 'back');
    expect(stdout?.text).toBe('Status: 200 OK\n\nhi');
    expect(end?.note).toBe('request 1, application status 7, request complete');
  });

  test('what is no record, or cut off, is shown as bytes and never throws', () => {
    const record = encodeRecord(TYPE.stdin, 1, bytes('body'));
    for (let length = 1; length < record.length; length += 1) {
      expect(describeFastcgi(record.subarray(0, length), 'there')).toMatchObject([{ title: 'bytes sent' }]);
    }
    expect(describeFastcgi(bytes('GET / HTTP/1.1'), 'there')).toMatchObject([{ text: 'GET / HTTP/1.1' }]);
    const lying = encodeRecord(TYPE.params, 1, Buffer.from([255, 255, 255, 255]));
    expect(describeFastcgi(lying, 'there')[0]?.pairs[0]?.[0]).toBe('(not readable)');
  });
});

describe('SCGI and uwsgi', () => {
  test('the netstring of an SCGI request is read, its body after it', () => {
    const headers = 'CONTENT_LENGTH\x002\x00SCGI\x001\x00';
    const [head, body] = describeScgi(bytes(`${headers.length}:${headers},hi`), 'there');
    expect(head?.pairs).toEqual([
      ['CONTENT_LENGTH', '2'],
      ['SCGI', '1'],
    ]);
    expect(body?.text).toBe('hi');
    expect(describeScgi(bytes('99:CONTENT'), 'there')).toMatchObject([{ title: 'bytes sent', pairs: [] }]);
  });

  test('the variables of a uwsgi packet are read; its answer is HTTP', () => {
    const field = (text: string) => Buffer.concat([Buffer.from([text.length, 0]), bytes(text)]);
    const variables = Buffer.concat([
      field('REQUEST_METHOD'),
      field('GET'),
      field('QUERY_STRING'),
      field(''),
    ]);
    const packet = Buffer.concat([Buffer.from([0, variables.length, 0, 0]), variables]);
    expect(describeUwsgi(packet, 'there')).toMatchObject([
      {
        pairs: [
          ['REQUEST_METHOD', 'GET'],
          ['QUERY_STRING', ''],
        ],
      },
    ]);
    expect(describeUwsgi(packet.subarray(0, 9), 'there')).toMatchObject([{ title: 'bytes sent' }]);
    expect(describeUwsgi(bytes('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), 'back')[0]?.title).toBe(
      'HTTP/1.1 200 OK',
    );
  });
});

test('content that is no text is counted, and long text is cut', () => {
  expect(preview(Buffer.from([0, 1, 2]))).toBe('(3 bytes that are no text)');
  expect(preview(Buffer.alloc(0))).toBeNull();
  expect(preview(Buffer.alloc(5_000, 'a'))).toMatch(/^a{2048}… \(5000 bytes in all\)$/);
});
