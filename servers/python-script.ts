/** Pieces of the Python scripts that adapters write. */
import { LabError } from '../core/errors.ts';
import type { PreparedApp, Tools } from './define.ts';

/** The kernel reads at most this much of a `#!` line (BINPRM_BUF_SIZE, Linux 5.1 and newer). */
const SHEBANG_BYTES = 255;

/** The first line of a script that runs on the lab's Python. No `env` in between: it would cost an exec. */
export function shebang(tools: Tools): string {
  const bin = tools.python?.bin;
  if (bin === undefined) throw new LabError('E_MISSING', 'no Python interpreter was found');
  const line = `#!${bin}`;
  if (Buffer.byteLength(line) > SHEBANG_BYTES || /\s/.test(bin)) {
    throw new LabError('E_PLACE', 'the path of the Python interpreter cannot stand in a #! line', {
      facts: { path: bin },
      hint: 'Put the checkout at a shorter path without spaces.',
    });
  }
  return line;
}

/** A Python string literal: JSON's escapes are a subset of Python's. */
export const pythonString = (text: string): string => JSON.stringify(text);

/** The statement that binds the app's callable to `application`. */
export function importsOf(app: PreparedApp): string {
  if (app.callable === null) throw new LabError('E_INTERNAL', `${app.name} has no WSGI callable`);
  const [module, callable] = app.callable;
  if (!/^[A-Za-z_][\w.]*$/.test(module) || !/^[A-Za-z_]\w*$/.test(callable)) {
    throw new LabError('E_DEFINITION', `"${module}:${callable}" does not name a WSGI callable`);
  }
  return `from ${module} import ${callable}${callable === 'application' ? '' : ' as application'}`;
}
