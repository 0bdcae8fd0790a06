/** Tables that scroll inside their own box, so that the page never does sideways. */
import type { Model } from '../../core/words.ts';
import { MODEL_STYLES } from '../charts/palette.ts';
import { MODEL_WORDS } from '../wording.ts';
import { type Content, type Html, html, NOTHING } from './html.ts';

export interface Table {
  /** Says what the table holds; also the name of its scrolling box. */
  readonly caption: string;
  /** Markup after the caption's text. @default nothing */
  readonly captionMore?: Content;
  readonly columns: readonly Content[];
  /** Index of the first numeric column; all after it are numeric too. @default no column */
  readonly numericFrom?: number;
  readonly groups: readonly RowGroup[];
}

export interface RowGroup {
  /** null: rows without a heading of their own. */
  readonly title: Content;
  /** `<tr>` elements. */
  readonly rows: readonly Html[];
}

export function table(of: Table): Html {
  const groups = of.groups.filter((group) => group.rows.length > 0);
  if (groups.length === 0) return NOTHING;
  const numericFrom = of.numericFrom ?? of.columns.length;
  const heads = of.columns.map((column, index) =>
    index < numericFrom
      ? html`<th scope="col">${column}</th>`
      : html`<th scope="col" class="num">${column}</th>`,
  );
  const bodies = groups.map(
    (group) => html`<tbody>
${group.title === null ? NOTHING : html`<tr class="group"><th scope="rowgroup" colspan="${of.columns.length}"><span class="pinned">${group.title}</span></th></tr>\n`}${group.rows}</tbody>
`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${of.caption}"><table>
<caption><span class="pinned">${of.caption}${of.captionMore ?? null}</span></caption>
<thead><tr>${heads}</tr></thead>
${bodies}</table></div>
`;
}

/** A table without groups. */
export const oneGroup = (rows: readonly Html[]): readonly RowGroup[] => [{ title: null, rows }];

/** The model's shape, colour and name. */
export function modelTag(model: Model): Html {
  return html`<span class="tag m-${model}">${modelGlyph(model)} ${MODEL_WORDS[model].title}</span>`;
}

/** The model's shape and colour; its name must stand beside it. */
export function modelGlyph(model: Model): Html {
  return html`<svg class="glyph" viewBox="-7 -7 14 14" width="12" height="12" aria-hidden="true"><path class="dot" d="${MODEL_STYLES[model].path}"/></svg>`;
}

/** An unfoldable part. */
export function fold(summary: Content, body: Content, open = false): Html {
  return html`<details${open ? html` open` : null}><summary>${summary}</summary>
${body}</details>
`;
}
