/** What a command may use of the world: where it prints, and when it must stop. */
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';

export type Colours = ReturnType<typeof pc.createColors>;

/** A stream of text. Writing to a reader that has gone away does nothing. */
export interface Sink {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width to stay within; null: none known. */
  columns(): number | null;
  readonly colours: Colours;
}

export interface Terminal {
  /** The result. */
  readonly out: Sink;
  /** Progress, notices and errors. */
  readonly err: Sink;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the user typed after `lab`. */
  readonly argv: readonly string[];
  /** Aborted by SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** Exit code to leave with; the last one set stands. */
  finish(code: number): void;
}

/** Wraps an output stream. Colours follow NO_COLOR, FORCE_COLOR and whether it is a terminal. */
export function makeSink(
  stream: NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>>,
): Sink {
  let isOpen = true;
  // `lab list | head` closes our output early: that is no failure of ours.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isOpen = false;
  });
  const isTerminal = stream.isTTY === true && env.TERM !== 'dumb';
  const noColor = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0';
  return {
    write: (text) => {
      if (isOpen) stream.write(text);
    },
    isTerminal,
    columns: () => (isTerminal ? (stream.columns ?? null) : null),
    colours: pc.createColors(!noColor && (isTerminal || forced)),
  };
}

const TAB = 9;
const NEWLINE = 10;
const isControl = (code: number): boolean =>
  (code < 32 && code !== TAB && code !== NEWLINE) || (code >= 127 && code < 160);

/** Text from a server or an app, safe to print: no escape sequence of its reaches the user's terminal. */
export function plainText(text: string): string {
  return [...stripVTControlCharacters(text)]
    .filter((character) => !isControl(character.codePointAt(0) ?? 0))
    .join('');
}
