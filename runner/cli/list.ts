import { Argument, type Command } from 'commander';
import { MODELS } from '../../core/words.ts';
import { listRuns } from '../../results/store/list.ts';
import { findScenarios, loadFile } from '../../scenarios/load.ts';
import type { Availability } from '../../servers/define.ts';
import { examples } from './examples.ts';
import { RUNS_DIR } from './places.ts';
import { formatTable, plural } from './table.ts';
import type { Terminal } from './terminal.ts';
import { apacheModulesOption, appOption, surveyWorld, type WorldOptions } from './world.ts';

const KINDS = ['scenarios', 'stacks', 'apps', 'hosts', 'runs'] as const;
type Kind = (typeof KINDS)[number];

/** What is listed: rows for machines, text for people. */
interface Listing {
  readonly rows: readonly unknown[];
  readonly text: string;
}

/** `lab list [KIND]` */
export function addList(program: Command, terminal: Terminal): void {
  program
    .command('list')
    .summary('show scenarios, stacks, apps, hosts or runs')
    .description('Shows what can be asked for, and why something cannot.')
    .addArgument(new Argument('[kind]', 'what to list').choices(KINDS).default('scenarios'))
    .addOption(appOption())
    .addOption(apacheModulesOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        ['lab list', 'the scenarios'],
        ['lab list stacks', 'by model, with their pipelines'],
        ['lab list runs --json', 'for a script'],
      ),
    )
    .action(async (kind: Kind, options: WorldOptions & { readonly json?: true }) => {
      const { rows, text } = await LISTINGS[kind](terminal, options);
      terminal.out.write(options.json === true ? `${JSON.stringify(rows, null, 2)}\n` : `${text}\n`);
    });
}

const LISTINGS: Readonly<Record<Kind, (terminal: Terminal, options: WorldOptions) => Promise<Listing>>> = {
  scenarios: listScenarios,
  stacks: listStacks,
  apps: listApps,
  hosts: listHosts,
  runs: async () => {
    const rows = await listRuns(RUNS_DIR);
    if (rows.length === 0) return { rows, text: 'no runs yet: `lab run quick` makes one' };
    const line = (run: (typeof rows)[number]) => [
      run.id,
      run.state,
      run.trialsDone === null ? '' : `${run.trialsDone}/${run.trialsPlanned} launches`,
      run.reason ?? '',
    ];
    return { rows, text: formatTable(rows.map(line)) };
  },
};

async function listScenarios(terminal: Terminal): Promise<Listing> {
  const files = await findScenarios();
  const rows = await Promise.all(
    files.map(async ({ name, path }) => {
      const loaded = await loadFile(path, { cwd: terminal.cwd, catalogue: null });
      if (!loaded.ok) return { name, path, problems: loaded.problems.map(({ message }) => message) };
      const { title, question, inAll, rounds, stacks } = loaded.scenario;
      return { name, path, title, question, inAll, rounds, stacks };
    }),
  );
  const lines = rows.map((row) =>
    'problems' in row
      ? [row.name, '', `has mistakes: ${row.problems.join('; ')}`]
      : [row.name, row.inAll ? 'in all' : '', row.question],
  );
  return { rows, text: formatTable(lines) };
}

async function listStacks(_terminal: Terminal, options: WorldOptions): Promise<Listing> {
  const { stacks, exclusions } = await surveyWorld(options);
  const rows = stacks.map(({ record }) => record);
  const groups = MODELS.flatMap((model) => {
    const members = rows.filter((record) => record.model === model);
    if (members.length === 0) return [];
    const table = formatTable(
      members.map((record) => [record.name, record.pipeline.join(' → ')]),
      '  ',
    );
    return [`${model}\n${table}`];
  });
  const missing = exclusions.filter(({ remedy }) => remedy !== null);
  const left = formatTable(
    missing.map(({ what, reason, remedy }) => [what, `${reason}${remedy === null ? '' : `; ${remedy}`}`]),
    '  ',
  );
  const parts = [...groups, plural(rows.length, 'stack')];
  if (missing.length > 0) parts.push(`not here\n${left}`);
  return { rows, text: parts.join('\n\n') };
}

async function listApps(_terminal: Terminal, options: WorldOptions): Promise<Listing> {
  const { registry, tools } = await surveyWorld(options);
  const rows = [...registry.apps].map(([name, app]) => ({
    name,
    title: app.title,
    form: app.form,
    contract: app.contract,
    ...app.probe(tools),
  }));
  return {
    rows,
    text: formatTable(rows.map((row) => [row.name, row.title, row.form, formatAvailability(row)])),
  };
}

async function listHosts(_terminal: Terminal, options: WorldOptions): Promise<Listing> {
  const { registry, tools } = await surveyWorld(options);
  const rows = [...registry.hosts].map(([name, host]) => ({
    name,
    title: host.title,
    connectors: [...registry.connectors].filter(([, each]) => each.host === name).map(([each]) => each),
    ...host.probe(tools),
  }));
  const line = (row: (typeof rows)[number]) => [row.name, formatAvailability(row), row.connectors.join(', ')];
  return { rows, text: formatTable(rows.map(line)) };
}

/** The version, or why it is not here. */
export function formatAvailability(probed: Availability): string {
  if (probed.available) return probed.version ?? 'yes';
  return `missing: ${probed.reason}; ${probed.remedy}`;
}
