import { rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { LabError, messageOf } from '../../core/errors.ts';
import { renderReport } from '../../dashboards/report/render.ts';
import { analyse } from '../../results/analyse/analyse.ts';
import type { Analysis } from '../../results/analyse/model.ts';
import { readRun } from '../../results/store/read.ts';
import { examples } from './examples.ts';
import { resolveRun } from './places.ts';
import type { Terminal } from './terminal.ts';

/** `lab report RUN`: the HTML report of a run, also of one that was interrupted. */
export function addReport(program: Command, terminal: Terminal): void {
  program
    .command('report')
    .summary('write the report of a run')
    .description('Writes one self-contained HTML file from the records of a run, also of an interrupted one.')
    .argument('<run>', 'folder or id of a run, or "latest"')
    .option('-o, --output <file>', 'where to write it (default: report.html in the run)')
    .option('--json', 'print the path as JSON')
    .addHelpText(
      'after',
      examples(['lab report latest', 'write it again'], ['lab report latest -o /tmp/r.html', 'elsewhere']),
    )
    .action(async (word: string, options: { output?: string; json?: true }) => {
      const dir = await resolveRun(word, terminal.cwd);
      const analysis = analyse(await readRun(dir));
      const file = options.output === undefined ? reportPath(dir) : resolve(terminal.cwd, options.output);
      await writeReport(analysis, file);
      terminal.out.write(options.json === true ? `${JSON.stringify({ report: file })}\n` : `${file}\n`);
    });
}

/** Where a run's report is. */
export const reportPath = (runDir: string): string => join(runDir, 'report.html');

/** Writes the report whole or not at all. */
export async function writeReport(analysis: Analysis, file: string): Promise<void> {
  const partial = `${file}.partial`;
  try {
    await writeFile(partial, renderReport(analysis));
    await rename(partial, file);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new LabError('E_PLACE', `the report cannot be written: ${messageOf(cause)}`, {
      facts: { file },
      cause,
    });
  }
}
