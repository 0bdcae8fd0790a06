import { readFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { EXIT } from '../../core/errors.ts';
import { PROJECT_ROOT } from '../../core/paths.ts';
import type { Availability, Connector, Tools } from '../../servers/define.ts';
import type { Registry } from '../../servers/registry.ts';
import { accountSource } from '../process/group.ts';
import { measuredUser } from '../process/user.ts';
import { examples } from './examples.ts';
import { formatTable, plural } from './table.ts';
import type { Terminal } from './terminal.ts';
import { apacheModulesOption, surveyWorld, type World, type WorldOptions } from './world.ts';

/** What CI does not expect to be there, each with its reason. */
const EXPECTED_ABSENCES = join(PROJECT_ROOT, 'test', 'expected-absences.json');

const absencesSchema = z.array(z.strictObject({ what: z.string(), reason: z.string(), remedy: z.string() }));

type Row = Availability & {
  readonly kind: string;
  readonly name: string;
  readonly isExpectedAbsent: boolean;
};

interface DoctorOptions extends WorldOptions {
  readonly json?: true;
  readonly strict?: true;
}

/** `lab doctor`: what this machine has, what it lacks, and what to do about it. */
export function addDoctor(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .summary('show what is there and what is missing')
    .description(
      'Looks at this machine: hosts, connectors, backends, adapters, apps, and how CPU can be accounted.',
    )
    .addOption(apacheModulesOption())
    .option('--json', 'print JSON')
    .option('--strict', 'exit with 3 when something is missing that is not an expected absence')
    .addHelpText('after', examples(['lab doctor', 'a table'], ['lab doctor --strict', 'for CI']))
    .action(async (options: DoctorOptions) => {
      const world = await surveyWorld(options);
      const rows = rowsOf(world);
      const machine = await machineOf(world.tools);
      const text = () => render(rows, machine, world.stacks.length, terminal);
      terminal.out.write(options.json === true ? `${JSON.stringify({ machine, rows }, null, 2)}\n` : text());
      const wrong = rows.filter((row) => row.available === row.isExpectedAbsent);
      if (options.strict === true && wrong.length > 0) {
        terminal.err.write(`not as expected: ${wrong.map((row) => `${row.kind} ${row.name}`).join(', ')}\n`);
        terminal.finish(EXIT.missing);
      }
    });
}

function rowsOf({ registry, tools }: World): Row[] {
  const absent = new Set(absencesSchema.parse(readJson(EXPECTED_ABSENCES)).map(({ what }) => what));
  // As exclusions are named (runner/plan/derive.ts).
  const kinds = [
    ['host', registry.hosts, (name: string) => `${name}-*`],
    ['connector', registry.connectors, (name: string) => `${name}/*`],
    ['backend', registry.backends, (name: string) => `*+${name}/*`],
    ['adapter', registry.adapters, (name: string) => `adapter ${name}`],
    ['app', registry.apps, (name: string) => `*/${name}`],
  ] as const;
  return kinds.flatMap(([kind, definitions, whatOf]) =>
    [...definitions].map(([name, definition]) => ({
      kind,
      name,
      isExpectedAbsent: absent.has(whatOf(name)),
      ...probeWithHost(definition, registry, tools),
    })),
  );
}

/** A connector is of no use without its host. */
function probeWithHost(
  definition: Pick<Connector, 'probe'> & { readonly host?: string },
  registry: Registry,
  tools: Tools,
): Availability {
  const host = definition.host === undefined ? undefined : registry.hosts.get(definition.host)?.probe(tools);
  return host?.available === false ? host : definition.probe(tools);
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

const ACCOUNTING = {
  cgroup2: 'cgroup v2: every process is seen',
  cgroup1: 'cgroup v1: every process is seen',
  proc: '/proc: children that a server reaps unseen are lost (as a user: systemd-run --user --scope -p Delegate=yes ./lab …)',
} as const;

async function machineOf(tools: Tools): Promise<Record<string, string>> {
  const { python } = tools;
  const user = measuredUser();
  return {
    node: `${process.version} (${tools.node})`,
    python:
      python === null
        ? 'none'
        : `${python.version} (${python.bin}${python.isLabVenv ? ', the lab’s own' : ''})`,
    processors: `${os.availableParallelism()} × ${os.cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${(os.totalmem() / 2 ** 30).toFixed(1)} GiB`,
    kernel: `${os.type()} ${os.release()}`,
    accounting: ACCOUNTING[await accountSource()],
    'measured user': user === null ? `${os.userInfo().username}, who started the lab` : user.name,
  };
}

function render(
  rows: readonly Row[],
  machine: Record<string, string>,
  stacks: number,
  terminal: Terminal,
): string {
  const { colours: c } = terminal.out;
  const mark = (row: Row) => {
    if (row.available) return c.green('yes');
    return row.isExpectedAbsent ? c.dim('expected absence') : c.yellow('missing');
  };
  const about = (row: Row) => (row.available ? (row.version ?? '') : `${row.reason}; ${row.remedy}`);
  const table = formatTable(rows.map((row) => [row.kind, row.name, mark(row), about(row)]));
  const missing = rows.filter((row) => !row.available && !row.isExpectedAbsent).length;
  const summary =
    missing === 0
      ? `everything is here: ${plural(stacks, 'stack')} can run`
      : `${plural(stacks, 'stack')} can run, ${plural(missing, 'thing')} missing; \`lab setup\` installs what Debian has`;
  return `${formatTable(Object.entries(machine))}\n\n${table}\n\n${summary}\n`;
}
