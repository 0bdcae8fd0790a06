import { randomInt } from 'node:crypto';
import os from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT, LabError } from '../../core/errors.ts';
import { compilePattern } from '../../core/stack-name.ts';
import { analyse } from '../../results/analyse/analyse.ts';
import type { Analysis } from '../../results/analyse/model.ts';
import type { Finding } from '../../results/schema/finding.ts';
import { finding } from '../../results/schema/findings.ts';
import type { Plan } from '../../results/schema/records.ts';
import { readRun } from '../../results/store/read.ts';
import { checkPattern } from '../../scenarios/catalogue.ts';
import { loadScenarios, type NamedScenario } from '../../scenarios/load.ts';
import { checkPlan } from '../fairness/check-plan.ts';
import { defaultSiteRoot } from '../launch/place.ts';
import { makeManifest } from '../manifest.ts';
import { type RunResult, runLab } from '../pipeline.ts';
import { makePlan } from '../plan/make-plan.ts';
import { accountSource } from '../process/group.ts';
import { recoverStale } from '../process/stale.ts';
import { measuredUser } from '../process/user.ts';
import { withAdoptedApp } from './adopted-app.ts';
import { tableOf } from './analyse.ts';
import { MAX_SEED, parseCount, parseSpan } from './arguments.ts';
import { ALL_BUDGET_MS, GATEWAY_BUDGET_MS, LIMITS } from './defaults.ts';
import { describePlan } from './describe-plan.ts';
import { examples } from './examples.ts';
import { takeLock } from './lock.ts';
import { noticeRoot } from './notice-root.ts';
import { RUNS_DIR } from './places.ts';
import { makeProgress } from './progress.ts';
import { relevantExclusions } from './relevant-exclusions.ts';
import { reportPath, writeReport } from './report.ts';
import { interruptionCode } from './signals.ts';
import { plural } from './table.ts';
import type { Terminal } from './terminal.ts';
import { apacheModulesOption, appOption, surveyWorld, type World, type WorldOptions } from './world.ts';

interface RunOptions extends WorldOptions {
  readonly budget?: number;
  readonly only?: string;
  readonly rounds?: number;
  readonly seed?: number;
  readonly out?: string;
  readonly json?: true;
  readonly dryRun?: true;
}

/** `lab run SCENARIO…`: measure, and write a report. */
export function addRun(program: Command, terminal: Terminal): void {
  program
    .command('run')
    .summary('measure scenarios and write a report')
    .description(
      'Launches the stacks that the scenarios ask for, proves them identical, loads and accounts them, and writes a report.\n' +
        '"all" means every scenario that says so; without --budget it plans 20 minutes, or under 5 where only the gateway is there.',
    )
    .argument('<scenario...>', 'names of scenarios (see `lab list`), paths of files, or "all"')
    .option('--budget <time>', 'time to plan for, such as 8m', parseSpan)
    .option('--only <pattern>', 'take only stacks that match; see `lab list stacks`')
    .option('--rounds <n>', 'launches of each stack, instead of what the scenarios say', parseCount(1, 100))
    .option('--seed <n>', 'the seed that decides every order (default: a new one)', parseCount(0, MAX_SEED))
    .option('--out <dir>', 'folder that holds runs (default: results/runs)')
    .addOption(appOption())
    .addOption(apacheModulesOption())
    .option('--dry-run', 'print the plan and stop')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples(
        ['lab run all', 'the main question, with whatever is installed'],
        ['lab run models --budget 8m', 'the headline comparison, in 8 minutes'],
        ['lab run quick', 'a first look, half a minute'],
        ["lab run models --only 'host:apache'", 'some of its stacks'],
        ['lab run ./mine.yaml', 'your own question'],
        ['lab run adopt --app labapp.yaml', 'your own application in every deployment'],
      ),
    )
    .action((asked: readonly string[], options: RunOptions) => run(asked, options, terminal));
}

async function run(asked: readonly string[], options: RunOptions, terminal: Terminal): Promise<void> {
  const { out, err, signal } = terminal;
  const startedAt = new Date();
  const world = await surveyWorld(options);
  const { catalogue } = world;
  const loaded = await loadScenarios(asked, { cwd: terminal.cwd, catalogue });
  const scenarios = loaded.map((each) => withAdoptedApp(each, world.adopted));
  checkOnly(options.only, world);
  const plan = planRun(asked, scenarios, options, world);
  const unequal = checkPlan(plan, LIMITS);
  if (options.dryRun === true) {
    out.write(options.json === true ? `${JSON.stringify(plan, null, 2)}\n` : describePlan(plan, out.colours));
    return;
  }
  err.write(describePlan(plan, err.colours));
  for (const { evidence } of unequal) err.write(`  ${err.colours.yellow('not equal:')} ${evidence}\n`);
  const user = measuredUser();
  noticeRoot(terminal, user);

  const isShared = terminal.env.LAB_SHARED === '1';
  using _lock = isShared ? { [Symbol.dispose]: () => {} } : takeLock();
  const recovered = await recoverStale([defaultSiteRoot(user)]);
  if (recovered.processes + recovered.folders > 0) {
    err.write(
      `recovered a stale run: ${recovered.processes} processes ended, ${plural(recovered.folders, 'folder')} removed\n`,
    );
  }
  const names = new Set(plan.stacks.map((record) => record.name));
  const stacks = world.stacks.filter(({ record }) => names.has(record.name));
  const manifest = await makeManifest({
    title: scenarios.map(({ name }) => name).join(' '),
    command: ['lab', ...terminal.argv],
    startedAt,
    stacks,
    tools: world.tools,
    user,
    accounting: await accountSource(),
    findings: [...sharedFinding(isShared), ...unequal],
  });
  const progress = makeProgress(err);
  const result = await runLab({
    plan,
    stacks,
    references: world.stacks,
    manifest,
    tools: world.tools,
    user,
    limits: LIMITS,
    cores: os.availableParallelism(),
    out: options.out === undefined ? RUNS_DIR : resolve(terminal.cwd, options.out),
    signal,
    onProgress: progress.report,
  });
  progress.clear();
  const analysis = analyse(await readRun(result.dir));
  const report = reportPath(result.dir);
  await writeReport(analysis, report);
  tell(result, analysis, report, options, terminal);
}

/** A pattern that can match nothing is a slip, not an empty selection. */
function checkOnly(only: string | undefined, { catalogue }: World): void {
  const problem = only === undefined ? null : checkPattern(only, catalogue);
  if (problem === null) return;
  throw new LabError('E_USAGE', `--only: ${problem}`, {
    hint: '`lab list stacks` shows what patterns can match.',
  });
}

function planRun(
  asked: readonly string[],
  scenarios: readonly NamedScenario[],
  options: RunOptions,
  world: World,
): Plan {
  const admits = compilePattern(options.only ?? 'all');
  const isRealThere = world.stacks.some(({ record }) => record.host !== 'gateway' && admits(record));
  const allBudget = isRealThere ? ALL_BUDGET_MS : GATEWAY_BUDGET_MS;
  const isOpenEnded = asked.includes('all') && options.rounds === undefined;
  return makePlan({
    scenarios,
    stacks: world.stacks.map(({ record }) => record),
    exclusions: relevantExclusions(world.exclusions, scenarios, world.catalogue),
    seed: options.seed ?? randomInt(MAX_SEED + 1),
    budgetMs: options.budget ?? (isOpenEnded ? allBudget : null),
    rounds: options.rounds ?? null,
    only: options.only ?? null,
  });
}

const sharedFinding = (isShared: boolean): Finding[] =>
  isShared ? [finding('shared-machine', 'LAB_SHARED=1: other runs were allowed on this machine')] : [];

/** Prints what came of it, and decides the exit code. */
function tell(
  result: RunResult,
  analysis: Analysis,
  report: string,
  options: RunOptions,
  terminal: Terminal,
): void {
  const { out, err, signal } = terminal;
  const failed = analysis.stacks.filter((stack) => stack.failure !== null);
  const invalid = analysis.cells.filter((cell) => cell.verdict === 'invalid');
  if (options.json === true) {
    const cells = analysis.cells.map(({ id, verdict, reason }) => ({ id, verdict, reason }));
    const { dir, state, reason } = result;
    out.write(`${JSON.stringify({ run: dir, report, state, reason, cells }, null, 2)}\n`);
  } else {
    out.write(`${tableOf(analysis)}\n\n`);
    if (result.state !== 'complete')
      err.write(`the run is ${result.state}: ${result.reason ?? 'see the report'}\n`);
    out.write(`report: ${report}\n`);
  }
  if (failed.length > 0 || invalid.length > 0) {
    const names = [
      ...new Set([...failed.map(({ stack }) => stack.name), ...invalid.map(({ cell }) => cell.stack)]),
    ];
    err.write(`${err.colours.red('failed or invalid:')} ${names.join(', ')}\n`);
  }
  const isBad = failed.length > 0 || invalid.length > 0 || result.state === 'failed';
  terminal.finish(interruptionCode(signal) ?? (isBad ? EXIT.failed : EXIT.ok));
}
