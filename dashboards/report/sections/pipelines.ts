/** Each stack's pipeline, drawn: which programs a request passes, and which of them share a process. */
import type { StackRecord } from '../../../results/schema/stack.ts';
import { MODEL_WORDS, pipelineWords, upstreamWords } from '../../wording.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { fold, modelGlyph } from '../table.ts';
import { stacksByModel, type View } from '../view.ts';

export function pipelineSection(view: View): Html {
  return html`<section id="pipelines">
<h2>The pipelines</h2>
<p>A dashed frame is one kind of process; between frames stands what is spoken, or done, to cross. A model is what happens for a request:</p>
${stacksByModel(view.analysis).map(([model, stacks]) => {
  return html`<div class="model-block m-${model}">
<h3>${modelGlyph(model)} ${MODEL_WORDS[model].title}</h3>
<p>${MODEL_WORDS[model].request}</p>
${fold(
  `${stacks.length} ${stacks.length === 1 ? 'pipeline' : 'pipelines'}`,
  html`<ul class="pipelines">${stacks.map(({ stack, unequal }) => html`<li><code>${stack.name}</code>${drawing(stack)}${notEqual(unequal)}</li>\n`)}</ul>`,
  stacks.length <= 12,
)}
</div>
`;
})}
</section>
`;
}

/** What could not be made equal, beside the stack that it is of. */
function notEqual(texts: readonly string[]): Html {
  if (texts.length === 0) return NOTHING;
  return html`<ul class="checks muted">${texts.map((text) => html`<li>not equal: ${text}</li>`)}</ul>`;
}

/** One process, or kind of process, of a pipeline. */
interface Frame {
  /** What is spoken or done to come here from the frame before; null for the first. */
  readonly crossing: string | null;
  readonly title: string;
  readonly steps: readonly string[];
}

function drawing(stack: StackRecord): Html {
  return html`<div class="pipeline" role="img" aria-label="${pipelineWords(stack)}">${framesOf(stack).map(frameMarkup)}</div>`;
}

function frameMarkup({ crossing, title, steps }: Frame): Html {
  return html`${crossing === null ? null : html`<span class="crossing"><span>${crossing}</span><b>→</b></span>`}<span class="frame"><small>${title}</small><span class="steps">${steps.map(
    (step, place) => html`${place === 0 ? null : html`<b>→</b>`}<span class="step">${step}</span>`,
  )}</span></span>`;
}

const FORK = 'fork + exec, pipes';
const NEW_PROCESS = 'a new process for each request';

/** Host and connector are the server's; what follows runs elsewhere, unless it is embedded or a file. */
export function framesOf(stack: StackRecord): readonly Frame[] {
  const { model, pipeline } = stack;
  const own = pipeline.length > 2 ? 2 : pipeline.length - 1;
  const server: Frame = { crossing: null, title: 'server process', steps: pipeline.slice(0, own) };
  const rest = pipeline.slice(own);
  switch (model) {
    case 'static':
      return [{ ...server, steps: pipeline }];
    case 'embedded':
      return [{ ...server, title: 'server process, application inside', steps: pipeline }];
    case 'cgi':
      if (stack.backend === null) return [server, { crossing: FORK, title: NEW_PROCESS, steps: rest }];
      return [
        server,
        { crossing: upstreamWords(stack.upstream), title: 'stays alive', steps: rest.slice(0, 1) },
        { crossing: FORK, title: NEW_PROCESS, steps: rest.slice(1) },
      ];
    case 'daemon':
      return [
        server,
        { crossing: upstreamWords(stack.upstream), title: 'processes that stay alive', steps: rest },
      ];
    case 'pool':
      return [
        server,
        { crossing: upstreamWords(stack.upstream), title: 'workers that stay alive', steps: rest },
      ];
  }
}
