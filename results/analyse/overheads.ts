/** What a process per request costs, and of which parts, against the same app kept alive. */
import type { Workload } from '../../scenarios/define.ts';
import type { StackRecord } from '../schema/stack.ts';
import { type CellData, roundValues } from './cells.ts';
import { estimateAsIs, pairedDifference, pairedRatio, type RoundValue } from './estimate.ts';
import type { CellMetric, Estimate, ForkOverhead, OverheadPart } from './model.ts';

/**
 * Parts are differences of *means*, per round: parts of a mean add up to the whole, parts of a median do not.
 * For the same reason the totals here are arithmetic means over launches, where a cell's own figure is the
 * geometric one; the two differ by less than the interval. Latency is the mean at one connection.
 */
const CPU: CellMetric = 'cpuUsPerRequest';
const LATENCY: CellMetric = 'meanUs';

/** Floors in the order of preference: the smaller the program, the purer the fork + exec + pipe. */
const FLOORS = ['floor-c', 'floor-sh'];

/** One entry per app with the full contract and CGI stack of it, under each workload `GET /hello` at one connection. */
export function forkOverheads(cells: readonly CellData[]): readonly ForkOverhead[] {
  const measured = cells.filter(
    ({ summary }) => summary.cell.label === null && isHelloAtOne(summary.workload),
  );
  return measured
    .filter(({ stack }) => stack.model === 'cgi' && stack.contract === 'full')
    .map((cgi) => {
      const peers = measured.filter((cell) => sameWorkload(cell, cgi) && cell.stack.host === cgi.stack.host);
      return overheadOf(cgi, floorFor(cgi, peers), filesFor(cgi, peers), residentOf(cgi, peers));
    });
}

export const isHelloAtOne = ({ request, load }: Workload): boolean =>
  request.method === 'GET' && request.path === '/hello' && load.model === 'closed' && load.connections === 1;

function overheadOf(
  cgi: CellData,
  floor: CellData | null,
  files: CellData | null,
  resident: readonly CellData[],
): ForkOverhead {
  const cpu = partsOf(CPU, cgi, floor, files);
  const latency = partsOf(LATENCY, cgi, floor, files);
  const name = (cell: CellData | null, missing: string) => cell?.summary.id ?? missing;
  const filesId = name(files, 'no static file measured on this host');
  const floorId = name(floor, 'no smallest program measured as CGI on this host');
  const part = (
    which: 'files' | 'fork' | 'start',
    title: OverheadPart['name'],
    from: string,
  ): OverheadPart => ({
    name: title,
    from,
    cpuUs: cpu[which],
    latencyUs: latency[which],
  });
  return {
    host: cgi.stack.host,
    app: cgi.stack.app,
    workload: cgi.summary.cell.workload,
    cgiCell: cgi.summary.id,
    floorCell: floor?.summary.id ?? null,
    filesCell: files?.summary.id ?? null,
    parts: [
      part('files', 'serving a file', filesId),
      part('fork', 'fork + exec + pipe', `${floorId} − ${filesId}`),
      part('start', 'starting interpreter and app', `${cgi.summary.id} − ${floorId}`),
    ],
    totalCpuUs: cpu.total,
    totalLatencyUs: latency.total,
    resident: resident
      .map((cell) => ({
        cellId: cell.summary.id,
        cpuUs: cell.summary.metrics[CPU],
        latencyUs: cell.summary.metrics[LATENCY],
        cpuRatio: pairedRatio(roundValues(cell, CPU), roundValues(cgi, CPU))?.ratio ?? null,
        latencyRatio: pairedRatio(roundValues(cell, LATENCY), roundValues(cgi, LATENCY))?.ratio ?? null,
      }))
      .toSorted((a, b) => (a.cpuUs?.point ?? Number.MAX_VALUE) - (b.cpuUs?.point ?? Number.MAX_VALUE)),
  };
}

interface Parts {
  readonly files: Estimate | null;
  readonly fork: Estimate | null;
  readonly start: Estimate | null;
  readonly total: Estimate | null;
}

/** All from the rounds that every measured part has, so that the parts add up to the total exactly. */
function partsOf(metric: CellMetric, cgi: CellData, floor: CellData | null, files: CellData | null): Parts {
  const series = [cgi, floor, files].map((cell) => (cell === null ? [] : roundValues(cell, metric)));
  const known = series.filter((values) => values.length > 0);
  const common = series.map((values) =>
    values.filter(({ round }) => known.every((other) => other.some((each) => each.round === round))),
  );
  const [whole = [], least = [], file = []] = common;
  return {
    files: meanOf(file),
    fork: pairedDifference(file, least),
    start: pairedDifference(least, whole),
    total: meanOf(whole),
  };
}

const meanOf = (values: readonly RoundValue[]): Estimate | null =>
  estimateAsIs(values.map(({ value }) => value));

const sameWorkload = (a: CellData, b: CellData): boolean =>
  a.summary.cell.workload === b.summary.cell.workload;

/** The smallest program, started by the very same chain. */
function floorFor(cgi: CellData, peers: readonly CellData[]): CellData | null {
  const chain = ({ connector, connectorVariant, backend, backendVariant }: StackRecord) =>
    JSON.stringify([connector, connectorVariant, backend, backendVariant]);
  const floors = peers.filter(
    ({ stack, launches }) =>
      stack.contract === 'hello' &&
      stack.model === 'cgi' &&
      launches.length > 0 &&
      chain(stack) === chain(cgi.stack),
  );
  const preferred = FLOORS.flatMap((app) => floors.find(({ stack }) => stack.app === app) ?? []);
  return preferred[0] ?? floors[0] ?? null;
}

/** Files on the same host, of the same variant where there is one. */
function filesFor(cgi: CellData, peers: readonly CellData[]): CellData | null {
  const files = peers.filter(({ stack, launches }) => stack.model === 'static' && launches.length > 0);
  const same = files.find(({ stack }) => stack.connectorVariant === cgi.stack.connectorVariant);
  return same ?? files[0] ?? null;
}

const residentOf = (cgi: CellData, peers: readonly CellData[]): readonly CellData[] =>
  peers.filter(
    ({ stack }) => stack.app === cgi.stack.app && ['daemon', 'embedded', 'pool'].includes(stack.model),
  );
