/** Shape, colour and name of each model of a run. */
import { MODEL_WORDS } from '../../wording.ts';
import { type Html, html } from '../html.ts';
import { modelGlyph } from '../table.ts';
import { stacksByModel, type View } from '../view.ts';

export function modelLegend(view: View): Html {
  return html`<ul class="legend" aria-label="Models">${stacksByModel(view.analysis).map(
    ([model]) => html`<li class="m-${model}">${modelGlyph(model)} ${MODEL_WORDS[model].title}</li>`,
  )}</ul>`;
}
