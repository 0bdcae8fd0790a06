import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { makeSink, plainText } from '../../../../runner/cli/terminal.ts';

const stream = (isTTY: boolean) =>
  Object.assign(new PassThrough(), { isTTY, columns: 80 }) as unknown as NodeJS.WriteStream;

test('colours follow the terminal, NO_COLOR and FORCE_COLOR', () => {
  const coloured = (isTTY: boolean, env: Record<string, string>) =>
    makeSink(stream(isTTY), env).colours.red('x') !== 'x';
  expect(coloured(true, {})).toBe(true);
  expect(coloured(false, {})).toBe(false);
  expect(coloured(true, { NO_COLOR: '1' })).toBe(false);
  expect(coloured(true, { TERM: 'dumb' })).toBe(false);
  expect(coloured(false, { FORCE_COLOR: '1' })).toBe(true);
  expect(coloured(false, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
});

test('a reader that goes away is no failure, any other error is', () => {
  const output = stream(false);
  const sink = makeSink(output, {});
  output.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  expect(() => sink.write('more')).not.toThrow();
  expect(() => output.emit('error', Object.assign(new Error('no'), { code: 'EIO' }))).toThrow('no');
});

test('text of an app keeps its lines and letters and loses what steers a terminal', () => {
  expect(plainText('a\u001b[2Jb\r\n\tc\u009bd é ✓\u0000')).toBe('ab\n\tcd é ✓');
});
