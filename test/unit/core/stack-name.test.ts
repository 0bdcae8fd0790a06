import { describe, expect, test } from 'vitest';
import { compilePattern, formatStackName, parseStackName } from '../../../core/stack-name.ts';

describe('a stack name', () => {
  test.each([
    'apache-mod-cgid/wsgi-bare',
    'apache-mod-wsgi-embedded@prefork/django',
    'apache-proxy-fcgi+flup@fork/django',
    'nginx-proxy@close+gunicorn@sync/flask',
  ])('%s is the same after parsing and formatting', (text) => {
    const parsed = parseStackName(text);
    expect(parsed).not.toBeNull();
    expect(parsed === null ? '' : formatStackName(parsed)).toBe(text);
  });

  test.each(['', 'apache', 'a/b/c', 'a+b+c/d', 'a@b@c/d', 'A/b', '../x/y', 'a/'])('%j is refused', (text) => {
    expect(parseStackName(text)).toBeNull();
  });
});

describe('a pattern', () => {
  const stack = { name: 'apache-proxy-fcgi+flup/django', model: 'daemon', host: 'apache', app: 'django' };
  test.each([
    ['all', true],
    ['apache-*', true],
    ['*/django', true],
    ['model:daemon', true],
    ['host:nginx', false],
    ['model:daemon&host:apache&app:django', true],
    ['model:daemon&host:nginx', false],
    ['model:cgi,app:django', true],
    ['all,!*flup*', false],
    ['!model:cgi', true],
    ['apache-proxy-fcgi+flup/djang', false],
  ])('%s selects: %s', (pattern, selected) => {
    expect(compilePattern(pattern)(stack)).toBe(selected);
  });
});
