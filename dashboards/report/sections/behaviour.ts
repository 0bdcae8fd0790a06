/** How stacks behave beside the contract's answers, and which settings could not be made equal. */
import { type BehaviourTable, groupBehaviour } from '../../../results/analyse/behaviour-groups.ts';
import { BEHAVIOURS, type BehaviourName, NOT_ASKED } from '../../../results/schema/behaviour.ts';
import { plural } from '../../quantity.ts';
import { type Html, html, join, NOTHING, prose } from '../html.ts';
import { fold, oneGroup, table } from '../table.ts';
import type { View } from '../view.ts';

/** Whether a run holds anything that this section shows: older ones do not. */
export const hasBehaviour = ({ analysis }: View): boolean =>
  analysis.stacks.some(({ behaviour, unequal }) => behaviour !== null || unequal.length > 0);

export function behaviourSection(view: View): Html {
  if (!hasBehaviour(view)) return NOTHING;
  const rows = view.analysis.stacks.flatMap(({ stack, behaviour }) =>
    behaviour === null ? [] : [{ stack: stack.name, behaviour }],
  );
  const seen = groupBehaviour(rows);
  return html`<section id="behaviour">
<h2>Deployments differ in behaviour, not only in speed</h2>
${
  rows.length === 0
    ? NOTHING
    : html`<p>The same application answers alike everywhere; what happens around the answer differs. At the first launch of each of
${plural(rows.length, 'stack')} a few requests were sent over bare sockets. Stacks that behave alike share a row.
<code>lab verify … --matrix</code> looks further: at a client that goes away, and at a worker killed in the middle of an answer.</p>
${matrix(seen)}
${alike(seen)}
${reasons(seen)}
${fold('What the columns and words mean', legend(seen))}`
}
${unequal(view)}
</section>
`;
}

function matrix({ columns, groups }: BehaviourTable): Html {
  if (columns.length === 0) return html`<p>All behave alike.</p>`;
  return table({
    caption: 'Behaviour of each stack',
    columns: ['Stacks', ...columns.map((name) => BEHAVIOURS[name].title)],
    groups: oneGroup(
      groups.map(
        ({ members, words }) => html`<tr><th scope="row">${join(
          members.map((member) => html`<code>${member}</code>`),
          html`<br>`,
        )}</th>${columns.map((name) => html`<td>${words.get(name) ?? NOT_ASKED}</td>`)}</tr>
`,
      ),
    ),
  });
}

function alike({ alike: same }: BehaviourTable): Html {
  if (same.length === 0) return NOTHING;
  const words = same.map(([name, word]) => html`${BEHAVIOURS[name].title} <b>${word}</b>`);
  return html`<p>Alike on all that were asked: ${join(words, '; ')}.</p>`;
}

function reasons({ reasons: known }: BehaviourTable): Html {
  if (known.length === 0) return NOTHING;
  return fold(
    'Why: the known differences',
    html`<ul>${known.map(
      ({ behaviour, words, reason }) =>
        html`<li>${BEHAVIOURS[behaviour].title} <b>${words.join(' / ')}</b>: ${reason}</li>\n`,
    )}</ul>`,
  );
}

function legend({ columns, alike: same }: BehaviourTable): Html {
  const names: readonly BehaviourName[] = [...columns, ...same.map(([name]) => name)];
  return html`<dl>${names.map((name) => {
    const { title, asks, words } = BEHAVIOURS[name];
    const meanings = Object.entries(words).map(([word, meaning]) => html`<b>${word}</b>: ${meaning}`);
    return html`<dt>${title}</dt><dd>${prose(asks)} ${join(meanings, '; ')}.</dd>\n`;
  })}</dl>`;
}

/** Each text once, with the stacks that it is of. */
function unequal({ analysis }: View): Html {
  const texts = [...new Set(analysis.stacks.flatMap((summary) => summary.unequal))];
  if (texts.length === 0) return NOTHING;
  return html`<h3 id="unequal">What could not be made equal</h3>
<p>Every server is given the same slots, limits, keep-alive and user. What its program has no setting for stands here.</p>
${table({
  caption: 'Settings that differ between stacks',
  columns: ['Difference', 'Stacks'],
  groups: oneGroup(
    texts.map((text) => {
      const names = analysis.stacks
        .filter((summary) => summary.unequal.includes(text))
        .map(({ stack }) => html`<code>${stack.name}</code>`);
      return html`<tr><th scope="row">${text}</th><td>${join(names, html`<br>`)}</td></tr>
`;
    }),
  ),
})}`;
}
