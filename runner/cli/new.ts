import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
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
    .description('Writes scenarios/NAME.scenario.yaml, commented, which runs as it is.')
    .argument('<name>', 'lower-case letters, digits, ".", "_" or "-"')
    .option('--ts', 'write TypeScript instead of YAML')
    .addHelpText(
      'after',
      examples(['lab new scenario mine', 'YAML'], ['lab new scenario mine --ts', 'TypeScript']),
    )
    .action(async (name: string, options: { ts?: true }) => {
      if (!NAME_PATTERN.test(name) || name === 'all') {
        throw new LabError('E_USAGE', `"${name}" cannot be the name of a scenario`, {
          hint: 'Use lower-case letters, digits, ".", "_" or "-", at most 64. "all" means all of them.',
        });
      }
      const file = join(SCENARIOS_DIR, `${name}.scenario.${options.ts === true ? 'ts' : 'yaml'}`);
      const taken = (await findScenarios()).find((each) => each.name === name)?.path;
      if (taken !== undefined) throw alreadyThere(taken);
      try {
        await writeFile(file, options.ts === true ? typescriptTemplate(name) : yamlTemplate(name), {
          flag: 'wx',
        });
      } catch (cause) {
        throw new LabError('E_PLACE', `the scenario cannot be written: ${messageOf(cause)}`, {
          facts: { file },
          cause,
        });
      }
      terminal.out.write(`${relative(terminal.cwd, file)}\n`);
      terminal.err.write(`Edit it, then: lab run ${name}\n`);
    });
}

const alreadyThere = (file: string): LabError =>
  new LabError('E_USAGE', 'a scenario of this name is there already', {
    facts: { file },
    hint: 'Choose another name, or edit that file.',
  });
