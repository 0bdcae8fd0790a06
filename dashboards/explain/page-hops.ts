/** What is spoken on each hop, as part of the page. */
import type { Explanation, Hop, Message } from '../../results/schema/explanation.ts';
import { type Html, html } from '../report/html.ts';
import { fold } from '../report/table.ts';
import { CALL_LESSON_NODE, KIND_LESSONS, KIND_WORDS, meaningOf, newPairs } from './words.ts';

/** Pairs that were shown before are folded away when there are more than these. */
const REPEATS = 3;

export function hopSection(x: Explanation): Html {
  return html`<section id="hops">
<h2>What is spoken on each hop</h2>
${x.hops.map((hop, index) => hopArticle(x, hop, index))}
</section>
`;
}

function hopArticle(x: Explanation, hop: Hop, index: number): Html {
  const lesson =
    hop.kind === 'call' && x.stack.language === 'node' ? CALL_LESSON_NODE : KIND_LESSONS[hop.kind];
  const { isNew } = newPairs(x, hop);
  return html`<article class="hop">
<h3>${index + 1}. ${hop.from} → ${hop.to}: ${KIND_WORDS[hop.kind]}</h3>
<p>Over ${hop.over}. ${lesson}</p>
<p class="line">Seen: ${hop.how}.</p>
${hop.messages.map((message) => messageBlock(message, isNew))}</article>
`;
}

function messageBlock(message: Message, isNew: (name: string, value: string) => boolean): Html {
  const { direction, title, note, pairs, text, bytes } = message;
  const fresh = direction === 'back' ? pairs : pairs.filter(([name, value]) => isNew(name, value));
  const repeated = pairs.filter((pair) => !fresh.includes(pair));
  const folds = repeated.length > REPEATS;
  return html`<div class="message ${direction}">
<p class="message-title"><b aria-hidden="true">${direction === 'there' ? '→' : '←'}</b> <strong>${title}</strong>${bytes === null ? null : html` <span class="muted">${bytes} bytes</span>`}</p>
${note === null ? null : html`<p class="line">${note}</p>`}
${folds ? fold(`${repeated.length} variables with the same values as above`, pairList(repeated)) : null}
${pairList(folds ? fresh : pairs)}
${text === null ? null : html`<div class="scroll" role="region" tabindex="0" aria-label="${title}"><pre>${text}</pre></div>`}
</div>
`;
}

function pairList(pairs: readonly (readonly [string, string])[]): Html | null {
  if (pairs.length === 0) return null;
  return html`<dl class="pairs">${pairs.map(([name, value]) => {
    const meaning = meaningOf(name);
    return html`<div><dt><code>${name}</code></dt><dd><code>${value === '' ? '""' : value}</code>${meaning === null ? null : html` <span class="muted">${meaning}</span>`}</dd></div>\n`;
  })}</dl>
`;
}
