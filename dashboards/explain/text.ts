/** An explanation as text for a terminal. Pure: the same explanation gives the same text. */
import type { Explanation } from '../../results/schema/explanation.ts';
import { formatQuantity } from '../quantity.ts';
import { MODEL_WORDS, pipelineWords } from '../wording.ts';
import { partsOf } from './parts.ts';
import { lifeUs, spansOf, totalUs } from './spans.ts';
import { hopText } from './text-hop.ts';
import { box, centre, type Paint, safe, wrap } from './text-layout.ts';
import { processText } from './text-processes.ts';
import { trimConfig } from './trim-config.ts';
import { inShort, PLACES } from './words.ts';

/** Colours are the caller's: a terminal's, or none at all. */
export function renderExplanationText(x: Explanation, paint: Paint): string {
  const sections = [
    introduction(x, paint),
    section('The pipeline', parts(x, paint), paint),
    section('The processes', processText(x, paint), paint),
    section(
      'What is spoken on each hop',
      x.hops.map((hop, index) => hopText(x, hop, index, paint)).join('\n\n'),
      paint,
    ),
    section('Where the time went', times(x, paint), paint),
    section('The configuration that made it so', configs(x, paint), paint),
    section('How this was seen', x.notes.map((note) => wrap(`- ${note}`, 2, 2)).join('\n'), paint),
  ];
  return `${sections.join('\n\n')}\n`;
}

const section = (title: string, body: string, paint: Paint): string =>
  `${paint.bold(title.toUpperCase())}\n\n${body}`;

function introduction(x: Explanation, paint: Paint): string {
  const { request, stack } = x;
  const { title, request: happens } = MODEL_WORDS[stack.model];
  return [
    paint.bold(stack.name),
    pipelineWords(stack),
    '',
    wrap(`${title}: ${happens}`),
    '',
    `${safe(request.method)} ${safe(`${request.basePath}${request.path}`)} was answered with status ${request.status}.`,
    ...inShort(x).map((sentence) => wrap(safe(sentence))),
  ].join('\n');
}

function parts(x: Explanation, paint: Paint): string {
  return partsOf(x.stack)
    .flatMap(({ title, text, crossing }) => [
      ...(crossing === null ? [] : [centre('│'), centre(paint.cyan(crossing)), centre('▼')]),
      box(paint.bold(safe(title)), safe(text)),
    ])
    .join('\n');
}

/** Columns of the bar. */
const BAR = 24;

function times(x: Explanation, paint: Paint): string {
  const total = totalUs(x);
  const spans = spansOf(x).map(({ us, label }) => {
    const share = total === 0 ? 0 : us / total;
    const bar = '█'.repeat(Math.round(share * BAR)).padEnd(BAR, '·');
    return `  ${formatQuantity('duration', us).padStart(9)}  ${paint.cyan(bar)}  ${safe(label)}`;
  });
  const life = lifeUs(x);
  return [
    ...spans,
    `  ${formatQuantity('duration', total).padStart(9)}  ${' '.repeat(BAR)}  from the sending of the request to the last byte of the answer`,
    ...(life === null ? [] : ['', `  The program was seen to live for ${formatQuantity('duration', life)}.`]),
    '',
    '  Not observable:',
    ...x.notObservable.map((note) => wrap(`- ${note}`, 2, 2)),
  ].join('\n');
}

function configs(x: Explanation, paint: Paint): string {
  const files = x.configs.map(trimConfig).map(({ path, lines, dropped }) => {
    const left =
      dropped === 0 ? '' : paint.dim(`  (${dropped} lines of housekeeping left out; --html shows all)`);
    return [`  ${paint.bold(safe(path))}${left}`, ...lines.map((line) => `    ${safe(line)}`)].join('\n');
  });
  const unequal = x.unequal.map((each) => wrap(`- ${safe(each)}`, 2, 2));
  return [
    wrap(PLACES, 2),
    ...files,
    ...(unequal.length === 0
      ? []
      : [['  What could not be made equal to other stacks:', ...unequal].join('\n')]),
  ].join('\n\n');
}
