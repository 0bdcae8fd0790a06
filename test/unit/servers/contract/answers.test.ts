import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { patternBytes, rightAnswer } from '../../../../servers/contract/answers.ts';
import { contractRoutes, expectedAnswer } from '../../../../servers/contract.ts';

const get = (path: string) => ({ method: 'GET', path, body: null });
const textOf = (path: string) => rightAnswer(get(path))?.body.toString();

describe('right answers', () => {
  test('are those that the contract states in words', () => {
    expect(textOf('/hello')).toBe('Hello, world!\n');
    expect(rightAnswer(get('/hello'))?.body.length).toBe(14);
    expect(textOf('/json')).toBe('{"message":"Hello, world!"}');
    expect(textOf('/stream?chunks=3&ms=0')).toBe('chunk 1\nchunk 2\nchunk 3\n');
    expect(textOf('/wait?ms=7')).toBe('waited 7\n');
    expect(rightAnswer(get('/nothing'))).toMatchObject({
      status: 404,
      contentType: 'text/plain; charset=utf-8',
    });
  });

  test('/work is a chain of SHA-256, beginning with that of nothing', () => {
    expect(textOf('/work')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n');
    // printf '' | sha256sum | xxd -r -p | sha256sum
    expect(textOf('/work?rounds=2')).toBe(
      '5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456\n',
    );
  });

  test.each([0, 1, 250, 251, 252, 502, 503, 65_537])('/bytes: byte i of %i is i mod 251', (length) => {
    const bytes = patternBytes(length);
    expect(bytes.length).toBe(length);
    expect(bytes.every((byte, index) => byte === index % 251)).toBe(true);
  });

  test.each([
    '/bytes',
    '/bytes?n=',
    '/bytes?n=-1',
    '/bytes?n=1e3',
    '/bytes?n=67108865',
    '/bytes?n=0x10',
    '/work?rounds=0',
    '/work?rounds=1000001',
    '/stream?chunks=0',
    '/stream?chunks=101',
    '/wait?ms=60001',
    '/wait?ms=0000000000',
  ])('%s is a bad request', (path) => {
    expect(rightAnswer(get(path))).toMatchObject({ status: 400, contentType: 'text/plain; charset=utf-8' });
    expect(textOf(path)).toBe('bad request\n');
  });

  test('/echo states length and digest of the body, empty ones too', () => {
    const echo = (body: string | null) =>
      rightAnswer({ method: 'POST', path: '/echo', body })?.body.toString();
    expect(echo('abc')).toBe(
      '{"length":3,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}',
    );
    expect(echo(null)).toContain('"length":0,"sha256":"e3b0c442');
  });

  test('another method, and a name that every object has, are not found', () => {
    expect(rightAnswer({ method: 'POST', path: '/hello', body: null })?.status).toBe(404);
    expect(rightAnswer({ method: 'GET', path: '/echo', body: null })?.status).toBe(404);
    expect(rightAnswer(get('constructor'))?.status).toBe(404);
  });

  test('/page has a row for each of 40 and escapes what it shows', () => {
    const page = textOf('/page') ?? '';
    expect(page.match(/<tr><td>/g)).toHaveLength(40);
    expect(page).toContain('<td>&lt;fragile&gt; glass</td>');
    expect(page).toContain('<td>Ærøskøbing</td>');
    expect(page).toContain('<h1>Cargo of the day: 40 towns, &lt; 1000 t &amp; counting — ≈ ½ full</h1>');
  });

  test('/rows are the deepest berths first', () => {
    const rows: { id: number; name: string; depth: number }[] = JSON.parse(textOf('/rows') ?? '');
    expect(rows).toHaveLength(25);
    expect(rows.every((row, index) => row.depth >= 40 && row.depth <= (rows[index - 1]?.depth ?? 1e9))).toBe(
      true,
    );
  });
});

describe('what a load driver expects', () => {
  test('is status, length and digest', () => {
    const body = Buffer.from('Hello, world!\n');
    const sha256 = createHash('sha256').update(body).digest('hex');
    expect(expectedAnswer(get('/hello'))).toEqual({ status: 200, length: 14, sha256 });
    expect(expectedAnswer(get('/nothing')).status).toBe(404);
  });

  test('leaves open what cannot be known', () => {
    expect(expectedAnswer(get('/who?ms=5'))).toEqual({ status: 200, length: null, sha256: null });
    expect(expectedAnswer(get('/boom'))).toEqual({ status: 500, length: null, sha256: null });
    expect(expectedAnswer({ ...get('/hello'), method: 'HEAD' })).toEqual({
      status: 200,
      length: 0,
      sha256: null,
    });
  });
});

describe('the checks', () => {
  test('have names of their own', () => {
    const names = contractRoutes('full', ['rows']).map((route) => route.name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('of floors are /hello only', () => {
    expect(contractRoutes('hello', []).map((route) => route.name)).toEqual(['GET /hello']);
  });

  test('in short are three routes', () => {
    const spot = contractRoutes('full', []).filter((route) => route.spot);
    expect(spot.map((route) => route.name)).toEqual(['GET /hello', 'GET /json', 'POST /echo']);
  });

  test('ask for /rows only where it is claimed', () => {
    const asks = (extras: readonly string[]) =>
      contractRoutes('full', extras).some((route) => route.request.path === '/rows');
    expect([asks([]), asks(['rows'])]).toEqual([false, true]);
  });
});
