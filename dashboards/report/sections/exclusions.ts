/** What is not in the figures: stacks that failed, and what was left out, each with what to do about it. */
import type { StackSummary } from '../../../results/analyse/model.ts';
import { plural } from '../../quantity.ts';
import { type Html, html, NOTHING, prose } from '../html.ts';
import { fold, oneGroup, table } from '../table.ts';
import type { View } from '../view.ts';

/** Exclusions shown at once; more are unfolded. */
const SHOWN = 12;

export function exclusionSection(view: View): Html {
  const failed = view.analysis.stacks.filter((summary) => summary.failure !== null);
  const { exclusions } = view.analysis;
  const excluded = table({
    caption: 'Left out',
    columns: ['What', 'Why', 'What to do'],
    groups: oneGroup(
      exclusions.map(
        (
          one,
        ) => html`<tr><th scope="row">${one.what}</th><td>${one.reason}</td><td>${prose(one.remedy ?? 'nothing: it cannot be')}</td></tr>
`,
      ),
    ),
  });
  return html`<section id="excluded">
<h2>What was left out, and why</h2>
${failed.length === 0 && exclusions.length === 0 ? html`<p>Nothing: every stack that was asked for was measured.</p>` : NOTHING}
${table({
  caption: 'Stacks that failed',
  columns: ['Stack', 'Launches', 'Failure', 'What to do'],
  groups: oneGroup(failed.map(failureRow)),
})}
${exclusions.length <= SHOWN ? excluded : fold(plural(exclusions.length, 'stack or scenario left out', 'stacks and scenarios left out'), excluded)}
</section>
`;
}

function failureRow(summary: StackSummary): Html {
  const failure = summary.failure;
  if (failure === null) return NOTHING;
  const facts = Object.entries(failure.facts);
  return html`<tr class="bad"><th scope="row">${summary.stack.name}</th><td>${summary.completed} of ${summary.planned} completed</td><td><b>${failure.stage}</b>: ${failure.message} <code>${failure.code}</code>${
    facts.length === 0
      ? null
      : fold(
          'Facts',
          html`<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd><pre>${String(value)}</pre></dd>`)}</dl>`,
        )
  }</td><td>${prose(failure.hint ?? '')}</td></tr>
`;
}
