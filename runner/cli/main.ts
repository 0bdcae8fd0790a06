/** The program behind `lab`. Importing this file runs it. */
import process from 'node:process';
import { CommanderError } from 'commander';
import { EXIT } from '../../core/errors.ts';
import { printError } from './print-error.ts';
import { makeProgram } from './program.ts';
import { interruptionCode, listenForSignals } from './signals.ts';
import { makeSink, type Terminal } from './terminal.ts';

// Files that the lab writes are for other users to read too: measured processes run as one of them.
process.umask(0o022);

const argv = process.argv.slice(2);
const err = makeSink(process.stderr, process.env);
const signal = listenForSignals(process, {
  onFirst: () => err.write('\nstopping in order; press Ctrl-C again to stop at once\n'),
  exit: (code) => process.exit(code),
});
const terminal: Terminal = {
  out: makeSink(process.stdout, process.env),
  err,
  cwd: process.cwd(),
  env: process.env,
  argv,
  signal,
  finish: (code) => {
    process.exitCode = code;
  },
};

try {
  await makeProgram(terminal).parseAsync(argv, { from: 'user' });
} catch (thrown) {
  if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = interruptionCode(signal) ?? printError(thrown, terminal);
}
