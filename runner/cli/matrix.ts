/** `lab verify --matrix` for people: who behaves how, and what differs without a known reason. */
import { type BehaviourRow, groupBehaviour } from '../../results/analyse/behaviour-groups.ts';
import { BEHAVIOURS, NOT_ASKED } from '../../results/schema/behaviour.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import type { Difference } from '../behaviour/compare-stacks.ts';
import { formatTable, plural } from './table.ts';
import { plainText, type Terminal } from './terminal.ts';

/** Members of a group that are named in a row; the rest is named below the table. */
const NAMED = 1;

export function renderMatrix(rows: readonly BehaviourRow[], terminal: Terminal): string {
  if (rows.length === 0) return 'no stack could be looked at';
  const { colours: c } = terminal.out;
  const { columns, alike, groups, reasons } = groupBehaviour(rows);
  const label = (index: number) => `[${index + 1}]`;
  const table = formatTable([
    ['', 'stacks', ...columns.map((name) => BEHAVIOURS[name].title)],
    ...groups.map((group, index) => [
      label(index),
      `${group.members.slice(0, NAMED).join(' ')}${group.stacks.length > 1 ? ` (${group.stacks.length})` : ''}`,
      ...columns.map((name) => plainText(group.words.get(name) ?? NOT_ASKED)),
    ]),
  ]);
  const parts = [c.bold(`Behaviour of ${plural(rows.length, 'stack')}`), table];
  const more = groups.flatMap((group, index) =>
    group.members.length > NAMED ? [[label(index), group.members.join('  ')]] : [],
  );
  if (more.length > 0) parts.push(`who is who\n${formatTable(more, '  ')}`);
  if (alike.length > 0) {
    const same = alike.map(([name, word]) => [BEHAVIOURS[name].title, plainText(word)]);
    parts.push(`alike on all that were asked\n${formatTable(same, '  ')}`);
  }
  if (reasons.length > 0) {
    const known = reasons.map(({ behaviour, words, reason }) => [
      `${BEHAVIOURS[behaviour].title} ${words.map((word) => `"${plainText(word)}"`).join(' ')}`,
      reason,
    ]);
    parts.push(`known differences\n${formatTable(known, '  ')}`);
  }
  return parts.join('\n\n');
}

/** Stacks named for each value of a difference. */
const STACKS_SHOWN = 4;

export function renderDifferences(differences: readonly Difference[], terminal: Terminal): string {
  const { colours: c } = terminal.out;
  if (differences.length === 0) return 'answers and behaviour differ nowhere without a known reason';
  const shown = differences.map(({ about, routes, values }) => {
    const where = routes.length === 0 ? '' : ` of ${routes.slice(0, STACKS_SHOWN).join(', ')}${more(routes)}`;
    const lines = values.map(
      ({ value, stacks }) =>
        `  ${plainText(value)}: ${stacks.slice(0, STACKS_SHOWN).join(', ')}${more(stacks)}`,
    );
    return [`${c.red('DIFFERS')} ${about}${where}`, ...lines].join('\n');
  });
  return `${shown.join('\n')}\n${plural(differences.length, 'difference')} without a known reason`;
}

const more = (names: readonly string[]): string =>
  names.length > STACKS_SHOWN ? ` and ${names.length - STACKS_SHOWN} more` : '';

/** A line for each stack, for `docs/behaviour.md`. */
export function wordsText(rows: readonly (BehaviourRow & { readonly record: StackRecord })[]): string {
  const lines = rows.map(({ record: { name, model, host, app }, behaviour }) => {
    const words = Object.fromEntries(behaviour.map((seen) => [seen.behaviour, seen.word]));
    return JSON.stringify({ name, model, host, app, words });
  });
  return `[\n${lines.join(',\n')}\n]\n`;
}
