import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../core/errors.ts';
import {
  checkedAddress,
  checkedBarePath,
  checkedCount,
  checkedFileName,
  checkedIdentifier,
  checkedPath,
  checkedPort,
  checkedSocketPath,
  checkedText,
  checkedVariable,
} from '../../../../servers/config/checked.ts';

/** CONFORMANCE 87, one by one, and what else a dialect could interpret. */
const HOSTILE = [
  '\n',
  '\r',
  ';',
  '{',
  '}',
  '"',
  "'",
  '`',
  '$',
  '#',
  '<',
  '>',
  '%{REQUEST_URI}',
  '\\',
  '\0',
  '\u0085',
  '\u2028',
  '\u2029',
  '\t',
  '\u001b[31m',
  '\ud800',
];

describe('values for configurations', () => {
  it.each(HOSTILE.map((value) => [JSON.stringify(value), value]))(
    'refuse %s anywhere in text or a path',
    (_, bad) => {
      for (const value of [`${bad}a`, `a${bad}b`, `a${bad}`]) {
        expect(() => checkedText(value)).toThrow(LabError);
        expect(() => checkedPath(`/${value}`)).toThrow(LabError);
        expect(() => checkedSocketPath(`/${value}`)).toThrow(LabError);
        expect(() => checkedBarePath(`/${value}`)).toThrow(LabError);
        expect(() => checkedFileName(value)).toThrow(LabError);
        expect(() => checkedVariable(value)).toThrow(LabError);
        expect(() => checkedIdentifier(value)).toThrow(LabError);
        expect(() => checkedAddress(value)).toThrow(LabError);
      }
    },
  );

  it('say which value was refused, and what to do', () => {
    try {
      checkedPath('/tmp/a;b');
      expect.unreachable();
    } catch (failure) {
      expect(failure).toMatchObject({ code: 'E_CONFIG', facts: { value: '"/tmp/a;b"' } });
      expect(failure).toHaveProperty('hint', expect.stringContaining('letters'));
    }
  });

  it('take absolute canonical paths only', () => {
    expect(checkedPath('/srv/My Site/été')).toBe('/srv/My Site/été');
    for (const path of ['relative', '', '/a/../b', '/a//b', '/a/', '/a/./b', '~/a']) {
      expect(() => checkedPath(path)).toThrow(LabError);
    }
  });

  it('take no separator of proxy addresses in a path without quotes', () => {
    expect(checkedBarePath('/run/lab-1/b.sock')).toBe('/run/lab-1/b.sock');
    for (const path of ['/a b', '/a|b', '/a,b', '/a:b', '/a?b', '/a*', '/a[1]', '/a(1)']) {
      expect(() => checkedBarePath(path)).toThrow(LabError);
    }
  });

  it('hold socket paths to 107 bytes, not characters', () => {
    expect(checkedSocketPath(`/${'a'.repeat(106)}`)).toHaveLength(107);
    expect(() => checkedSocketPath(`/${'a'.repeat(107)}`)).toThrow(/107/);
    expect(() => checkedSocketPath(`/${'é'.repeat(54)}`)).toThrow(/109 bytes/);
  });

  it('take unprivileged ports and whole numbers only', () => {
    expect(checkedPort(1024)).toBe(1024);
    expect(checkedPort(65_535)).toBe(65_535);
    for (const port of [80, 1023, 65_536, 8080.5, Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      expect(() => checkedPort(port)).toThrow(LabError);
    }
    for (const count of [-1, 0.5, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY]) {
      expect(() => checkedCount(count)).toThrow(LabError);
    }
  });

  it('take loopback addresses only', () => {
    expect(checkedAddress('127.0.0.1')).toBe('127.0.0.1');
    for (const address of ['0.0.0.0', '10.0.0.1', 'localhost', '127.0.0.1:80', '::1', '127.0.0.1 ']) {
      expect(() => checkedAddress(address)).toThrow(LabError);
    }
  });

  it('take Python names as identifiers', () => {
    expect(checkedIdentifier('mysite.wsgi')).toBe('mysite.wsgi');
    for (const name of ['', '.a', 'a.', 'a..b', 'os;x', 'a-b', '1a', 'a b', 'a:b']) {
      expect(() => checkedIdentifier(name)).toThrow(LabError);
    }
  });
});
