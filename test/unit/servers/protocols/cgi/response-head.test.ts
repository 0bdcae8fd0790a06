import { describe, expect, it } from 'vitest';
import { BadCgiResponse, CgiHeadParser } from '../../../../../servers/protocols/cgi/response-head.ts';

/** Feeds pieces; the head and the body as far as it came along with it. */
function parse(...pieces: string[]) {
  const parser = new CgiHeadParser();
  let found: ReturnType<CgiHeadParser['feed']> = null;
  let body = '';
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, 'latin1');
    if (found === null) {
      found = parser.feed(bytes);
      if (found !== null) body += found.rest.toString('latin1');
    } else body += piece;
  }
  return found === null ? null : { ...found.head, body };
}

const refused = (text: string) => () => parse(text);

describe('the header block of a CGI response', () => {
  it.each([
    ['LF', 'Content-Type: text/plain;charset=x\nX-A:  b \n\nbody'],
    ['CRLF', 'Content-Type: text/plain;charset=x\r\nX-A:  b \r\n\r\nbody'],
    ['mixed line ends', 'Content-Type: text/plain;charset=x\r\nX-A:  b \n\r\nbody'],
  ])('C28 may end its lines in %s', (_, text) => {
    expect(parse(text)).toEqual({
      status: 200,
      reason: null,
      fields: ['Content-Type', 'text/plain;charset=x', 'X-A', 'b'],
      localRedirect: null,
      contentLength: null,
      body: 'body',
    });
  });

  it('C28 C55 parses the same when cut at any offset, and byte by byte', () => {
    const text = 'Status: 201 Made\r\nContent-Type: a/b\r\nContent-Length: 4\r\n\r\nb\n\nc';
    const whole = parse(text);
    expect(whole).toMatchObject({ status: 201, reason: 'Made', contentLength: 4, body: 'b\n\nc' });
    for (let cut = 1; cut < text.length; cut += 1) {
      expect(parse(text.slice(0, cut), text.slice(cut)), `cut at ${cut}`).toEqual(whole);
    }
    expect(parse(...text.split(''))).toEqual(whole);
  });

  it('C29 has no type when the program gave none', () => {
    expect(parse('X-A: b\n\nbody')?.fields).toEqual(['X-A', 'b']);
  });

  it.each(['Status: 404 Not Found', 'status:404 Not Found', 'STATUS: 404 Not Found'])(
    'C30 takes %j',
    (line) => {
      expect(parse(`${line}\nContent-Type: a/b\n\n`)).toMatchObject({
        status: 404,
        reason: 'Not Found',
        fields: ['Content-Type', 'a/b'],
      });
    },
  );

  it.each(['abc', '99', '600', '1000', '200x', '', '-200', '20'])('C30 refuses a status %j', (status) => {
    expect(refused(`Status: ${status}\n\n`)).toThrow(BadCgiResponse);
  });

  it('C31 refuses a 1xx status', () => {
    expect(refused('Status: 100 Continue\n\n')).toThrow(/Status/);
  });

  it.each(['/ok.txt', '/a.py?b'])('C32 Location %s alone is a local redirect', (location) => {
    expect(parse(`Location: ${location}\n\n`)?.localRedirect).toBe(location);
  });

  it.each([
    'Location: http://h/\n',
    'Location: //h/\n',
    'Location: /a\nStatus: 302 Found\n',
    'Location: /a\nContent-Type: a/b\n',
  ])('C33 %j is a redirect of the client', (block) => {
    expect(parse(`${block}\n`)).toMatchObject({ localRedirect: null, status: 302 });
  });

  it.each(['Content-Type: a/b', 'Location: http://h/', 'Status: 200', 'Content-Length: 1'])(
    'C34 refuses %s twice',
    (line) => {
      expect(refused(`${line}\n${line}\n\n`)).toThrow(/twice/);
    },
  );

  it('C34 keeps repeated Set-Cookie fields apart', () => {
    expect(parse('Set-Cookie: a=1\nSet-Cookie: b=2\n\n')?.fields).toEqual([
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
    ]);
  });

  it.each(['X-A: b\n folded', 'X-A : b', ' X-A: b', 'no colon', ': empty'])('C35 refuses %j', (lines) => {
    expect(refused(`Content-Type: a/b\n${lines}\n\n`)).toThrow(/malformed/);
  });

  it.each(['\x00', '\r', '\x1b', '\x01', '\x7f', 'x\ty'])('C36 refuses %j in a value', (byte) => {
    expect(refused(`X-A: a${byte}b\n\n`)).toThrow(BadCgiResponse);
  });

  it.each(['\x00', '\r', '\x1b', ' ', '"'])('C36 refuses %j in a name', (byte) => {
    expect(refused(`X${byte}A: b\n\n`)).toThrow(BadCgiResponse);
  });

  it.each(['Connection: close', 'Transfer-Encoding: chunked', 'Keep-Alive: x', 'Upgrade: h2c', 'Trailer: X'])(
    'C37 takes %j out',
    (line) => {
      expect(parse(`${line}\nX-A: b\n\n`)?.fields).toEqual(['X-A', 'b']);
    },
  );

  it.each(['x', '1,1', '+2', '0x2', ''])('C38 refuses a Content-Length %j', (length) => {
    expect(refused(`Content-Length: ${length}\n\n`)).toThrow(/Content-Length/);
  });

  it('C41 refuses a block over 64 KiB, whole or without end', () => {
    expect(refused(`X-A: ${'a'.repeat(70_000)}\n\n`)).toThrow(/65536/);
    expect(refused(`X-A: ${'a'.repeat(70_000)}`)).toThrow(/65536/);
    expect(parse(`X-A: ${'a'.repeat(60_000)}\n\n`)).not.toBeNull();
  });

  it('C41 refuses more than 100 fields', () => {
    expect(refused(`${'X-A: b\n'.repeat(101)}\n`)).toThrow(/100/);
    expect(parse(`${'X-A: b\n'.repeat(100)}\n`)).not.toBeNull();
  });

  it.each(['\n\nbody', '\r\n\r\nbody'])('C42 refuses a block without any field: %j', (text) => {
    expect(refused(text)).toThrow(BadCgiResponse);
  });
});
