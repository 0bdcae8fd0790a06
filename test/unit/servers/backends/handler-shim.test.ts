import { describe, expect, it } from 'vitest';
import { callHandler } from '../../../../servers/backends/node/handler.ts';
import { HandlerRequest } from '../../../../servers/backends/node/handler-request.ts';
import { HandlerResponse } from '../../../../servers/backends/node/handler-response.ts';
import { parseListen } from '../../../../servers/backends/node/listen.ts';

/** A response whose output is kept as text; writes are counted. */
function response(method = 'GET') {
  const out = { text: '', calls: 0, failed: false };
  const take = (head: Buffer | null, body: Buffer | null) => {
    out.calls += 1;
    out.text += (head?.toString('latin1') ?? '') + (body?.toString('latin1') ?? '');
    return true;
  };
  const one = new HandlerResponse({ write: take, end: take, fail: () => (out.failed = true) }, method);
  return { one, out };
}

const request = (variables: Record<string, string>) => new HandlerRequest(variables, () => {});

describe('a response that is no HTTP server’s', () => {
  it('gives head and body at once, with the length that it knows', () => {
    const { one, out } = response();
    one.writeHead(201, 'Made', { 'Content-Type': 'a/b' }).end('body');
    expect(out).toEqual({
      text: 'Status: 201 Made\r\nContent-Type: a/b\r\nContent-Length: 4\r\n\r\nbody',
      calls: 1,
      failed: false,
    });
  });

  it('streams without a length', () => {
    const { one, out } = response();
    one.write('a');
    one.end('b');
    expect(out.text).toBe('Status: 200\r\n\r\nab');
  });

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('C40 has no body for %s with status %i', (method, status) => {
    const { one, out } = response(method);
    one.statusCode = status;
    one.write('never');
    one.end('seen');
    expect(out.text).toBe(`Status: ${status}\r\n\r\n`);
  });

  it('repeats a field that has several values, and forgets one that was removed', () => {
    const { one, out } = response();
    one.setHeader('Set-Cookie', ['a', 'b']).setHeader('X-A', 'b');
    one.removeHeader('x-a');
    one.end();
    expect(out.text).toBe('Status: 200\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 0\r\n\r\n');
  });

  it.each(['a\r\nX-Evil: 1', 'a\nb', 'a\0b'])('C36 refuses the value %j', (value) => {
    expect(() => response().one.setHeader('X-A', value)).toThrow(TypeError);
  });

  it('a handler that throws is a 500, or a failed response once headers are out', async () => {
    const early = response();
    callHandler(
      () => {
        throw new Error('expected in this test');
      },
      null,
      early.one,
    );
    expect(early.out.text).toMatch(/^Status: 500\r\n/);
    const late = response();
    callHandler(
      async () => {
        late.one.write('part');
        throw new Error('expected in this test');
      },
      null,
      late.one,
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(late.out.failed).toBe(true);
  });
});

describe('a request that is no HTTP server’s', () => {
  it('has the path below the mount, encoded again, and the query', () => {
    expect(request({ PATH_INFO: '/a b', QUERY_STRING: 'c=%20' }).url).toBe('/a%20b?c=%20');
    expect(request({}).url).toBe('/');
  });

  it('has headers in lower case, and none for empty CGI variables', () => {
    const one = request({ HTTP_X_A: '1', CONTENT_TYPE: '', CONTENT_LENGTH: '' });
    expect(one.headers).toEqual({ 'x-a': '1' });
    expect(one.rawHeaders).toEqual(['x-a', '1']);
  });

  it.each([
    [undefined, 0],
    ['', 0],
    ['5', 5],
    ['x', 0],
    ['-1', 0],
  ])('C39 CONTENT_LENGTH %j means %i bytes', (value, bytes) => {
    expect(request(value === undefined ? {} : { CONTENT_LENGTH: value }).bodyBytes).toBe(bytes);
  });
});

describe('a listen argument', () => {
  it('is a path, an address or a descriptor', () => {
    expect(parseListen('unix:/a')).toMatchObject({ path: '/a' });
    expect(parseListen('tcp:::1:80')).toMatchObject({ host: '::1', port: 80 });
    expect(parseListen('fd:0')).toMatchObject({ fd: 0 });
    expect(() => parseListen('80')).toThrow(/not/);
  });
});
