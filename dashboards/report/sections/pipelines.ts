/** Each stack's pipeline, drawn: which programs a request passes, and which of them share a process. */
import type { Model } from '../../../core/words.ts';
import type { StackRecord } from '../../../results/schema/stack.ts';
import { MODEL_WORDS, pipelineWords, upstreamWords } from '../../wording.ts';
import { type Html, html } from '../html.ts';
import { fold, modelGlyph } from '../table.ts';
import { stacksByModel, type View } from '../view.ts';

export function pipelineSection(view: View): Html {
  return html`<section id="pipelines">
<h2>The pipelines</h2>
<p>A dashed frame is one kind of process; between frames stands what is spoken, or done, to cross. A model is what happens for a request:</p>
${stacksByModel(view.analysis).map(([, stacks]) => {
  const model = stacks[0]?.stack.model ?? 'static';
  return html`<div class="model-block m-${model}">
<h3>${modelGlyph(model)} ${MODEL_WORDS[model].title}</h3>
<p>${MODEL_WORDS[model].request}</p>
${fold(
  `${stacks.length} ${stacks.length === 1 ? 'pipeline' : 'pipelines'}`,
  html`<ul class="pipelines">${stacks.map(({ stack }) => html`<li><code>${stack.name}</code>${drawing(stack)}</li>\n`)}</ul>`,
  stacks.length <= 12,
)}
</div>
`;
})}
</section>
`;
}

/** One process, or kind of process, of a pipeline. */
interface Frame {
  readonly title: string;
  readonly steps: readonly string[];
}

function drawing(stack: StackRecord): Html {
  const crossing = crossingWords(stack);
  const frames = framesOf(stack);
  return html`<div class="pipeline" role="img" aria-label="${pipelineWords(stack)}">${frames.map(
    (frame, index) =>
      html`${index === 0 ? null : html`<span class="crossing"><span>${crossing}</span><b>→</b></span>`}<span class="frame"><small>${frame.title}</small><span class="steps">${frame.steps.map(
        (step, place) => html`${place === 0 ? null : html`<b>→</b>`}<span class="step">${step}</span>`,
      )}</span></span>`,
  )}</div>`;
}

const SECOND_FRAME: Readonly<Record<Model, string>> = {
  static: '',
  embedded: '',
  cgi: 'a new process for each request',
  daemon: 'processes that stay alive',
  pool: 'workers that stay alive',
};

/** Host and connector are the server's; what follows runs elsewhere, unless it is embedded or a file. */
function framesOf(stack: StackRecord): readonly Frame[] {
  const server = { title: 'server process', steps: stack.pipeline };
  if (stack.model === 'static' || stack.model === 'embedded') {
    return [
      { ...server, title: stack.model === 'static' ? server.title : 'server process, application inside' },
    ];
  }
  const ownSteps = stack.pipeline.length > 2 ? 2 : stack.pipeline.length - 1;
  return [
    { title: 'server process', steps: stack.pipeline.slice(0, ownSteps) },
    { title: SECOND_FRAME[stack.model], steps: stack.pipeline.slice(ownSteps) },
  ];
}

function crossingWords(stack: StackRecord): string {
  return stack.upstream === null ? 'fork + exec, pipes' : upstreamWords(stack.upstream);
}
