/** The process tree as text. */
import type { Explanation } from '../../results/schema/explanation.ts';
import { type ProcessRow, processRows } from './process-rows.ts';
import { clip, type Paint, padTo, safe, WIDTH, wrap } from './text-layout.ts';
import { marksOf, memoryWords, PURPOSE_WORDS } from './words.ts';

const TREE_WIDTH = 14;
const USER_WIDTH = 10;
const MEMORY_WIDTH = 10;

export function processText(x: Explanation, paint: Paint): string {
  if (x.processes.length === 0) return '  This system does not tell of other processes.';
  const head = `  ${'pid'.padEnd(TREE_WIDTH)}${'user'.padEnd(USER_WIDTH)}${'memory'.padStart(MEMORY_WIDTH - 2)}  `;
  const when =
    x.held === null
      ? 'Seen right after the answer, with the client’s connection still open. Memory is PSS: what processes share is divided among them.'
      : `Seen while a second request, GET ${x.request.basePath}${x.held.path}, was held: the application sleeps before it answers. Memory is PSS: what processes share is divided among them.`;
  return [
    wrap(when, 2),
    '',
    paint.dim(`${head}what it is`),
    ...processRows(x).map((row) => rowText(row, x, paint)),
  ].join('\n');
}

function rowText({ process, depth, alike }: ProcessRow, x: Explanation, paint: Paint): string {
  const tree = `${depth === 0 ? '' : `${'  '.repeat(depth - 1)}└ `}${process.pid}`;
  const start = `  ${padTo(tree, TREE_WIDTH)}${padTo(safe(process.user ?? '?'), USER_WIDTH)}${memoryWords(process).padStart(MEMORY_WIDTH - 2)}  `;
  const more = [
    `${PURPOSE_WORDS[process.purpose]}`,
    ...(alike === 0 ? [] : [`(and ${alike} more just like it)`]),
  ].join(' ');
  const indent = start.length;
  const lines = [start + wrap(more, indent, 0).trimStart()];
  const below = (text: string) => wrap(text, indent, 2);
  for (const mark of marksOf(process, x)) lines.push(paint.green(below(`◀ ${mark}`)));
  const threads = process.threads !== null && process.threads > 1 ? `, ${process.threads} threads` : '';
  lines.push(paint.dim(' '.repeat(indent) + clip(`${safe(process.command)}${threads}`, WIDTH - indent)));
  const listens = process.listens.filter((each) => each !== '');
  if (listens.length > 0) lines.push(paint.dim(below(`listens at ${safe(listens.join(', '))}`)));
  for (const [name, to] of process.descriptors)
    lines.push(paint.dim(below(`descriptor ${name}: ${safe(to)}`)));
  return lines.join('\n');
}
