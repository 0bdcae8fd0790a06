/** Tables and figures as plain text. */
import { stripVTControlCharacters } from 'node:util';

/** Columns are as wide as their widest cell; the last one is not padded. */
export function formatTable(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  }
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : pad(cell, widths[column] ?? 0))).join('  ');
  return rows.map((row) => `${indent}${line(row)}`.trimEnd()).join('\n');
}

const widthOf = (cell: string): number => stripVTControlCharacters(cell).length;
const pad = (cell: string, width: number): string => cell + ' '.repeat(Math.max(0, width - widthOf(cell)));

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A span as people say it: `45 s`, `7 min`, `1 h 20 min`. */
export function formatSpan(ms: number): string {
  if (ms < 90 * SECOND_MS) return `${Math.max(1, Math.round(ms / SECOND_MS))} s`;
  const minutes = Math.round(ms / MINUTE_MS);
  if (ms < 90 * MINUTE_MS) return `${minutes} min`;
  const hours = Math.floor(ms / HOUR_MS);
  return `${hours} h ${Math.round((ms - hours * HOUR_MS) / MINUTE_MS)} min`;
}

/** `1 stack`, `3 stacks` */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Cuts a line to a width, with an ellipsis. */
export const clip = (line: string, width: number | null): string =>
  width === null || line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
