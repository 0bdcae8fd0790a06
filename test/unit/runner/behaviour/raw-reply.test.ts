import { expect, test } from 'vitest';
import { ReplyReader } from '../../../../runner/behaviour/raw-reply.ts';

/** Feeds a text in pieces of every size: no cut may matter. */
function read(text: string, size: number, isHead = false) {
  const reader = new ReplyReader(isHead, 0);
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += size) reader.take(bytes.subarray(at, at + size), at);
  return reader.finish('ended');
}

const SIZES = [1, 2, 3, 7, 1_000];

test('reads a body by its length, however it is cut', () => {
  for (const size of SIZES) {
    const reply = read('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nX-A: 2\r\n\r\nhello', size);
    expect(reply).toMatchObject({ status: 200, framing: 'whole' });
    expect(reply.body.toString()).toBe('hello');
    expect(reply.headers.filter(([name]) => name === 'x-a')).toEqual([
      ['x-a', '1'],
      ['x-a', '2'],
    ]);
  }
});

test('reads chunks, and sees when the last is missing', () => {
  const start = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;ext=1\r\n world\r\n';
  for (const size of SIZES) {
    expect(read(`${start}0\r\n\r\n`, size)).toMatchObject({ framing: 'whole' });
    expect(read(`${start}0\r\nX-Trailer: 1\r\n\r\n`, size).framing).toBe('whole');
    expect(read(start, size).framing).toBe('cut');
    expect(read(`${start}0\r\n\r\n`, size).body.toString()).toBe('hello world');
  }
});

test('sees a body that is shorter than its length, and one that only its end ends', () => {
  expect(read('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello', 4).framing).toBe('cut');
  expect(read('HTTP/1.1 200 OK\r\n\r\nhello', 4)).toMatchObject({ framing: 'by close' });
});

test('keeps interim answers apart from the final one', () => {
  const text = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
  for (const size of SIZES)
    expect(read(text, size)).toMatchObject({ interim: [100], status: 200, framing: 'whole' });
});

test('shows a body after the answer to HEAD, and takes none for granted', () => {
  expect(read('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 9, true)).toMatchObject({ framing: 'whole' });
  expect(read('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 9, true).body.toString()).toBe('hello');
});

test('says that nothing came, when nothing that is HTTP did', () => {
  expect(read('', 1)).toMatchObject({ status: null, framing: 'cut' });
  expect(read('garbage\r\n\r\n', 3)).toMatchObject({ status: null });
});
