import { expect, test } from 'vitest';
import { makeMask } from '../../../../../runner/verify/own/mask.ts';

const origin = (basePath: string, port = 41234) => ({
  origin: `http://127.0.0.1:${port}`,
  basePath,
  siteDir: '/tmp/lab-1-abc',
});

test('the address, the port and the folder of a launch are taken out', () => {
  const first = makeMask(origin(''), []);
  const second = makeMask({ ...origin('', 55555), siteDir: '/tmp/lab-2-xyz' }, []);
  const page = (port: number, dir: string) =>
    `<a href="http://127.0.0.1:${port}/a">${dir}/app 127.0.0.1:${port} port ${port} http:\\/\\/127.0.0.1:${port}\\/b</a>`;
  expect(first(page(41234, '/tmp/lab-1-abc'))).toBe(second(page(55555, '/tmp/lab-2-xyz')));
  expect(first(page(41234, '/tmp/lab-1-abc'))).toContain('href="/a"');
});

test('a port is not taken out of a longer number', () => {
  expect(makeMask(origin(''), [])('1412345 41234')).toBe('1412345 PORT');
});

test.each([
  ['href="/gitweb.cgi/a?b"', 'href="/a?b"'],
  ['href="/gitweb.cgi?p=x"', 'href="/?p=x"'],
  ['href="/gitweb.cgi?p=x"', 'href="?p=x"'],
  ['href="/gitweb.cgi"', 'href="/"'],
  ['base="http://127.0.0.1:41234/gitweb.cgi"', 'base="http://127.0.0.1:41234"'],
  ['/gitweb.cgi', '/'],
  ['next=%2Fgitweb.cgi%2Fa', 'next=%2Fa'],
])('below a script %s says what %s says at the root', (below, root) => {
  expect(makeMask(origin('/gitweb.cgi'), [])(below)).toBe(makeMask(origin(''), [])(root));
});

test('the user’s patterns come last and leave a mark', () => {
  const mask = makeMask(origin(''), ['value="[0-9a-f]+"']);
  expect(mask('<input value="c0ffee">')).toBe('<input <masked>>');
});
