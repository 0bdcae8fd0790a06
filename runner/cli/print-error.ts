/** Every error is printed alike: what happened, the facts, what to do. */
import { EXIT, LabError, messageOf } from '../../core/errors.ts';
import { plainText, type Terminal } from './terminal.ts';

/** Prints an error and returns the exit code it stands for. A stack trace is for us, not for users. */
export function printError(thrown: unknown, terminal: Terminal): number {
  const { err } = terminal;
  const { colours: c } = err;
  const isOurs = !(thrown instanceof LabError) || thrown.code === 'E_INTERNAL';
  const code = thrown instanceof LabError ? thrown.code : 'E_INTERNAL';
  err.write(`${c.red('error:')} ${plainText(messageOf(thrown))} ${c.dim(`[${code}]`)}\n`);
  if (thrown instanceof LabError) {
    for (const [name, value] of Object.entries(thrown.facts)) {
      if (value !== null) err.write(`${formatFact(name, String(value))}\n`);
    }
    if (thrown.hint !== null) err.write(`${c.cyan('hint:')} ${plainText(thrown.hint)}\n`);
  }
  if (isOurs) {
    err.write(`${c.cyan('hint:')} this is a fault of the lab, please report it with the lines below\n`);
  }
  if (isOurs || terminal.env.LAB_DEBUG === '1') {
    err.write(`${c.dim(plainText(traceOf(thrown)))}\n`);
  }
  return thrown instanceof LabError ? thrown.exitCode : EXIT.bug;
}

function formatFact(name: string, value: string): string {
  const lines = plainText(value).replace(/\n+$/, '').split('\n');
  if (lines.length === 1) return `  ${name}: ${lines[0]}`;
  return [`  ${name}:`, ...lines.map((line) => `    ${line}`)].join('\n');
}

function traceOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? '' : `\ncaused by: ${traceOf(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}
