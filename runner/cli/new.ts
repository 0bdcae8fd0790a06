import { writeFile } from 'node:fs/promises';
import { basename, extname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { LabError, messageOf } from '../../core/errors.ts';
import { NAME_PATTERN } from '../../core/words.ts';
import { findScenarios, SCENARIOS_DIR } from '../../scenarios/load.ts';
import { typescriptTemplate, yamlTemplate } from '../../scenarios/template.ts';
import { examples } from './examples.ts';
import type { Terminal } from './terminal.ts';

/** `lab new scenario NAME`: a commented scenario that runs as it is. */
export function addNew(program: Command, terminal: Terminal): void {
  const made = program
    .command('new')
    .summary('write a new scenario')
    .description('Writes a commented file to start from.')
    .addHelpText('after', examples(['lab new scenario mine', 'then: lab run mine']));
  made
    .command('scenario')
    .summary('write a scenario that runs as it is')
    .description('Writes scenarios/NAME.scenario.yaml, or the file of a path, commented; it runs as it is.')
    .argument('<name>', 'lower-case letters, digits, ".", "_" or "-"; or a path that ends in .yaml or .ts')
    .option('--ts', 'write TypeScript instead of YAML')
    .addHelpText(
      'after',
      examples(
        ['lab new scenario mine', 'scenarios/mine.scenario.yaml'],
        ['lab new scenario mine --ts', 'scenarios/mine.scenario.ts'],
        ['lab new scenario ~/mine.yaml', 'anywhere; then: lab run ~/mine.yaml'],
      ),
    )
    .action(async (word: string, options: { ts?: true }) => {
      const { file, name, run } = await placeOf(word, options.ts === true, terminal.cwd);
      const isInside = !isPath(word);
      const text = file.endsWith('.ts') ? typescriptTemplate(name, run, isInside) : yamlTemplate(name, run);
      try {
        await writeFile(file, text, { flag: 'wx' });
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') throw alreadyThere(file);
        throw new LabError('E_PLACE', `the scenario cannot be written: ${messageOf(cause)}`, {
          facts: { file },
          cause,
        });
      }
      terminal.out.write(`${isInside ? relative(terminal.cwd, file) : file}\n`);
      terminal.err.write(`edit it, then: lab run ${run}\n`);
    });
}

const isPath = (word: string): boolean => word.includes('/') || /\.(yaml|ts)$/.test(word);

async function placeOf(
  word: string,
  ts: boolean,
  cwd: string,
): Promise<{ readonly file: string; readonly name: string; readonly run: string }> {
  const name = isPath(word) ? basename(word, extname(word)).replace(/\.scenario$/, '') : word;
  if (!NAME_PATTERN.test(name) || name === 'all') {
    throw new LabError('E_USAGE', `"${name}" cannot be the name of a scenario`, {
      hint: 'Use lower-case letters, digits, ".", "_" or "-", at most 64. "all" means all of them.',
    });
  }
  if (isPath(word)) {
    if (!/\.(yaml|ts)$/.test(word)) {
      throw new LabError('E_USAGE', `"${word}" is a path, and does not end in .yaml or .ts`);
    }
    return { file: resolve(cwd, word), name, run: word };
  }
  const taken = (await findScenarios()).find((each) => each.name === name)?.path;
  if (taken !== undefined) throw alreadyThere(taken);
  return { file: join(SCENARIOS_DIR, `${name}.scenario.${ts ? 'ts' : 'yaml'}`), name, run: name };
}

const alreadyThere = (file: string): LabError =>
  new LabError('E_USAGE', 'a scenario is there already', {
    facts: { file },
    hint: 'Choose another name, or edit that file.',
  });
