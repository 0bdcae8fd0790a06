import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT, LabError, messageOf } from '../../core/errors.ts';
import { compilePattern } from '../../core/stack-name.ts';
import type { SeenBehaviour } from '../../results/schema/behaviour.ts';
import type { Check } from '../../results/schema/records.ts';
import { checkPattern } from '../../scenarios/catalogue.ts';
import { capacitySchema } from '../../scenarios/define.ts';
import type { MeasuredUser } from '../../servers/define.ts';
import { type Answered, factsOf } from '../behaviour/answer-facts.ts';
import { compareStacks } from '../behaviour/compare-stacks.ts';
import { probeStack } from '../behaviour/probe-stack.ts';
import { inherentlyUnequal } from '../fairness/inherent.ts';
import { launchStack } from '../launch/launch.ts';
import { measuredUser } from '../process/user.ts';
import { recordGolden, referenceOf } from '../reference.ts';
import type { Stack } from '../stack.ts';
import type { Golden } from '../verify/own/golden.ts';
import { verifyStack } from '../verify/verify.ts';
import { namedPattern } from './adopted-app.ts';
import { parseCount } from './arguments.ts';
import { LIMITS } from './defaults.ts';
import { examples } from './examples.ts';
import { renderDifferences, renderMatrix, wordsText } from './matrix.ts';
import { noticeRoot } from './notice-root.ts';
import { formatTable, plural } from './table.ts';
import { plainText, type Terminal } from './terminal.ts';
import { apacheModulesOption, appOption, surveyWorld, type World, type WorldOptions } from './world.ts';

interface VerifyOptions extends WorldOptions {
  readonly jobs: number;
  readonly json?: true;
  readonly matrix?: true;
  /** Words of the matrix are written here. */
  readonly out?: string;
}

interface Verified {
  readonly stack: string;
  readonly model: string;
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** Why it could not be verified at all; null when it was. */
  readonly error: string | null;
}

/** What `--matrix` adds. */
interface Matrix {
  readonly unequal: readonly string[];
  readonly behaviour: readonly SeenBehaviour[];
  readonly answers: readonly Answered[];
}

interface Looked extends Verified {
  readonly stackOf: Stack;
  /** null: not asked for, or it could not be launched. */
  readonly matrix: Matrix | null;
}

/** `lab verify PATTERN`: proves the bytes and the model of stacks. Nothing is timed. */
export function addVerify(program: Command, terminal: Terminal): void {
  program
    .command('verify')
    .summary('prove that stacks are identical and of their model')
    .description(
      'Launches each stack, compares every answer of the contract, and proves the model by its processes.',
    )
    .argument('<pattern>', '"all", a name, a glob, model:…, host:…, app:… (see `lab list stacks`)')
    .addOption(appOption())
    .addOption(apacheModulesOption())
    .option('-j, --jobs <n>', 'stacks at once', parseCount(1, 64), os.availableParallelism())
    .option('--matrix', 'also look at how stacks behave, and compare answers across them')
    .option('--out <file>', 'with --matrix: write its words to a file')
    .option('--json', 'print every check as JSON')
    .addHelpText(
      'after',
      examples(
        ['lab verify all', 'every stack'],
        ["lab verify 'model:cgi&host:apache'", 'some'],
        ['lab verify gateway-cgi/node-bare', 'one'],
        ['lab verify host:gateway --matrix', 'how they behave: HEAD, uploads, streams, a killed worker …'],
        ['lab verify app:adopted --app labapp.yaml', 'your own application'],
      ),
    )
    .action((pattern: string, options: VerifyOptions) => verify(pattern, options, terminal));
}

async function verify(pattern: string, options: VerifyOptions, terminal: Terminal): Promise<void> {
  const { out, err, signal } = terminal;
  if (options.out !== undefined && options.matrix !== true) {
    throw new LabError('E_USAGE', '--out writes the words of the matrix, which was not asked for', {
      hint: 'Add --matrix.',
    });
  }
  const world = await surveyWorld(options);
  const stacks = selectStacks(namedPattern(pattern, world.adopted), world);
  const user = measuredUser();
  noticeRoot(terminal, user);
  err.write(`${plural(stacks.length, 'stack')}, ${options.jobs} at once\n`);
  const own = await recordOwn(stacks, world, user, terminal);
  const results: Looked[] = [];
  const queue = stacks.values();
  const work = async () => {
    for (const stack of queue) {
      signal.throwIfAborted();
      const result = await verifyOne(stack, world, user, own, options.matrix === true, signal);
      results.push(result);
      err.write(
        `${String(results.length).padStart(4)}/${stacks.length}  ${result.ok ? 'ok' : 'FAILED'}  ${result.stack}\n`,
      );
    }
  };
  const outcomes = await Promise.allSettled(
    Array.from({ length: Math.min(options.jobs, stacks.length) }, work),
  );
  const broken = outcomes.find((outcome) => outcome.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
  results.sort((a, b) => (a.stack < b.stack ? -1 : 1));
  if (results.some((result) => !result.ok)) terminal.finish(EXIT.failed);
  if (options.matrix === true) return await tellMatrix(results, options, terminal);
  const shown = results.map(withoutMatrix);
  out.write(options.json === true ? `${JSON.stringify(shown, null, 2)}\n` : render(results, terminal));
}

const withoutMatrix = ({ stack, model, ok, checks, error }: Verified): Verified => ({
  stack,
  model,
  ok,
  checks,
  error,
});

/** Prints the matrix and what differs across stacks; a difference without a known reason is a failure. */
async function tellMatrix(
  results: readonly Looked[],
  options: VerifyOptions,
  terminal: Terminal,
): Promise<void> {
  const looked = results.flatMap(({ stackOf: { record }, matrix }) =>
    matrix === null ? [] : [{ stack: record.name, record, ...matrix }],
  );
  const differences = compareStacks(looked);
  if (differences.length > 0) terminal.finish(EXIT.failed);
  if (options.out !== undefined) {
    await writeFile(resolve(terminal.cwd, options.out), wordsText(looked));
  }
  if (options.json === true) {
    const stacks = results.map(({ matrix, ...result }) => ({
      ...withoutMatrix(result),
      unequal: matrix?.unequal ?? [],
      behaviour: matrix?.behaviour ?? null,
    }));
    terminal.out.write(`${JSON.stringify({ stacks, differences }, null, 2)}\n`);
    return;
  }
  const failures = results.filter((result) => !result.ok).map(describeFailure);
  const verified = `${plural(results.length, 'stack')}: ${failures.length === 0 ? 'all identical and of their model' : `${failures.length} failed`}`;
  const parts = [
    renderMatrix(looked, terminal),
    ...failures,
    verified,
    renderDifferences(differences, terminal),
  ];
  terminal.out.write(`${parts.join('\n\n')}\n`);
}

/** @throws LabError E_UNKNOWN_STACK for a slip, E_NO_STACKS when what it names cannot run here */
function selectStacks(pattern: string, { stacks, exclusions, catalogue }: World): readonly Stack[] {
  const slip = checkPattern(pattern, catalogue);
  if (slip !== null) {
    throw new LabError('E_UNKNOWN_STACK', slip, { hint: '`lab list stacks` shows what patterns can match.' });
  }
  const matches = compilePattern(pattern);
  const selected = stacks.filter(({ record }) => matches(record));
  if (selected.length > 0) return selected;
  const reasons = exclusions
    .filter(({ remedy }) => remedy !== null)
    .map(({ what, reason }) => [what, reason]);
  throw new LabError('E_NO_STACKS', `"${pattern}" selects no stack that can run here`, {
    facts: Object.fromEntries(reasons),
    hint: '`lab list stacks` shows what can; `lab setup` installs the real servers.',
  });
}

/** The right answers of an application of the user's own, where one takes part. */
async function recordOwn(
  stacks: readonly Stack[],
  world: World,
  user: MeasuredUser | null,
  { err, signal }: Terminal,
): Promise<ReadonlyMap<string, Golden>> {
  const goldens = new Map<string, Golden>();
  const { adopted, tools } = world;
  if (adopted === null || !stacks.some(({ record }) => record.app === adopted.name)) return goldens;
  const stack = referenceOf(adopted.name, adopted.app, world.stacks);
  err.write(`recording the right answers of ${adopted.name} from ${stack.record.name}\n`);
  const capacity = capacitySchema.parse({});
  goldens.set(
    adopted.name,
    await recordGolden({ app: adopted.name, stack, tools, capacity, limits: LIMITS, user, signal }),
  );
  return goldens;
}

async function verifyOne(
  stack: Stack,
  world: World,
  user: MeasuredUser | null,
  goldens: ReadonlyMap<string, Golden>,
  withMatrix: boolean,
  signal: AbortSignal,
): Promise<Looked> {
  const { record } = stack;
  const about = { stack: record.name, model: record.model, stackOf: stack };
  const answers: Answered[] = [];
  const capacity = capacitySchema.parse({});
  try {
    await using launched = await launchStack({
      stack,
      tools: world.tools,
      capacity,
      limits: LIMITS,
      user,
      signal,
    });
    const { endpoint, groups, site } = launched;
    const golden = goldens.get(stack.record.app);
    const found = await verifyStack({
      stack,
      endpoint,
      groups,
      extent: 'full',
      capacity,
      signal,
      onAnswer: (route, reply) => withMatrix && answers.push({ route, facts: factsOf(reply) }),
      ...(golden === undefined
        ? {}
        : { own: { golden, masks: stack.app.adopted?.masks ?? [], siteDir: site.dir } }),
    });
    const behaviour = withMatrix
      ? await probeStack({ record, endpoint, groups, capacity, extent: 'full', signal })
      : null;
    const unequal = [...launched.unequal, ...inherentlyUnequal(record, capacity)];
    const matrix = behaviour === null ? null : { unequal, behaviour, answers };
    return { ...about, ok: found.ok, checks: found.checks, error: null, matrix };
  } catch (thrown) {
    signal.throwIfAborted();
    return { ...about, ok: false, checks: [], error: explain(thrown), matrix: null };
  }
}

function explain(thrown: unknown): string {
  if (!(thrown instanceof LabError)) return messageOf(thrown);
  const facts = Object.entries(thrown.facts).map(([name, value]) => `${name}: ${value}`);
  return [thrown.message, ...facts].join('\n');
}

function render(results: readonly Verified[], terminal: Terminal): string {
  const { colours: c } = terminal.out;
  const rows = results.map((result) => {
    const contract = result.checks.filter((check) => check.comparison !== 'model');
    const good = contract.filter((check) => check.ok).length;
    const proved = proofOf(result);
    const contractCell = `${good}/${contract.length}`;
    return [result.stack, result.model, contractCell, result.ok ? c.green('ok') : c.red('FAILED'), proved];
  });
  const failures = results.filter((result) => !result.ok).map(describeFailure);
  const failed = failures.length === 0 ? 'all identical and of their model' : `${failures.length} failed`;
  const table = formatTable([['stack', 'model', 'contract', '', 'proof of the model'], ...rows]);
  return `${[table, ...failures, `${plural(results.length, 'stack')}: ${failed}`].join('\n\n')}\n`;
}

/** The evidence for the model, on one line: the first failed check, else what was seen. */
function proofOf({ checks }: Verified): string {
  const proofs = checks.filter((check) => check.comparison === 'model');
  const told =
    proofs.find((check) => !check.ok) ?? proofs.find((check) => check.detail !== null) ?? proofs[0];
  if (told === undefined) return 'not reached';
  return plainText(told.detail ?? 'proved').split('\n')[0] ?? '';
}

function describeFailure({ stack, checks, error }: Verified): string {
  const lines = checks
    .filter((check) => !check.ok)
    .map((check) => `  ${check.check}: ${plainText(check.detail ?? 'differs').replaceAll('\n', '\n    ')}`);
  if (error !== null) lines.push(`  ${plainText(error).replaceAll('\n', '\n  ')}`);
  return [stack, ...lines].join('\n');
}
