/**
 * What a run says, in sentences: which model suits, by what factor, how sure.
 * Written from the analysis alone. Where there is no number, or no certain difference, it says that instead.
 */
import { MODELS, type Model } from '../../core/words.ts';
import type { StackRecord } from '../schema/stack.ts';
import { certainty, digits, doubtsAboutCpu, listOf, spanOf, timesOf } from './answer-words.ts';
import type { Analysis, CellSummary, Comparison, Estimate, ForkOverhead } from './model.ts';

/** One answer: a sentence to be read first, and what backs it. `cells` are the ids it was written from. */
export interface Answer {
  readonly headline: string;
  readonly detail: string;
  readonly cells: readonly string[];
}

const KEPT_ALIVE: Record<Model, string> = {
  static: 'served as a file',
  cgi: 'started for each request',
  daemon: 'in a process beside the server',
  embedded: 'inside the server',
  pool: 'behind a proxy in a pool',
};

/** The answers of a run, the most general first. Never empty. */
export function answers(analysis: Analysis): readonly Answer[] {
  const look = lookup(analysis);
  const perApp = analysis.overheads.map((overhead) => answerFor(overhead, analysis, look));
  const found = [...overall(analysis, look), ...perApp, ...withoutNumbers(analysis)];
  if (found.length > 0) return found;
  return [
    {
      headline: 'This run has no measured cell yet.',
      detail:
        'An answer needs the same application under two deployments, each launched and loaded at least once.',
      cells: [],
    },
  ];
}

interface Lookup {
  readonly cell: (id: string) => CellSummary | null;
  readonly stack: (cellId: string) => StackRecord | null;
  /** `mod_proxy_fcgi → flup (FastCGI)`: what lies between server and application. */
  readonly way: (cellId: string) => string;
}

function lookup({ cells, stacks }: Analysis): Lookup {
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  const byName = new Map(stacks.map(({ stack }) => [stack.name, stack]));
  const stack = (id: string) => byName.get(byId.get(id)?.cell.stack ?? '') ?? null;
  return {
    cell: (id) => byId.get(id) ?? null,
    stack,
    way: (id) => {
      const record = stack(id);
      if (record === null) return id;
      const inner = record.pipeline.slice(1, -1);
      return inner.length === 0 ? record.connector : inner.join(' → ');
    },
  };
}

/** The range over all applications and servers, when there is more than one. */
function overall({ overheads }: Analysis, look: Lookup): readonly Answer[] {
  const best = overheads.flatMap((overhead) => {
    const first = overhead.resident[0];
    const ratio = first?.cpuRatio ?? null;
    return first === undefined || ratio === null ? [] : [{ overhead, first, ratio }];
  });
  if (best.length < 2) return [];
  const points = best.map(({ ratio }) => ratio.point);
  const range = `${digits(Math.min(...points))} to ${digits(Math.max(...points))} times`;
  const models = MODELS.map((model) => ({
    model,
    wins: best.filter(({ first }) => look.stack(first.cellId)?.model === model).length,
  })).filter(({ wins }) => wins > 0);
  const cheapest = models.map(
    ({ model, wins }) => `${KEPT_ALIVE[model]} (${model}) in ${wins} of ${best.length}`,
  );
  return [
    {
      headline: `A process for each request (CGI) costs ${range} the CPU of the same application kept alive.`,
      detail:
        `Over ${best.length} pairs of server and application, each against its cheapest kept-alive deployment. ` +
        `${intervalsOf(best.map(({ ratio }) => ratio))} The cheapest is ${listOf(cheapest)}.`,
      cells: best.flatMap(({ overhead, first }) => [overhead.cgiCell, first.cellId]),
    },
  ];
}

function intervalsOf(ratios: readonly Estimate[]): string {
  const known = ratios.filter(({ low }) => low !== null);
  if (known.length === 0) return 'No stack has the 3 launches that an interval needs.';
  const above = known.filter(({ low }) => low !== null && low > 1);
  return `${above.length} of ${known.length} intervals lie wholly above 1.`;
}

function answerFor(overhead: ForkOverhead, analysis: Analysis, look: Lookup): Answer {
  const cgi = look.cell(overhead.cgiCell);
  const record = look.stack(overhead.cgiCell);
  const app = record?.pipeline.at(-1) ?? overhead.app;
  const server = record?.pipeline[0] ?? overhead.host;
  const best = overhead.resident[0] ?? null;
  const used = [overhead.cgiCell, overhead.floorCell, overhead.filesCell, best?.cellId ?? null];
  const cells = used.filter((id) => id !== null);
  if (overhead.totalCpuUs === null || cgi === null) {
    return {
      headline: `Behind ${server}, what starting ${app} for each request costs has no valid number in this run.`,
      detail: sentence(cgi?.reason ?? 'it was not measured'),
      cells,
    };
  }
  // The cell's own figure: it is what the ratio is a ratio of, and what the first chart shows.
  const startedUs = cgi.metrics.cpuUsPerRequest?.point ?? overhead.totalCpuUs.point;
  const starting = `starting it for each request (${look.way(overhead.cgiCell)}) costs ${spanOf(startedUs)}`;
  if (best === null || best.cpuUs === null) {
    const reason =
      best === null
        ? 'No stack that keeps it alive was measured on this server'
        : reasonOf(best.cellId, look);
    return {
      headline: `Behind ${server}, ${app}: ${starting} of CPU.`,
      detail: `${sentence(reason)} ${partsOf(overhead)}`.trim(),
      cells,
    };
  }
  const details = [
    coresOf(best.cpuUs.point, startedUs),
    latencyOf(overhead, cgi),
    partsOf(overhead),
    nextOf(overhead, analysis, look),
    doubtsOf(cells, look),
  ];
  return {
    headline:
      `Behind ${server}, keeping ${app} alive (${look.way(best.cellId)}) costs ` +
      `${spanOf(best.cpuUs.point)} of CPU a request; ${starting}: ${factorOf(best.cpuRatio)}.`,
    detail: details.filter((text) => text !== '').join(' '),
    cells,
  };
}

type Resident = ForkOverhead['resident'][number];

function factorOf(ratio: Resident['cpuRatio']): string {
  if (ratio === null) return 'the two share no round, so there is no factor';
  if (ratio.low !== null && ratio.high !== null && ratio.low <= 1 && ratio.high >= 1) {
    return `no certain difference (factor ${certainty(ratio)})`;
  }
  return `${timesOf(ratio.point)} as much (${certainty(ratio)})`;
}

const coresOf = (aliveUs: number, startedUs: number): string =>
  `One core’s second answers ${digits(1e6 / aliveUs)} requests against ${digits(1e6 / startedUs)}.`;

function latencyOf({ resident }: ForkOverhead, cgi: CellSummary): string {
  const startedUs = cgi.metrics.meanUs;
  const latencyUs = resident[0]?.latencyUs ?? null;
  const ratio = resident[0]?.latencyRatio ?? null;
  if (startedUs === null || latencyUs === null || ratio === null) return '';
  return (
    `Mean latency at one connection: ${spanOf(startedUs.point)} against ${spanOf(latencyUs.point)}, ` +
    `${timesOf(ratio.point)} (${certainty(ratio)}).`
  );
}

/** Where the cost of the process comes from. */
function partsOf({ parts, totalCpuUs }: ForkOverhead): string {
  const known = parts.flatMap(({ name, cpuUs }) =>
    cpuUs === null ? [] : [`${spanOf(cpuUs.point)} is ${name}`],
  );
  if (totalCpuUs === null || known.length < parts.length) return '';
  return `Of CGI’s ${spanOf(totalCpuUs.point)}, ${listOf(known)}.`;
}

/** How the cheapest way of keeping it alive stands to the next. */
function nextOf({ resident }: ForkOverhead, { comparisons }: Analysis, look: Lookup): string {
  const [best, next] = resident;
  if (best === undefined || next === undefined || next.cpuUs === null) return '';
  const same = ({ metric, base, other }: Comparison) =>
    metric === 'cpuUsPerRequest' &&
    ((base === best.cellId && other === next.cellId) || (base === next.cellId && other === best.cellId));
  const comparison = comparisons.find(same);
  const name = look.way(next.cellId);
  if (comparison === undefined) return '';
  if (comparison.outcome === 'tie') return `${name} costs the same within 3 %.`;
  if (comparison.outcome === 'inconclusive') {
    return `Whether ${name} costs more is not certain (${certainty(comparison.ratio)}).`;
  }
  const { point, low, high, n } = comparison.ratio;
  const ratio =
    comparison.base === best.cellId
      ? comparison.ratio
      : { point: 1 / point, low: high === null ? null : 1 / high, high: low === null ? null : 1 / low, n };
  return `Next is ${name} with ${spanOf(next.cpuUs.point)}, ${timesOf(ratio.point)} that (${certainty(ratio)}).`;
}

function doubtsOf(cells: readonly string[], look: Lookup): string {
  const codes = cells.flatMap((id) => {
    const cell = look.cell(id);
    return cell === null ? [] : doubtsAboutCpu(cell);
  });
  return codes.length === 0 ? '' : `Marked as doubtful: ${listOf([...new Set(codes)].toSorted())}.`;
}

/** What could not be answered, so that its absence is not taken for a result. */
function withoutNumbers({ cells, overheads }: Analysis): readonly Answer[] {
  const silent = cells.filter(({ verdict }) => verdict === 'invalid' || verdict === 'missing');
  if (silent.length === 0 || (cells.length === silent.length && overheads.length === 0)) {
    return silent.length === 0 ? [] : [noneAtAll(silent)];
  }
  const invalid = silent.filter(({ verdict }) => verdict === 'invalid').length;
  return [
    {
      headline: `${silent.length} of ${cells.length} cells have no number: ${invalid} invalid, ${silent.length - invalid} not measured.`,
      detail: reasonsOf(silent),
      cells: silent.map(({ id }) => id),
    },
  ];
}

const noneAtAll = (silent: readonly CellSummary[]): Answer => ({
  headline: 'No cell of this run has a number.',
  detail: reasonsOf(silent),
  cells: silent.map(({ id }) => id),
});

const reasonsOf = (silent: readonly CellSummary[]): string =>
  silent.map(({ id, reason }) => `${id}: ${reason ?? 'no reason recorded'}`).join('; ');

const reasonOf = (cellId: string, look: Lookup): string =>
  `${look.way(cellId)} has no valid number: ${look.cell(cellId)?.reason ?? 'it was not measured'}`;

const sentence = (text: string): string => {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};
