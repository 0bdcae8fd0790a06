/** One hop as text: what was sent, what came back. */
import type { Explanation, Hop, Message } from '../../results/schema/explanation.ts';
import { clip, type Paint, padTo, safe, WIDTH, wrap } from './text-layout.ts';
import { CALL_LESSON_NODE, KIND_LESSONS, KIND_WORDS, meaningOf, newPairs } from './words.ts';

/** Pairs that were shown before are only counted when there are more than these. */
const REPEATS = 3;
const NAME_WIDTH = 24;
const VALUE_WIDTH = 38;

export function hopText(x: Explanation, hop: Hop, index: number, paint: Paint): string {
  const lesson =
    hop.kind === 'call' && x.stack.language === 'node' ? CALL_LESSON_NODE : KIND_LESSONS[hop.kind];
  const head = [
    paint.bold(`${index + 1}. ${safe(hop.from)} → ${safe(hop.to)}: ${KIND_WORDS[hop.kind]}`),
    wrap(`over ${safe(hop.over)}`, 3),
    ...(lesson === '' ? [] : [wrap(lesson, 3)]),
    paint.dim(wrap(`Seen: ${safe(hop.how)}.`, 3)),
  ];
  const { isNew } = newPairs(x, hop);
  const messages = hop.messages.map((message) => messageText(message, isNew, paint));
  return [...head, ...(messages.length === 0 ? [] : ['', ...messages])].join('\n');
}

function messageText(
  message: Message,
  isNew: (name: string, value: string) => boolean,
  paint: Paint,
): string {
  const { direction, title, note, pairs, text, bytes } = message;
  const arrow = direction === 'there' ? paint.green('→') : paint.cyan('←');
  const size = bytes === null ? '' : paint.dim(`  ${bytes} bytes`);
  const fresh = direction === 'back' ? pairs : pairs.filter(([name, value]) => isNew(name, value));
  const repeated = pairs.length - fresh.length;
  const shown = repeated > REPEATS ? fresh : pairs;
  const lines = [`   ${arrow} ${paint.bold(safe(title))}${size}`];
  if (note !== null) lines.push(paint.dim(wrap(safe(note), 5)));
  if (shown !== pairs) {
    lines.push(
      `       ${repeated} variables that stand above, with the same values${shown.length === 0 ? '' : ', and'}`,
    );
  }
  lines.push(...shown.map((pair) => pairText(pair, paint)));
  if (text !== null)
    lines.push(
      ...text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `     │ ${safe(line)}`),
    );
  return lines.join('\n');
}

function pairText([name, value]: readonly [string, string], paint: Paint): string {
  const meaning = meaningOf(name);
  const start = `       ${padTo(safe(name), NAME_WIDTH)}  `;
  const shown = value === '' ? '""' : safe(value);
  if (meaning === null) return `${start}${clip(shown, WIDTH - start.length)}`;
  return `${start}${padTo(clip(shown, VALUE_WIDTH), VALUE_WIDTH)}  ${paint.dim(meaning)}`.trimEnd();
}
