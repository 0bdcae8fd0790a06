import { expect, test } from 'vitest';
import {
  attribute,
  escapeHtml,
  html,
  join,
  jsonForScript,
  prose,
} from '../../../../dashboards/report/html.ts';

test('a value in a template is escaped, a piece of markup is not', () => {
  const inner = html`<b>${'a < b & "c"'}</b>`;
  expect(html`<p title="${`'">`}">${inner}</p>`.text).toBe(
    '<p title="&#39;&quot;&gt;"><b>a &lt; b &amp; &quot;c&quot;</b></p>',
  );
});

test('arrays are joined and null is nothing', () => {
  expect(html`<ul>${[html`<li>1</li>`, null, '<']}</ul>`.text).toBe('<ul><li>1</li>&lt;</ul>');
  expect(join(['a', '<'], html`<br>`).text).toBe('a<br>&lt;');
});

test('an attribute without a value is left out', () => {
  expect(attribute('data-low', null).text).toBe('');
  expect(attribute('data-low', 0).text).toBe(' data-low="0"');
});

test('control characters do not reach a reader', () => {
  expect(escapeHtml('a\u001b[31m\u0000b\u009bc\nd\te')).toBe('a\uFFFD[31m\uFFFDb\uFFFDc\nd\te');
});

test('JSON in a script cannot end it, open a comment, or break an old parser', () => {
  const data = { text: '</script><!--\u2028\u2029&', '</script>': 1 };
  const { text } = jsonForScript(data);
  expect(text).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(text)).toEqual(data);
});

test('backticks in prose set code, and what they hold is escaped', () => {
  expect(prose('Run `lab verify <x>` now.').text).toBe('Run <code>lab verify &lt;x&gt;</code> now.');
  expect(prose('one ` alone').text).toBe('one ` alone');
});
