/** The sequence as SVG: lifelines, the processes they belong to, arrows with what they carry. */
import { formatQuantity } from '../quantity.ts';
import { type Html, html, NOTHING } from '../report/html.ts';
import type { Arrow, Lifeline, ProcessFrame, Sequence } from './sequence.ts';

const COLUMN = 216;
const TIME_WIDTH = 74;
const HEAD = 86;
const ROW = 46;
const FOOT = 18;
/** Letters that fit between two lifelines, and into a lifeline's head. */
const LABEL_LETTERS = 29;
const TITLE_LETTERS = 26;

/** Drawn where there is room, and as a list on a phone. */
export function sequenceDrawing(sequence: Sequence): Html {
  const { lifelines, frames, arrows } = sequence;
  const width = TIME_WIDTH + lifelines.length * COLUMN;
  const height = HEAD + arrows.length * ROW + FOOT;
  return html`<div class="scroll sequence" role="region" tabindex="0" aria-label="Sequence of the request">
<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${inWords(sequence)}">
${frames.map((frame) => drawFrame(frame, height))}
${lifelines.map((line, index) => drawLifeline(line, index, height))}
${arrows.map(drawArrow)}
</svg>
</div>
<ol class="sequence-list">${arrows.map((arrow) => listItem(arrow, lifelines))}</ol>
`;
}

function listItem({ from, to, kind, label, atUs }: Arrow, lifelines: readonly Lifeline[]): Html {
  const [source, target] = [lifelines[from]?.title ?? '', lifelines[to]?.title ?? ''];
  return html`<li><b>${source} → ${target}</b>, ${kind}: ${label}${atUs === null ? null : html` <span class="muted">(${timeWords(atUs)})</span>`}</li>
`;
}

const timeWords = (us: number): string => (us === 0 ? '0' : formatQuantity('duration', us));

const centreOf = (index: number): number => TIME_WIDTH + index * COLUMN + COLUMN / 2;

function drawFrame({ title, first, last }: ProcessFrame, height: number): Html {
  const x = TIME_WIDTH + first * COLUMN + 6;
  const width = (last - first + 1) * COLUMN - 12;
  return html`<rect class="${first === 0 ? 'frame-box outside' : 'frame-box'}" x="${x}" y="4" width="${width}" height="${height - 8}" rx="8"/>
<text class="frame-title" x="${x + width / 2}" y="21">${title}</text>
`;
}

function drawLifeline({ title, note }: Lifeline, index: number, height: number): Html {
  const x = centreOf(index);
  return html`<line class="life" x1="${x}" y1="${HEAD - 14}" x2="${x}" y2="${height - FOOT}"/>
<rect class="head" x="${x - COLUMN / 2 + 14}" y="30" width="${COLUMN - 28}" height="${note === null ? 28 : 42}" rx="5"/>
<text class="title" x="${x}" y="49">${clip(title, TITLE_LETTERS)}</text>
${note === null ? NOTHING : html`<text class="note" x="${x}" y="65">${clip(note, TITLE_LETTERS)}</text>`}
`;
}

function drawArrow(arrow: Arrow, index: number): Html {
  const y = HEAD + index * ROW + 30;
  const [from, to] = [centreOf(arrow.from), centreOf(arrow.to)];
  const points = to > from ? -8 : 8;
  const middle = (from + to) / 2;
  const kind = arrow.isAnswer ? 'arrow answer' : 'arrow';
  return html`<g class="${arrow.isObserved ? kind : `${kind} unseen`}">
${arrow.atUs === null ? NOTHING : html`<text class="at" x="${TIME_WIDTH - 4}" y="${y + 4}">${timeWords(arrow.atUs)}</text>`}
<line x1="${from}" y1="${y}" x2="${to}" y2="${y}"/>
<path d="M ${to} ${y} l ${points} -5 l 0 10 z"/>
<text class="label" x="${middle}" y="${y - 7}">${clip(arrow.label, LABEL_LETTERS)}<title>${arrow.label}</title></text>
<text class="kind" x="${middle}" y="${y + 13}">${arrow.kind}</text>
</g>
`;
}

/** For readers who cannot see it. */
function inWords({ lifelines, arrows }: Sequence): string {
  const said = arrows.map(({ from, to, label, kind }) => {
    const title = (index: number) => lifelines[index]?.title ?? '';
    return `${title(from)} to ${title(to)}, ${kind}: ${label}`;
  });
  return `${said.join('; ')}.`;
}

const clip = (text: string, letters: number): string =>
  text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
