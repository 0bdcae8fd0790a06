/** Keeps a long block readable: small runs are shown whole, large ones app by app, the first unfolded. */
import { plural } from '../../quantity.ts';
import { type Html, html } from '../html.ts';
import { fold } from '../table.ts';
import type { AppGroup } from '../view.ts';

/** More rows than this are shown app by app. */
const ROWS_AT_ONCE = 24;

export function byApp(
  groups: readonly AppGroup[],
  block: (groups: readonly AppGroup[]) => Html,
  openFirst = true,
): Html {
  const count = groups.reduce((sum, group) => sum + group.rows.length, 0);
  if (count <= ROWS_AT_ONCE) return block(groups);
  return html`${groups.map((group, index) =>
    fold(
      html`${group.title} <span class="muted">${plural(group.rows.length, 'stack')}</span>`,
      block([group]),
      openFirst && index === 0,
    ),
  )}`;
}
