import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import {
  probeBoom,
  probeEncodedSlash,
  probeHead,
  probeNotFound,
} from '../../../../runner/behaviour/probe-answers.ts';
import { probeHeaders } from '../../../../runner/behaviour/probe-headers.ts';
import { probeStream } from '../../../../runner/behaviour/probe-stream.ts';
import { probeChunked, probeExpect, probeUpload } from '../../../../runner/behaviour/probe-uploads.ts';
import type { Asked, Sight } from '../../../../runner/behaviour/seen.ts';
import { answer, type Heard, never, type Script, saying, scriptedServer } from './scripted-server.ts';

async function look<T>(script: Script, probe: (asked: Asked) => Promise<T>): Promise<T> {
  await using server = await scriptedServer(script);
  return await probe({ endpoint: server.endpoint, signal: never });
}
const wordOf = async (script: Script, probe: (asked: Asked) => Promise<Sight>): Promise<string> =>
  (await look(script, probe)).word;

const HTML = '<!doctype html><title>x</title>';

describe('HEAD', () => {
  test.each([
    ['length', 'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n'],
    ['no length', 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n'],
    ['wrong length', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['a body', answer('200 OK', 'Hello, world!\n')],
    ['501', answer('501 Not Implemented', '')],
  ])('%s', async (word, text) => expect(await wordOf(saying(text), probeHead)).toBe(word));
});

describe('404 and encoded slashes', () => {
  test.each([
    ['app', answer('404 Not Found', 'not found\n')],
    ['server', answer('404 Not Found', HTML)],
    ['400', answer('400 Bad Request', HTML)],
  ])('%s', async (word, text) => {
    expect(await wordOf(saying(text), probeNotFound)).toBe(word);
    expect(await wordOf(saying(text), probeEncodedSlash)).toBe(word);
  });
});

describe('an uncaught error', () => {
  test.each([
    ['500 text', answer('500 Oops', 'A server error occurred.')],
    ['500 HTML', answer('500 Oops', HTML)],
    ['500 empty', answer('500 Oops', '')],
    ['500 traceback', answer('500 Oops', 'Traceback (most recent call last):\n  File "/srv/app.py"')],
    ['200 empty', answer('200 OK', '')],
    ['502 HTML', answer('502 Bad Gateway', HTML)],
    ['500 cut', 'HTTP/1.1 500 Oops\r\nContent-Length: 99\r\n\r\nA server'],
    ['closed', ''],
  ])('%s', async (word, text) => expect(await wordOf(saying(text), probeBoom)).toBe(word));
});

describe('uploads', () => {
  const echo = (bytes: string) =>
    answer(
      '200 OK',
      `{"length":${bytes.length},"sha256":"${createHash('sha256').update(bytes).digest('hex')}"}`,
    );
  /** Answers when the whole request is there. */
  const whenAll =
    (isThere: (text: string) => boolean, text: string, before?: (socket: Socket) => void): Script =>
    (socket, heard) => {
      before?.(socket);
      let got = heard.rest.toString('latin1');
      const look = () => isThere(got) && socket.end(text);
      socket.on('data', (block) => {
        got += block.toString('latin1');
        look();
      });
      look();
    };
  const large = Buffer.alloc(1024 * 1024 + 1, 'deployment lab ').toString('latin1');
  const isLarge = (text: string) => text.length === large.length;
  const isLastChunk = (text: string) => text.endsWith('0\r\n\r\n');
  const pieces = 'first piece, second piece, and the third';

  test('a large one arrives whole, empty, short or not at all', async () => {
    expect(await wordOf(whenAll(isLarge, echo(large)), probeUpload)).toBe('whole');
    expect(await wordOf(whenAll(isLarge, echo('')), probeUpload)).toBe('empty');
    expect(await wordOf(whenAll(isLarge, echo(large.slice(1))), probeUpload)).toBe('short');
    expect(await wordOf(whenAll(isLarge, answer('500 Too Much', '')), probeUpload)).toBe('500');
  });

  test('a chunked one likewise, and the framing of its chunks is right', async () => {
    let got = '';
    const listening: Script = (socket, heard) => {
      got = heard.rest.toString('latin1');
      socket.on('data', (block) => {
        got += block.toString('latin1');
      });
      whenAll(isLastChunk, echo(pieces))(socket, heard);
    };
    expect(await wordOf(listening, probeChunked)).toBe('whole');
    expect(got).toBe('d\r\nfirst piece, \r\ne\r\nsecond piece, \r\nd\r\nand the third\r\n0\r\n\r\n');
    expect(await wordOf(whenAll(isLastChunk, echo('')), probeChunked)).toBe('empty');
    expect(await wordOf(saying(answer('411 Length Required', '')), probeChunked)).toBe('411');
    const cut = 'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"length":0,';
    expect(await wordOf(whenAll(isLastChunk, cut), probeChunked)).toBe('empty, cut');
  });

  test('a body that is held back is asked for, or not, or refused', async () => {
    const body = 'held back until asked for';
    const isBody = (text: string) => text === body;
    const asks = (socket: Socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    expect(await wordOf(whenAll(isBody, echo(body), asks), probeExpect)).toBe('100');
    expect(await wordOf(whenAll(isBody, echo(body)), probeExpect)).toBe('no 100');
    expect(await wordOf(whenAll(isBody, answer('502 Bad Gateway', ''), asks), probeExpect)).toBe('100, 502');
    expect(await wordOf(saying(answer('417 Expectation Failed', '')), probeExpect)).toBe('417');
  });
});

describe('a stream', () => {
  const start = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  const chunk = (index: number) => `8\r\nchunk ${index}\n\r\n`;
  const paced =
    (atMs: readonly number[], end = '0\r\n\r\n'): Script =>
    (socket) => {
      socket.write(start);
      for (const [index, ms] of atMs.entries()) setTimeout(() => socket.write(chunk(index + 1)), ms);
      setTimeout(() => socket.end(end), Math.max(...atMs) + 5);
    };

  test('is passed on, held back, or cut', async () => {
    expect(await wordOf(paced([0, 150, 300, 450]), probeStream)).toBe('passed');
    expect(await wordOf(paced([150, 150, 150, 150]), probeStream)).toBe('held');
    expect(await wordOf(paced([0, 0, 200, 200]), probeStream)).toBe('partly');
    expect(await wordOf(paced([0, 150, 300, 450], ''), probeStream)).toBe('cut');
  });

  test('that seems held once only was not held: the reader was late', async () => {
    let asked = 0;
    const late: Script = (socket, heard) => {
      asked += 1;
      paced(asked === 1 ? [100, 100, 100, 100] : [0, 150, 300, 450])(socket, heard);
    };
    expect(await wordOf(late, probeStream)).toBe('passed');
    expect(asked).toBe(2);
  });
});

describe('request headers', () => {
  const env = (headers: Record<string, string>) =>
    answer(
      '200 OK',
      JSON.stringify({
        method: 'GET',
        path: '/env',
        query: '',
        scheme: 'http',
        script_name: '',
        headers,
        wsgi: null,
        mod_wsgi_process_group: null,
        versions: {},
      }),
    );
  const words = async (script: Script) =>
    Object.fromEntries((await look(script, probeHeaders)).map(({ behaviour, word }) => [behaviour, word]));

  test('are seen, or not, by the app’s own account', async () => {
    const basic = `Basic ${Buffer.from('lab:secret').toString('base64')}`;
    expect(
      await words(
        saying(env({ 'x-lab-twice': '1, 2', proxy: 'x', x_lab_us: 'underscored', authorization: basic })),
      ),
    ).toEqual({ repeated: 'folded', proxyHeader: 'passed', underscore: 'passed', authorization: 'passed' });
    expect(await words(saying(env({ 'x-lab-twice': '2', 'x-lab-us': 'underscored' })))).toEqual({
      repeated: 'last',
      proxyHeader: 'kept out',
      underscore: 'passed',
      authorization: 'kept out',
    });
    expect(await words(saying(env({})))).toMatchObject({ repeated: 'dropped', underscore: 'dropped' });
  });

  test('are all sent', async () => {
    let heard: Heard | null = null;
    await words((socket, request) => {
      heard = request;
      socket.end(env({}));
    });
    expect(heard).toMatchObject({
      head: expect.stringMatching(
        /X-Lab-Twice: 1\r\nX-Lab-Twice: 2\r\nProxy: .+\r\nX_Lab_Us: .+\r\nAuthorization: Basic /,
      ),
    });
  });

  test('cannot be told of where /env fails', async () => {
    expect(await words(saying(answer('502 Bad Gateway', '')))).toMatchObject({ repeated: '502' });
    expect(await words(saying(answer('200 OK', 'no JSON')))).toMatchObject({ authorization: 'not read' });
  });
});
