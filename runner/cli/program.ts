/** The commands, one file each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { PROJECT_ROOT } from '../../core/paths.ts';
import { addAdopt } from './adopt.ts';
import { addAnalyse } from './analyse.ts';
import { addDoctor } from './doctor.ts';
import { examples } from './examples.ts';
import { addExplain } from './explain.ts';
import { addList } from './list.ts';
import { addNew } from './new.ts';
import { addReport } from './report.ts';
import { addRun } from './run.ts';
import { addSetup } from './setup.ts';
import type { Terminal } from './terminal.ts';
import { addVerify } from './verify.ts';

/** Builds the whole command line. */
export function makeProgram(terminal: Terminal): Command {
  const program = new Command('lab')
    .description(
      'Holds a web application still, varies how it is deployed, and measures what each way costs.',
    )
    .version(labVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => terminal.err.write(text),
      outputError: (text, write) => write(text.replace(/^error:/, terminal.err.colours.red('error:'))),
      getOutHelpWidth: () => terminal.out.columns() ?? HELP_WIDTH,
      getErrHelpWidth: () => terminal.err.columns() ?? HELP_WIDTH,
      getOutHasColors: () => terminal.out.colours.isColorSupported,
      getErrHasColors: () => terminal.err.colours.isColorSupported,
    })
    .addHelpText(
      'after',
      examples(
        ['lab run all', 'measure what this machine can run, and write a report'],
        ['lab doctor', 'see what is there and what is missing'],
        ['lab setup --yes', 'install the real servers (Debian)'],
      ),
    );
  addRun(program, terminal);
  addList(program, terminal);
  addDoctor(program, terminal);
  addSetup(program, terminal);
  addVerify(program, terminal);
  addExplain(program, terminal);
  addAnalyse(program, terminal);
  addReport(program, terminal);
  addNew(program, terminal);
  addAdopt(program, terminal);
  return program;
}

/** Columns of help text where the terminal does not say. */
const HELP_WIDTH = 100;

function labVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'));
  const isNamed = typeof parsed === 'object' && parsed !== null && 'version' in parsed;
  return isNamed ? String(parsed.version) : 'unknown';
}
