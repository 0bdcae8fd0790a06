/** The expected bytes of /page: the table that every app renders with its own template engine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import { PROJECT_ROOT } from '../../core/paths.ts';

/** What the shipped data file holds. Template engines spell quotes differently, so no value has any. */
const PAGE_FILE = join(PROJECT_ROOT, 'servers/apps/shared/data/page.json');
const COLUMNS = ['number', 'town', 'goods', 'weight'] as const;

let rendered: Buffer | null = null;

/** The whole document, rendered once. */
export function pageDocument(): Buffer {
  rendered ??= Buffer.from(render(JSON.parse(readFileSync(PAGE_FILE, 'utf8'))));
  return rendered;
}

function render(page: unknown): string {
  const title = escapeHtml(textOf(page, 'title'));
  const rows = fieldOf(page, 'rows');
  if (!Array.isArray(rows)) throw malformed('rows');
  const lines = rows.map(
    (row: unknown) =>
      `<tr>${COLUMNS.map((column) => `<td>${escapeHtml(textOf(row, column))}</td>`).join('')}</tr>\n`,
  );
  return [
    '<!doctype html>\n<html lang="en">\n',
    `<head><meta charset="utf-8"><title>${title}</title></head>\n`,
    `<body>\n<h1>${title}</h1>\n<table>\n`,
    '<tr><th>No.</th><th>Town</th><th>Goods</th><th>Weight</th></tr>\n',
    ...lines,
    '</table>\n</body>\n</html>\n',
  ].join('');
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function textOf(value: unknown, name: string): string {
  const text = fieldOf(value, name);
  if (typeof text !== 'string' || /["']/.test(text)) throw malformed(name);
  return text;
}

const malformed = (name: string): LabError =>
  new LabError('E_INTERNAL', `the shared page data has no usable "${name}"`, { facts: { file: PAGE_FILE } });
