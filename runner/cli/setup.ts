import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { EXIT, LabError } from '../../core/errors.ts';
import { examples } from './examples.ts';
import { carryOut } from './setup/act.ts';
import { gatherFacts, REQUIREMENTS, type SetupFacts, VENV } from './setup/facts.ts';
import { DEBIAN_PACKAGES, SYSTEM_PYTHON } from './setup/packages.ts';
import { planSetup, type SetupPlan, venvCommands } from './setup/plan.ts';
import { formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

interface SetupOptions {
  readonly yes?: true;
  readonly dryRun?: true;
}

/** `lab setup`: installs the real servers, after saying what it will do. */
export function addSetup(program: Command, terminal: Terminal): void {
  program
    .command('setup')
    .summary('install the real servers (Debian) and the Python packages')
    .description(
      'Says what it will do, asks, then installs Debian packages by name and the pinned Python packages into .lab/venv.\n' +
        'No service of the system is started, stopped or changed. Running it twice does nothing the second time.',
    )
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'print the commands and stop')
    .addHelpText(
      'after',
      examples(['lab setup --dry-run', 'see the commands'], ['lab setup --yes', 'install']),
    )
    .action((options: SetupOptions) => setup(options, terminal));
}

async function setup(options: SetupOptions, terminal: Terminal): Promise<void> {
  const { out, err } = terminal;
  const facts = await gatherFacts();
  const plan = planSetup(facts);
  if (!facts.hasApt) return explainElsewhere(plan, facts, terminal);
  if (plan.apt === null && plan.venv === null) {
    out.write('nothing to do: everything is installed\n');
    return;
  }
  if (options.dryRun === true) {
    out.write(commandsOf(plan));
    return;
  }
  err.write(describe(plan, facts));
  if (plan.apt?.how === 'by hand') {
    out.write(commandsOf({ ...plan, venv: null }));
    throw new LabError('E_MISSING', 'installing packages needs root, and there is no sudo', {
      hint: 'Run the commands above as root, then `lab setup` again.',
    });
  }
  if (options.yes !== true && !(await agrees(terminal))) {
    err.write('nothing was done\n');
    return;
  }
  await carryOut(plan, facts, terminal);
  err.write('done; `lab doctor` shows what is there now\n');
}

async function agrees({ err, signal }: Terminal): Promise<boolean> {
  if (process.stdin.isTTY !== true) {
    throw new LabError('E_USAGE', 'there is no terminal to ask on', { hint: 'Say `lab setup --yes`.' });
  }
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await dialogue.question('Go on? [y/N] ', { signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    dialogue.close();
    err.write('');
  }
}

function describe(plan: SetupPlan, facts: SetupFacts): string {
  const parts: string[] = [];
  if (plan.apt !== null) {
    const table = formatTable(
      plan.packages.map(({ name, purpose }) => [name, purpose]),
      '  ',
    );
    const units = plan.packages.flatMap((each) => each.units ?? []);
    parts.push(`Debian packages to install${plan.apt.how === 'sudo' ? ' (with sudo)' : ''}:\n${table}`);
    parts.push(
      'No service will start: while packages are installed, a temporary /usr/sbin/policy-rc.d says so' +
        (facts.hasSystemd && units.length > 0
          ? `, and these units are left disabled: ${units.join(', ')}.`
          : '.'),
    );
  }
  if (plan.venv !== null) {
    const how = plan.venv.anew ? 'made' : 'brought up to date';
    parts.push(
      `Python environment to be ${how} from ${SYSTEM_PYTHON}: ${VENV}\n  packages, pinned by hash: ${REQUIREMENTS}`,
    );
  }
  return `${parts.join('\n')}\n`;
}

/** The same commands, for a person to run. */
function commandsOf(plan: SetupPlan): string {
  const parts: string[] = [];
  if (plan.apt !== null) {
    const { how, script } = plan.apt;
    parts.push(`# ${how === 'root' ? 'as root' : 'with sudo, or as root'}:`, script.trimEnd());
  }
  if (plan.venv !== null) {
    parts.push(
      '# as yourself:',
      ...venvCommands(VENV, REQUIREMENTS, plan.venv.anew).map((argv) => argv.join(' ')),
    );
  }
  return `${parts.join('\n')}\n`;
}

/** Other systems name their packages otherwise: say what is wanted, and where it is to be found. */
function explainElsewhere(plan: SetupPlan, facts: SetupFacts, terminal: Terminal): void {
  const names = DEBIAN_PACKAGES.map(({ name, purpose }) => [name, purpose]);
  terminal.err.write(
    `${facts.system} has no apt: install by hand what matches these Debian packages, as far as you need it.\n`,
  );
  terminal.out.write(`${formatTable(names, '  ')}\n`);
  if (plan.venv !== null) {
    terminal.out.write(`${commandsOf({ ...plan, apt: null })}`);
  }
  terminal.err.write('`lab doctor` then shows what was found.\n');
  terminal.finish(EXIT.missing);
}
