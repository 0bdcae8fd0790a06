/** An explanation as one self-contained page. Pure: the same explanation gives the same bytes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../core/paths.ts';
import type { Explanation } from '../../results/schema/explanation.ts';
import { formatInstant } from '../quantity.ts';
import { type Html, html, trusted } from '../report/html.ts';
import { fold, modelTag } from '../report/table.ts';
import { MODEL_WORDS, pipelineWords } from '../wording.ts';
import { hopSection } from './page-hops.ts';
import { processSection } from './page-processes.ts';
import { timeSection } from './page-time.ts';
import { partsOf } from './parts.ts';
import { sequenceOf } from './sequence.ts';
import { sequenceDrawing } from './sequence-drawing.ts';
import { inShort, PLACES } from './words.ts';

export function renderExplanationPage(x: Explanation): string {
  const style = ['dashboards/report/style.css', 'dashboards/explain/style.css'].map(readAsset).join('\n');
  const digest = createHash('sha256').update(style, 'utf8').digest('base64');
  // No script at all, and nothing from anywhere else.
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const page: Html = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${x.stack.name}: one request, explained</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body class="m-${x.stack.model}">
<a class="skip" href="#content">Skip to the content</a>
<header>
${header(x)}
</header>
<main id="content">
${wayOfTheRequest(x)}
${pipelineParts(x)}
${hopSection(x)}
${processSection(x)}
${timeSection(x)}
${configSection(x)}
${howSeen(x)}
</main>
<footer>
<p>Made by <code>lab explain</code> of the Deployment Lab, ${formatInstant(x.at)}.</p>
</footer>
</body>
</html>
`;
  return page.text;
}

const readAsset = (path: string): string => readFileSync(join(PROJECT_ROOT, path), 'utf8');

function header(x: Explanation): Html {
  const { stack, request } = x;
  return html`<h1>One request through ${pipelineWords(stack)}</h1>
<p class="line"><code>${stack.name}</code> · ${modelTag(stack.model)} · <code>${request.method} ${request.basePath}${request.path}</code> → status ${request.status}</p>
<div class="answer">
<h2>In short</h2>
<p class="headline">${MODEL_WORDS[stack.model].request}</p>
<ul>${inShort(x).map((sentence) => html`<li>${sentence}</li>`)}</ul>
</div>
<nav aria-label="Contents"><ul>
<li><a href="#way">The way of the request</a></li>
<li><a href="#parts">The parts</a></li>
<li><a href="#hops">What is spoken</a></li>
<li><a href="#processes">Processes</a></li>
<li><a href="#time">Time</a></li>
<li><a href="#configuration">Configuration</a></li>
<li><a href="#seen">How this was seen</a></li>
</ul></nav>`;
}

function wayOfTheRequest(x: Explanation): Html {
  return html`<section id="way">
<h2>The way of the request</h2>
<p>Time goes downwards. A frame is a process; an arrow between frames crosses from one to another. On the left stands when it was seen, after the request was sent. Dashed grey: known to happen, but not seen.</p>
${sequenceDrawing(sequenceOf(x))}</section>
`;
}

function pipelineParts(x: Explanation): Html {
  return html`<section id="parts">
<h2>The parts, one by one</h2>
<ol class="parts">${partsOf(x.stack).map(
    ({ title, text, crossing }) =>
      html`${crossing === null ? null : html`<li class="crossing-row" aria-hidden="true"><b>↓</b> ${crossing}</li>`}<li class="part"><b>${title}</b><p>${text}</p></li>\n`,
  )}</ol>
</section>
`;
}

function configSection(x: Explanation): Html {
  return html`<section id="configuration">
<h2>The configuration that made it so</h2>
<p>Everything that the lab generated for this stack, whole. ${PLACES}</p>
${x.configs.map(({ path, content }) => fold(html`<code>${path}</code>`, html`<div class="scroll" role="region" tabindex="0" aria-label="${path}"><pre>${content}</pre></div>`, content.split('\n').length <= 16))}
${x.unequal.length === 0 ? null : html`<h3>What could not be made equal to other stacks</h3><ul>${x.unequal.map((each) => html`<li>${each}</li>`)}</ul>`}
</section>
`;
}

function howSeen(x: Explanation): Html {
  return html`<section id="seen">
<h2>How this was seen</h2>
<ul>${x.notes.map((note) => html`<li>${note}</li>`)}</ul>
</section>
`;
}
