/** What was verified: the contract's checks and the proof of each stack's model. */
import type { StackSummary } from '../../../results/analyse/model.ts';
import type { Check } from '../../../results/schema/records.ts';
import { pipelineWords } from '../../wording.ts';
import { type Html, html } from '../html.ts';
import { fold, modelTag, table } from '../table.ts';
import { groupStacks, type View } from '../view.ts';

export function proofSection(view: View): Html {
  const stacks = view.analysis.stacks;
  const verified = stacks.filter(
    (summary) => summary.checks.length > 0 && summary.checks.every((check) => check.ok),
  );
  return html`<section id="proof">
<h2>The same application, and the model it claims: the proof</h2>
<p>Before any load each stack had to give the same answers as every other (status, body, content type: compared byte by byte
where the contract says exact) and to show that it is of its model: by the process that holds the server's end of the
connection, and by whether the same process answers again. <b>${verified.length} of ${stacks.length}</b> stacks passed every check.
A stack that does not is left out of all figures.</p>
${fold(
  'Every stack and every check',
  table({
    caption: 'Checks of each stack',
    columns: ['Stack', 'Model', 'Checks', 'Evidence for the model'],
    groups: groupStacks(stacks).map((group) => ({ title: group.title, rows: group.stacks.map(row) })),
  }),
)}
</section>
`;
}

function row(summary: StackSummary): Html {
  const passed = summary.checks.filter((check) => check.ok).length;
  const proof = summary.checks.filter((check) => check.comparison === 'model');
  return html`<tr${passed === summary.checks.length ? null : html` class="bad"`}><th scope="row">${pipelineWords(summary.stack)}<br><code>${summary.stack.name}</code></th><td>${modelTag(summary.stack.model)}</td><td>${
    summary.checks.length === 0
      ? 'not verified'
      : fold(`${passed} of ${summary.checks.length} passed`, checkList(summary.checks))
  }</td><td>${proof.length === 0 ? '—' : checkList(proof)}</td></tr>
`;
}

function checkList(checks: readonly Check[]): Html {
  return html`<ul class="checks">${checks.map(
    (check) =>
      html`<li>${check.ok ? '✓' : '✗ failed:'} ${check.check} <span class="muted">${check.comparison}</span>${check.detail === null ? null : html`<br><span class="detail">${check.detail}</span>`}</li>`,
  )}</ul>`;
}
