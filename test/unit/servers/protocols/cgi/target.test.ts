import { describe, expect, it } from 'vitest';
import {
  BadTarget,
  decodePath,
  encodePath,
  parseTarget,
} from '../../../../../servers/protocols/cgi/target.ts';

const refusal = (act: () => unknown): number | null => {
  try {
    act();
    return null;
  } catch (failure) {
    if (failure instanceof BadTarget) return failure.status;
    throw failure;
  }
};

describe('a request target', () => {
  it('C5 a path is decoded once', () => {
    expect(decodePath('/a%20b/%2541')).toBe('/a b/%41');
  });

  it('C5 bytes stay bytes', () => {
    expect(decodePath('/%C3%A9%e9')).toBe('/\xc3\xa9\xe9');
  });

  it('C6 an encoded slash is refused', () => {
    expect(refusal(() => decodePath('/a%2Fb'))).toBe(404);
    expect(refusal(() => decodePath('/a%2fb'))).toBe(404);
  });

  it('C6 empty segments are kept', () => {
    expect(decodePath('/a//b')).toBe('/a//b');
  });

  it.each(['/../x', '/a/..', '/a/./b', '/%2e%2e/x', '/.%2E/x', '/a/%2e'])('C26 %s is refused', (path) => {
    expect(refusal(() => decodePath(path))).toBe(404);
  });

  it.each(['/a%00b', '/a%', '/a%4', '/a%zz'])('C26 %s is a bad request', (path) => {
    expect(refusal(() => decodePath(path))).toBe(400);
  });

  it.each(['/a...b', '/..a', '/a..', '/.htaccess'])('%s has dots but no dot segment', (path) => {
    expect(decodePath(path)).toBe(path);
  });

  it('an absolute target is reduced to its path', () => {
    expect(parseTarget('http://host:80/a?b')).toEqual({ path: '/a', query: 'b', raw: '/a?b' });
    expect(parseTarget('http://host?b')).toEqual({ path: '/', query: 'b', raw: '/?b' });
  });

  it.each(['*', 'host:80', 'ftp://host/a', '/a b', '/\xe9'])('%s is a bad request', (url) => {
    expect(refusal(() => parseTarget(url))).toBe(400);
  });

  it('encoding turns a decoded path back', () => {
    expect(encodePath('/a b/%41?#\xe9')).toBe('/a%20b/%2541%3F%23%E9');
    expect(encodePath('/plain-path_1.x')).toBe('/plain-path_1.x');
  });
});
