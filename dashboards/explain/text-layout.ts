/** Boxes and wrapped lines for text of fixed width. */

/** What a terminal's colours are used for. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  cyan(text: string): string;
  green(text: string): string;
}

export const NO_PAINT: Paint = {
  bold: (text) => text,
  dim: (text) => text,
  cyan: (text) => text,
  green: (text) => text,
};

export const WIDTH = 96;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach a terminal
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room
const COLOURS = /\x1b\[[0-9;]*m/g;

/** Text from a server or an app: nothing in it reaches the terminal but letters. */
export const safe = (text: string): string => text.replace(CONTROLS, '\uFFFD');

export const widthOf = (text: string): number => Array.from(text.replace(COLOURS, '')).length;

export const padTo = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** Breaks at blanks. `hang`: how much further lines are set in than the first. */
export function wrap(text: string, indent = 0, hang = 0, width = WIDTH): string {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let isFresh = true;
  for (const word of text.split(' ')) {
    if (!isFresh && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = ' '.repeat(indent + hang);
      isFresh = true;
    }
    line += isFresh ? word : ` ${word}`;
    isFresh = false;
  }
  return [...lines, line].join('\n');
}

/** A box as wide as the page, with a title in its upper edge. */
export function box(title: string, text: string): string {
  const inner = WIDTH - 4;
  const lines = wrap(text, 0, 0, inner).split('\n');
  return [
    `┌─ ${title} ${'─'.repeat(Math.max(0, WIDTH - 5 - widthOf(title)))}┐`,
    ...lines.map((line) => `│ ${padTo(line, inner)} │`),
    `└${'─'.repeat(WIDTH - 2)}┘`,
  ].join('\n');
}

/** Below the middle of a box. */
export const centre = (text: string): string =>
  ' '.repeat(Math.max(0, Math.floor((WIDTH - widthOf(text)) / 2))) + text;

/** At most so many letters, with an ellipsis. */
export const clip = (text: string, width: number): string =>
  widthOf(text) <= width
    ? text
    : `${Array.from(text)
        .slice(0, Math.max(0, width - 1))
        .join('')}…`;
