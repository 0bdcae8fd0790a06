import pc from 'picocolors';
import type { Sink, Terminal } from '../../../../runner/cli/terminal.ts';

/** A sink that keeps what is written to it. */
export function fakeSink(x: { isTerminal?: boolean; columns?: number } = {}): Sink & { text: () => string } {
  const written: string[] = [];
  return {
    write: (text) => {
      written.push(text);
    },
    isTerminal: x.isTerminal ?? false,
    columns: () => x.columns ?? null,
    colours: pc.createColors(false),
    text: () => written.join(''),
  };
}

/** A terminal without colours whose output and exit code can be looked at. */
export function fakeTerminal(env: Record<string, string> = {}) {
  const out = fakeSink();
  const err = fakeSink();
  const codes: number[] = [];
  const terminal: Terminal = {
    out,
    err,
    cwd: process.cwd(),
    env,
    argv: [],
    signal: new AbortController().signal,
    finish: (code) => {
      codes.push(code);
    },
  };
  return { terminal, out, err, codes };
}
