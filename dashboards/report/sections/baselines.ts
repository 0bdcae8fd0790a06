/** Bare programs run by themselves in the same run: what an interpreter and its imports cost without a server. */
import { estimateCell } from '../figures.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { oneGroup, table } from '../table.ts';
import type { View } from '../view.ts';

export function baselineTable(view: View): Html {
  const { baselines } = view.analysis;
  if (baselines.length === 0) return NOTHING;
  return html`<h3>The same programs without a server</h3>
<p>Run by themselves in the same rounds, so that the parts above can be checked: a Python application under CGI should cost
about the floor + <code>python3 -c pass</code> + its imports.</p>
${table({
  caption: 'Bare programs, one execution',
  columns: ['Program', 'For', 'n', 'CPU per execution', 'Wall time per execution'],
  numericFrom: 2,
  groups: oneGroup(
    baselines.map(
      (
        baseline,
      ) => html`<tr><th scope="row">${baseline.name}</th><td>${baseline.app ?? 'all of the language'}</td><td class="num">${baseline.cpuUsPerExec.n}</td>${estimateCell(baseline.cpuUsPerExec, 'duration', { source: { cell: `baseline ${baseline.name}`, metric: 'cpuUsPerExec' }, n: baseline.cpuUsPerExec.n })}${estimateCell(baseline.wallUsPerExec, 'duration', { source: { cell: `baseline ${baseline.name}`, metric: 'wallUsPerExec' }, n: baseline.cpuUsPerExec.n })}</tr>
`,
    ),
  ),
})}`;
}
