/** HTML by template, escaped by default: what a run folder says is hostile input until it is escaped. */

/** A piece of markup that is known to be safe. Only this file makes one. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes. Text and numbers are escaped; null is nothing; arrays are joined. */
export type Content = Html | string | number | null | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Escapes for text and for a quoted attribute alike. Control characters, which HTML forbids and terminals
 * obey, become U+FFFD.
 */
export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
    .replace(CONTROLS, '\uFFFD');
}

/** Control characters other than tab and line ends. */
const CONTROLS = /(?![\t\n\r])\p{Cc}/gu;

/** A template whose values are escaped. Attributes must be quoted. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  let text = parts[0] ?? '';
  for (const [index, value] of values.entries()) text += render(value) + (parts[index + 1] ?? '');
  return new Html(text);
}

/** Joins pieces with a separator. */
export function join(pieces: readonly Content[], separator: Content = ''): Html {
  return new Html(pieces.map(render).join(render(separator)));
}

/** An attribute, with a leading space, or nothing when the value is null. `name` is a literal of ours. */
export function attribute(name: string, value: string | number | null): Html {
  return value === null ? NOTHING : new Html(` ${name}="${escapeHtml(String(value))}"`);
}

/** JSON for a `<script type="application/json">`: nothing in it can end the script or be read as markup. */
export function jsonForScript(data: unknown): Html {
  const escaped = JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new Html(escaped);
}

/** Trusted text: our own style sheet and scripts, never anything from a run. */
export function trusted(text: string): Html {
  return new Html(text);
}

/** Text of ours or of a run in which `backticks` set code. */
export function prose(text: string): Html {
  const pieces = text.split('`');
  // An odd number of backticks is not markup.
  if (pieces.length % 2 === 0) return html`${text}`;
  return html`${pieces.map((piece, index) => (index % 2 === 0 ? piece : html`<code>${piece}</code>`))}`;
}

export const NOTHING = new Html('');

function render(value: Content): string {
  if (value === null) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return value.map(render).join('');
}
