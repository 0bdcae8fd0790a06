/** Every reason for doubt: what it is, where it stood, what was seen, what to do. */
import { SEVERITIES, type Severity } from '../../../core/words.ts';
import type { Finding } from '../../../results/schema/finding.ts';
import { plural } from '../../quantity.ts';
import { meaningOf, remedyOf } from '../figures.ts';
import { type Html, html, NOTHING, prose } from '../html.ts';
import { fold, oneGroup, table } from '../table.ts';
import type { View } from '../view.ts';

/** A finding at one place. */
interface Sighting {
  readonly finding: Finding;
  /** `apache-mod-cgid/wsgi-bare hello-c16`, or the run as a whole. */
  readonly where: string;
  readonly launches: number | null;
}

const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  invalid: 'invalid: the number is taken away',
  suspect: 'suspect: shown with a mark',
  note: 'note: worth knowing',
};

export function findingsSection(view: View): Html {
  const all = sightings(view);
  const lost = view.analysis.cells.filter((cell) => cell.verdict === 'invalid' || cell.verdict === 'missing');
  return html`<section id="findings">
<h2>Findings: reasons for doubt</h2>
${all.length === 0 ? html`<p>None. No window, launch or machine check gave a reason to doubt a figure.</p>` : NOTHING}
${table({
  caption: 'Findings by kind',
  columns: ['Finding', 'Severity', 'What it means', 'Where, and what was seen', 'What to do'],
  groups: oneGroup(byCode(all).map(([code, found]) => row(view, code, found))),
})}
${
  lost.length === 0
    ? NOTHING
    : table({
        caption: 'Cells without numbers',
        columns: ['Stack', 'Workload', 'Verdict', 'Reason'],
        groups: oneGroup(
          lost.map(
            (
              cell,
            ) => html`<tr class="bad"><th scope="row">${cell.cell.stack}${cell.cell.label === null ? '' : ` (${cell.cell.label})`}</th><td>${cell.cell.workload}</td><td>${cell.verdict}</td><td class="reason">${cell.reason ?? 'no reason was recorded'}</td></tr>
`,
          ),
        ),
      })
}
</section>
`;
}

function sightings(view: View): readonly Sighting[] {
  const { manifest, stacks, cells } = view.analysis;
  return [
    ...manifest.findings.map((finding) => ({ finding, where: 'the run as a whole', launches: null })),
    ...stacks.flatMap((summary) =>
      summary.findings.map((tally) => ({ ...tally, where: summary.stack.name })),
    ),
    ...cells.flatMap((cell) => cell.findings.map((tally) => ({ ...tally, where: cell.id }))),
  ];
}

/** Findings by code, worst first. A code has one row, whatever severities an odd record gives it. */
function byCode(all: readonly Sighting[]): readonly (readonly [string, readonly Sighting[]])[] {
  const worst = (found: readonly Sighting[]) =>
    Math.min(...found.map(({ finding }) => SEVERITIES.indexOf(finding.severity)));
  return [...new Set(all.map(({ finding }) => finding.code))]
    .sort()
    .map((code) => [code, all.filter(({ finding }) => finding.code === code)] as const)
    .sort(([, a], [, b]) => worst(a) - worst(b));
}

/** Places shown at once; more are unfolded. */
const PLACES_SHOWN = 2;

function row(view: View, code: string, found: readonly Sighting[]): Html {
  const severity = found[0]?.finding.severity ?? 'note';
  const places = found.map(
    (one) =>
      html`<li><code>${one.where}</code>${one.launches === null ? '' : ` in ${plural(one.launches, 'launch', 'launches')}`}: ${one.finding.evidence}</li>`,
  );
  const shown = html`<ul class="checks">${places.slice(0, PLACES_SHOWN)}</ul>`;
  const rest = places.slice(PLACES_SHOWN);
  return html`<tr id="${view.findingAnchors.get(code) ?? 'finding'}"><th scope="row"><code>${code}</code></th><td>${SEVERITY_WORDS[severity]}</td><td>${prose(meaningOf(code))}</td><td>${shown}${
    rest.length === 0
      ? null
      : fold(`${plural(rest.length, 'more place')}`, html`<ul class="checks">${rest}</ul>`)
  }</td><td>${prose(remedyOf(code))}</td></tr>
`;
}
