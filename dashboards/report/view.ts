/** An analysis, indexed and ordered as the report shows it. No figure is computed here. */
import { MODELS, type Model } from '../../core/words.ts';
import type { Analysis, CellMetric, CellSummary, StackSummary } from '../../results/analyse/model.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import type { Scenario } from '../../scenarios/define.ts';
import { appWords, METRIC_WORDS } from '../wording.ts';

/** One scenario and the cells it asked for. */
export interface ScenarioView {
  readonly name: string;
  readonly scenario: Scenario;
  /** Fragment id in the page. */
  readonly anchor: string;
  readonly workloads: readonly WorkloadView[];
}

/** One workload of a scenario, its cells grouped by app. */
export interface WorkloadView {
  readonly name: string;
  readonly workload: CellSummary['workload'];
  readonly groups: readonly AppGroup[];
}

/** Cells of one app (ratios are drawn only within one), or of all floors together. */
export interface AppGroup {
  readonly title: string;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly cell: CellSummary;
  readonly stack: StackRecord;
}

export interface View {
  readonly analysis: Analysis;
  readonly scenarios: readonly ScenarioView[];
  readonly stackByName: ReadonlyMap<string, StackSummary>;
  readonly cellById: ReadonlyMap<string, CellSummary>;
  /** Finding code → fragment id of its explanation. */
  readonly findingAnchors: ReadonlyMap<string, string>;
}

/** Floors and files show what a server or a process costs by itself. */
export const isFloor = (stack: StackRecord): boolean => stack.contract === 'hello';

export function makeView(analysis: Analysis): View {
  const stackByName = new Map(analysis.stacks.map((summary) => [summary.stack.name, summary]));
  const cellById = new Map(analysis.cells.map((cell) => [cell.id, cell]));
  const scenarios = analysis.plan.scenarios.map(({ name, scenario }, index) => ({
    name,
    scenario,
    anchor: `question-${index + 1}`,
    workloads: scenario.workloads
      .map((workload) => ({
        name: workload.name,
        workload,
        groups: groupByApp(rowsOf(analysis, stackByName, name, workload.name)),
      }))
      .filter((view) => view.groups.length > 0),
  }));
  return { analysis, scenarios, stackByName, cellById, findingAnchors: anchorsOf(analysis) };
}

function rowsOf(
  analysis: Analysis,
  stacks: ReadonlyMap<string, StackSummary>,
  scenario: string,
  workload: string,
): readonly Row[] {
  return analysis.cells.flatMap((cell) => {
    const stack = stacks.get(cell.cell.stack)?.stack;
    const belongs =
      cell.scenarios.includes(scenario) && cell.cell.workload === workload && cell.cell.label === null;
    return belongs && stack !== undefined ? [{ cell, stack }] : [];
  });
}

/** Full apps in the order of the plan, then the floors; inside, cheapest first, unknown last. */
export function groupByApp(rows: readonly Row[]): readonly AppGroup[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const title = isFloor(row.stack) ? FLOORS : appWords(row.stack);
    const group = groups.get(title) ?? [];
    group.push(row);
    groups.set(title, group);
  }
  return [...groups]
    .sort(([a], [b]) => Number(a === FLOORS) - Number(b === FLOORS))
    .map(([title, group]) => ({ title, rows: [...group].sort(byCost) }));
}

export const FLOORS = 'Floors: a file, and the smallest program';

function byCost(a: Row, b: Row): number {
  const cost = (row: Row) => row.cell.metrics.cpuUsPerRequest?.point ?? Number.POSITIVE_INFINITY;
  const difference = cost(a) - cost(b);
  if (Number.isFinite(difference) && difference !== 0) return difference;
  if (cost(a) !== cost(b)) return cost(a) < cost(b) ? -1 : 1;
  return a.stack.name < b.stack.name ? -1 : 1;
}

function anchorsOf(analysis: Analysis): ReadonlyMap<string, string> {
  const codes = new Set([
    ...analysis.manifest.findings.map((finding) => finding.code),
    ...analysis.stacks.flatMap((stack) => stack.findings.map((tally) => tally.finding.code)),
    ...analysis.cells.flatMap((cell) => cell.findings.map((tally) => tally.finding.code)),
  ]);
  return new Map([...codes].sort().map((code, index) => [code, `finding-${index + 1}`]));
}

/** Whether a cell may show numbers at all. */
export const hasNumbers = (cell: CellSummary): boolean => cell.verdict === 'ok' || cell.verdict === 'suspect';

/** Codes of the suspect findings that speak of a metric of a cell: its marks. */
export function marksOf(cell: CellSummary, metric: CellMetric): readonly string[] {
  const figure = METRIC_WORDS[metric].figure;
  const speaking = cell.findings.filter(
    ({ finding }) =>
      finding.severity === 'suspect' && (finding.metrics.length === 0 || finding.metrics.includes(figure)),
  );
  return [...new Set(speaking.map(({ finding }) => finding.code))].sort();
}

/** Stacks grouped as cells are: by app, floors last; inside, in the order of models. */
export function groupStacks(
  stacks: readonly StackSummary[],
): readonly { readonly title: string; readonly stacks: readonly StackSummary[] }[] {
  const titleOf = ({ stack }: StackSummary) => (isFloor(stack) ? FLOORS : appWords(stack));
  const titles = [...new Set(stacks.map(titleOf))];
  return titles
    .sort((a, b) => Number(a === FLOORS) - Number(b === FLOORS))
    .map((title) => ({
      title,
      stacks: stacks
        .filter((summary) => titleOf(summary) === title)
        .sort((a, b) => MODELS.indexOf(a.stack.model) - MODELS.indexOf(b.stack.model)),
    }));
}

/** Stacks in the order of models, then of names: for catalogues. */
export function stacksByModel(
  analysis: Analysis,
): readonly (readonly [model: Model, stacks: readonly StackSummary[]])[] {
  return MODELS.map(
    (model) => [model, analysis.stacks.filter((summary) => summary.stack.model === model)] as const,
  ).filter(([, stacks]) => stacks.length > 0);
}
