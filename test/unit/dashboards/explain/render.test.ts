import { expect, test } from 'vitest';
import { renderExplanationPage } from '../../../../dashboards/explain/page.ts';
import { processRows } from '../../../../dashboards/explain/process-rows.ts';
import { sequenceOf } from '../../../../dashboards/explain/sequence.ts';
import { spansOf, totalUs } from '../../../../dashboards/explain/spans.ts';
import { renderExplanationText } from '../../../../dashboards/explain/text.ts';
import { NO_PAINT, widthOf, wrap } from '../../../../dashboards/explain/text-layout.ts';
import { trimConfig } from '../../../../dashboards/explain/trim-config.ts';
import { explanation, message } from './sample.ts';

const HOSTILE = '<script>alert(1)</script>\u001b[31m"\u0007';

test('the text says who answered, that it was made for it, and what each hop carried', () => {
  const text = renderExplanationText(explanation(), NO_PAINT);
  expect(text).toContain('Process 40 answered GET /app.py/hello. It was made for this request');
  expect(text).toContain('A second request was answered by process 41: another one');
  expect(text).toMatch(/→ environment/);
  expect(text).toMatch(/PATH_INFO +\/hello +the path that the application sees/);
  expect(text).toContain('│ Status: 200 OK');
  expect(text).toMatch(/ {4}└ 41 .*made for this one request/);
});

test('variables that an earlier hop showed with the same values are counted, not repeated', () => {
  const text = renderExplanationText(explanation(), NO_PAINT);
  expect(text).toContain('4 variables that stand above, with the same values, and\n       wsgi.run_once');
  expect(text.match(/^ +PATH_INFO/gm)).toHaveLength(1);
});

test('nothing from a server or an app reaches a terminal as an escape, or a page as markup', () => {
  const sample = explanation();
  const [first] = sample.hops;
  const hostile = explanation({
    hops:
      first === undefined
        ? []
        : [{ ...first, messages: [{ ...message('there', HOSTILE, [[HOSTILE, HOSTILE]]), text: HOSTILE }] }],
    processes: sample.processes.map((each) => ({ ...each, command: HOSTILE })),
    configs: [{ path: HOSTILE, content: HOSTILE }],
    request: { method: 'GET', path: `/${HOSTILE}`, basePath: '', status: 200 },
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
  expect(renderExplanationText(hostile, NO_PAINT)).not.toMatch(/[\x00-\x08\x0b-\x1f]/);
  const page = renderExplanationPage(hostile);
  expect(page).not.toContain('<script');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
  expect(page).not.toMatch(/[\x00-\x08\x0b-\x1f]/);
});

test('the page is one file without script or network, the same bytes each time', () => {
  const page = renderExplanationPage(explanation());
  expect(page).toBe(renderExplanationPage(explanation()));
  expect(page).toMatch(/Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/);
  expect(page).not.toMatch(/<script|https?:\/\/|style="/);
  for (const anchor of page.matchAll(/href="#([\w-]+)"/g)) expect(page).toContain(`id="${anchor[1]}"`);
});

test('spans have no gaps and no overlaps: they add up to the whole', () => {
  const sample = explanation();
  const spans = spansOf(sample);
  expect(spans.reduce((sum, { us }) => sum + us, 0)).toBe(totalUs(sample));
  expect(spans.map(({ to }) => to)).toEqual([
    'process-seen',
    'app-begun',
    'app-ready',
    'app-called',
    'app-done',
    'answer-begun',
    'answer-done',
  ]);
  expect(spans.every(({ us, label }) => us >= 0 && !label.includes('null'))).toBe(true);
});

test('the sequence goes in and comes back the same way; a call stays within its process', () => {
  const { lifelines, frames, arrows } = sequenceOf(explanation());
  expect(lifelines.map(({ title }) => title)).toEqual([
    'client',
    'Apache',
    'wsgiref (CGI)',
    'plain WSGI (WSGI)',
  ]);
  expect(frames.map(({ first, last }) => [first, last])).toEqual([
    [0, 0],
    [1, 1],
    [2, 3],
  ]);
  expect(arrows.map(({ from, to }) => `${from}${to}`)).toEqual(['01', '12', '23', '32', '21', '10']);
  expect(arrows.map(({ label }) => label)).toEqual([
    'GET /app.py/hello HTTP/1.1',
    '4 variables',
    'application(environ, …)',
    "start_response('200 OK', …)",
    'Status: 200 OK',
    'HTTP/1.1 200 OK',
  ]);
});

test('workers that are all alike are told once; one that did something is told itself', () => {
  const [parent, , , worker] = explanation().processes;
  if (parent === undefined || worker === undefined) throw new Error('the sample has no workers');
  const idle = Array.from({ length: 15 }, (_, index) => ({
    ...worker,
    pid: 100 + index,
    holdsConnection: false,
  }));
  const rows = processRows(explanation({ processes: [parent, worker, ...idle] }));
  expect(rows.map(({ process, alike }) => [process.pid, alike])).toEqual([
    [10, 0],
    [12, 0],
    [100, 14],
  ]);
});

test('a long configuration keeps what joins the parts, and says how much is left out', () => {
  const housekeeping = [
    'ServerRoot "$SITE"',
    'LoadModule mpm_event_module "a.so"',
    ...Array(20).fill('Timeout 60'),
  ];
  const root = ['<Directory "/">', '  Require all granted', '</Directory>'];
  const content = [
    ...housekeeping,
    ...root,
    'ProxyPass "/" "fcgi://localhost/"',
    '<Directory "/x">',
    '</Directory>',
  ];
  expect(trimConfig({ path: '$SITE/apache.conf', content: `${content.join('\n')}\n` })).toEqual({
    path: '$SITE/apache.conf',
    lines: ['ProxyPass "/" "fcgi://localhost/"', '<Directory "/x">', '</Directory>'],
    dropped: 25,
  });
  expect(
    trimConfig({ path: 'host: command of apache', content: 'PATH=/bin\napache2\n-f\nx\n' }).lines,
  ).toEqual(['apache2 -f x']);
});

test('lines are broken at blanks, never beyond the width', () => {
  const lines = wrap(`${'word '.repeat(60)}end`, 4, 2).split('\n');
  expect(lines.every((line) => widthOf(line) <= 96)).toBe(true);
  expect(
    lines
      .join(' ')
      .split(/ +/)
      .filter((word) => word !== ''),
  ).toHaveLength(61);
});
