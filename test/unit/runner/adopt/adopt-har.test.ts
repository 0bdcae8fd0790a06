import { expect, test } from 'vitest';
import { readHar } from '../../../../runner/adopt/har.ts';

const entry = (method: string, url: string, more: { headers?: object[]; postData?: object } = {}) => ({
  request: { method, url, headers: [], ...more },
  response: { status: 200 },
});
const har = (...entries: object[]) => JSON.stringify({ log: { version: '1.2', entries } });

test('requests to the first site are kept once each, in order; static files and other sites are left out', () => {
  const text = har(
    entry('GET', 'https://shop.example/cart?a=1'),
    entry('GET', 'https://shop.example/logo.png'),
    entry('GET', 'https://cdn.example/x'),
    entry('GET', 'https://shop.example/assets/page'),
    entry('GET', 'https://shop.example/cart?a=1'),
    entry('POST', 'https://shop.example/buy', { postData: { mimeType: 'text/plain', text: 'one' } }),
  );
  const { requests, notes } = readHar(text, 'x.har', ['/assets/']);
  expect(requests.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['GET', '/cart?a=1', null],
    ['POST', '/buy', 'one'],
  ]);
  expect(notes).toEqual([
    '1 request to other sites left out',
    '2 requests for static files left out',
    '1 request asked before left out',
  ]);
});

test('cookies and credentials are never kept', () => {
  const headers = [
    { name: 'Cookie', value: 'sid=1' },
    { name: 'Authorization', value: 'Bearer x' },
    { name: 'Accept', value: 'text/html' },
  ];
  const { requests, notes } = readHar(har(entry('GET', 'http://a.example/', { headers })), 'x.har', []);
  expect(requests[0]?.headers).toEqual({ accept: 'text/html' });
  expect(notes[0]).toContain('with a cookie or credentials');
});

test.each(['{}', 'no json', har()])('%j is refused', (text) => {
  expect(() => readHar(text, 'x.har', [])).toThrow(/HAR file/);
});
