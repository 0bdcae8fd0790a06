/** The process tree, as part of the page. */
import type { ExplainedProcess, Explanation } from '../../results/schema/explanation.ts';
import { type Html, html } from '../report/html.ts';
import { oneGroup, table } from '../report/table.ts';
import { type ProcessRow, processRows } from './process-rows.ts';
import { marksOf, memoryWords, PURPOSE_WORDS } from './words.ts';

export function processSection(x: Explanation): Html {
  const when =
    x.held === null
      ? 'Seen right after the answer, with the client’s connection still open.'
      : html`Seen while a second request, <code>GET ${x.request.basePath}${x.held.path}</code>, was held: the application sleeps before it answers.`;
  return html`<section id="processes">
<h2>The processes</h2>
<p>${when} Memory is PSS: what processes share is divided among them.</p>
${
  x.processes.length === 0
    ? html`<p>This system does not tell of other processes.</p>`
    : table({
        caption: 'Processes of the stack',
        columns: ['pid', 'user', 'memory', 'what it is', 'before · during · after'],
        groups: oneGroup(processRows(x).map((row) => tableRow(row, x))),
      })
}</section>
`;
}

function tableRow({ process, depth, alike }: ProcessRow, x: Explanation): Html {
  const marks = marksOf(process, x);
  const threads = process.threads !== null && process.threads > 1 ? ` · ${process.threads} threads` : '';
  return html`<tr><th scope="row" class="depth-${Math.min(depth, 3)}">${depth === 0 ? null : '└ '}${process.pid}</th>
<td class="short">${process.user ?? '?'}</td><td class="short">${memoryWords(process)}</td>
<td>${PURPOSE_WORDS[process.purpose]}${alike === 0 ? null : ` (and ${alike} more just like it)`}
${marks.map((mark) => html`<br><strong class="mark">◀ ${mark}</strong>`)}
<div class="detail"><code>${process.command}</code>${threads}${process.listens.length === 0 ? null : html`<br>listens at <code>${process.listens.join(', ')}</code>`}${process.descriptors.map(([name, to]) => html`<br>descriptor ${name}: <code>${to}</code>`)}</div></td>
<td class="short">${presence(process)}</td></tr>
`;
}

function presence({ seen }: ExplainedProcess): string {
  return [seen.before, seen.during, seen.after].map((there) => (there ? '●' : '○')).join(' · ');
}
