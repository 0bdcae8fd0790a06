/** `docs/behaviour.md`: made from the table of known differences and from a real matrix. Pure. */
import { z } from 'zod';
import { type BehaviourTable, groupBehaviour } from '../../results/analyse/behaviour-groups.ts';
import { BEHAVIOUR_NAMES, BEHAVIOURS, NOT_ASKED } from '../../results/schema/behaviour.ts';
import { KNOWN_DIFFERENCES, reasonFor } from '../../servers/contract/known-differences.ts';

/** What `lab verify … --matrix --out FILE` writes. */
export const matrixWordsSchema = z.array(
  z.strictObject({
    name: z.string(),
    model: z.string(),
    host: z.string(),
    app: z.string(),
    words: z.record(z.string(), z.string()),
  }),
);
type MatrixWords = z.output<typeof matrixWordsSchema>;

export function describeBehaviour(matrix: MatrixWords): string {
  const table = groupBehaviour(
    matrix.map(({ name, model, host, app, words }) => ({
      stack: name,
      behaviour: BEHAVIOUR_NAMES.flatMap((behaviour) => {
        const word = words[behaviour];
        if (word === undefined) return [];
        const reason = reasonFor(BEHAVIOURS[behaviour].title, { name, model, host, app }, word);
        return [{ behaviour, word, detail: '', reason }];
      }),
    })),
  );
  const parts = [INTRODUCTION, legend(), known(), MATRIX(matrix.length), alike(table), rows(table)];
  return `${parts.join('\n\n')}\n`;
}

const INTRODUCTION = `# Deployments differ in behaviour, not only in speed

<!-- Made from results/schema/behaviour.ts, servers/contract/known-differences.ts and docs/behaviour.json by \`npm run docs\`. Do not edit. -->

The contract holds the application still: its answers are the same bytes on every stack. What happens around an answer is the
deployment's: who answers an unknown path, whether a chunked upload arrives, whether a stream streams, what a client sees when a
worker dies. \`lab verify PATTERN --matrix\` looks at it over bare sockets, prints a table, compares answers and behaviour across the
stacks that it was given, and exits 4 for a difference that does not stand in the table of known differences. A run looks at all but
the last two at the first launch of each stack; its report shows them.

Answers are compared by status, body and every header but those of one connection (RFC 9110, 7.6.1); of \`Date\`, \`ETag\`,
\`Last-Modified\`, \`Expires\` and \`Content-Length\` only whether they are there (the length is compared with the body on each stack).`;

function legend(): string {
  const lines = BEHAVIOUR_NAMES.map((name) => {
    const { title, asks, words, isSlow } = BEHAVIOURS[name];
    const meanings = Object.entries(words).map(([word, meaning]) => `**${word}**: ${meaning}`);
    return row([title, `${asks}${isSlow ? ' Only with `--matrix`.' : ''}`, meanings.join('; ')]);
  });
  return ['## What is looked at', '', row(['column', 'how', 'words']), '|---|---|---|', ...lines].join('\n');
}

function known(): string {
  const lines = KNOWN_DIFFERENCES.map(({ about, where, seen, reason }) =>
    row([
      about,
      where
        .split(',')
        .map((term) => `\`${term}\``)
        .join(' '),
      seen === 'anything' ? 'anything' : seen.join(' / '),
      reason,
    ]),
  );
  return [
    '## Known differences',
    '',
    'Each is excused on the stacks named, with the words named, and nowhere else.',
    '',
    row(['what', 'where', 'seen', 'why']),
    '|---|---|---|---|',
    ...lines,
  ].join('\n');
}

const MATRIX = (stacks: number): string => `## A matrix

Of ${stacks} stacks on Debian 12 (Apache 2.4, nginx 1.22, lighttpd 1.4): \`lab verify PATTERN --matrix --out docs/behaviour.json\`. ${NOT_ASKED}
means that a stack was not asked, having no such route. Stacks that behave alike share a row.`;

function alike({ alike: same }: BehaviourTable): string {
  if (same.length === 0) return 'There is nothing in which all behave alike.';
  return `Alike on all that were asked: ${same.map(([name, word]) => `${BEHAVIOURS[name].title} **${word}**`).join('; ')}.`;
}

function rows({ columns, groups }: BehaviourTable): string {
  return [
    row(['stacks', ...columns.map((name) => BEHAVIOURS[name].title)]),
    `|${'---|'.repeat(columns.length + 1)}`,
    ...groups.map(({ members, words }) =>
      row([
        members.map((member) => `\`${member}\``).join('<br>'),
        ...columns.map((name) => words.get(name) ?? NOT_ASKED),
      ]),
    ),
  ].join('\n');
}

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
