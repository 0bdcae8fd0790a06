import type { Analysis } from '../../results/analyse/model.ts';
import { type Html, html } from './html.ts';
import { renderPage } from './page.ts';
import { behaviourSection } from './sections/behaviour.ts';
import { efficiencySection } from './sections/efficiency.ts';
import { exclusionSection } from './sections/exclusions.ts';
import { findingsSection } from './sections/findings.ts';
import { firstScreen, titleOf } from './sections/first-screen.ts';
import { forkOverheadSection } from './sections/fork-overhead.ts';
import { latencySection } from './sections/latency.ts';
import { memorySection } from './sections/memory.ts';
import { methodSection } from './sections/method.ts';
import { pipelineSection } from './sections/pipelines.ts';
import { proofSection } from './sections/proof.ts';
import { ratioSection } from './sections/ratios.ts';
import { scalingSection } from './sections/scaling.ts';
import { makeView, type ScenarioView, type View } from './view.ts';

/**
 * The report of a run: one HTML file that needs no network and, but for its charts, no script.
 * The same analysis gives the same bytes each time. Everything in it that comes from a run is escaped.
 */
export function renderReport(analysis: Analysis): string {
  const view = makeView(analysis);
  return renderPage({
    title: `${titleOf(view)}: deployment lab report`,
    header: firstScreen(view),
    main: html`${view.scenarios.map((scenario) => scenarioSection(view, scenario))}
${forkOverheadSection(view)}
${memorySection(view)}
${proofSection(view)}
${behaviourSection(view)}
${pipelineSection(view)}
${findingsSection(view)}
${exclusionSection(view)}
${methodSection(view)}`,
    footer: html`<p>Made from the records of run <code>${analysis.manifest.id}</code> by the Deployment Lab ${analysis.manifest.lab.version}. Charts by Chart.js (MIT).</p>`,
  });
}

/** One scenario's question, and the cells it asked for. */
function scenarioSection(view: View, scenario: ScenarioView): Html {
  return html`<section id="${scenario.anchor}">
<h2>${scenario.scenario.title}</h2>
<p>${scenario.scenario.question}</p>
${
  scenario.workloads.length === 0
    ? html`<p>Nothing of this scenario was planned in this run.</p>`
    : html`${efficiencySection(view, scenario)}
${scalingSection(view, scenario)}
${latencySection(view, scenario)}
${ratioSection(view, scenario)}`
}
</section>
`;
}
