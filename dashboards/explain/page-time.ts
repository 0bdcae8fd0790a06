/** Where the time went, as part of the page. */
import type { Explanation } from '../../results/schema/explanation.ts';
import { formatPercent, formatQuantity } from '../quantity.ts';
import { type Html, html } from '../report/html.ts';
import { oneGroup, table } from '../report/table.ts';
import { lifeUs, spansOf, totalUs } from './spans.ts';

/** Width of a whole bar, in units of its own drawing. */
const BAR = 100;

export function timeSection(x: Explanation): Html {
  const total = totalUs(x);
  const life = lifeUs(x);
  const rows = spansOf(x).map(({ us, label }) => {
    const share = total === 0 ? 0 : us / total;
    return html`<tr><th scope="row">${label}</th>
<td class="bar-cell"><svg class="bar" viewBox="0 0 ${BAR} 10" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" x="0" y="4" width="${BAR}" height="2"/><rect class="fill" x="0" y="0" width="${Math.max(0.6, Math.round(share * BAR * 10) / 10)}" height="10"/></svg></td>
<td class="num">${formatQuantity('duration', us)}</td><td class="num">${formatPercent(share)}</td></tr>
`;
  });
  return html`<section id="time">
<h2>Where the time went</h2>
<p>From the sending of the request to the last byte of the answer: ${formatQuantity('duration', total)}${life === null ? null : `; the program was seen to live for ${formatQuantity('duration', life)}`}. One request on a machine that does other things, with onlookers in between: read the shape of it, not the figures.</p>
${table({ caption: 'Time, hop by hop', columns: ['what happened', '', 'time', 'share'], numericFrom: 2, groups: oneGroup(rows) })}
<h3>Not observable</h3>
<ul>${x.notObservable.map((note) => html`<li>${note}</li>`)}</ul>
</section>
`;
}
