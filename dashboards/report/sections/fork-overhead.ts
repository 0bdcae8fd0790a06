/** The cost of a process per request: its parts, beside the same app kept alive. */
import type { Estimate, ForkOverhead, OverheadPart } from '../../../results/analyse/model.ts';
import { chartFigure, type StackBar } from '../../charts/chart-spec.ts';
import { MODEL_STYLES, PART_STYLES } from '../../charts/palette.ts';
import { formatPercent, formatQuantity } from '../../quantity.ts';
import { deploymentWords, workloadWords } from '../../wording.ts';
import { estimateCell, marks } from '../figures.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { modelTag, type RowGroup, table } from '../table.ts';
import { hasNumbers, marksOf, type View } from '../view.ts';
import { baselineTable } from './baselines.ts';

const PART_NAMES = ['serving a file', 'fork + exec + pipe', 'starting interpreter and app'] as const;

type Figure = 'cpu' | 'latency';

export function forkOverheadSection(view: View): Html {
  const { overheads } = view.analysis;
  const baselines = baselineTable(view);
  if (overheads.length === 0 && baselines === NOTHING) return NOTHING;
  return html`<section id="process-per-request">
<h2>The cost of a process per request</h2>
<p>Under CGI each request starts a process. What that costs is taken apart by three stacks on the same server, measured
in the same rounds: <b>serving a file</b> (the server alone), a <b>smallest program</b> run as CGI (what it adds is fork + exec +
pipe), and the <b>application</b> run as CGI (what it adds is starting its interpreter, importing and setting up the
application, handling one request, and ending). Kept alive, the same application pays only for the handling.</p>
${overheads.map((overhead) => inWords(view, overhead))}
${[...byApp(overheads)].map(([app, group]) => charts(view, app, group))}
${overheadTable(view, 'cpu')}
${overheadTable(view, 'latency')}
<p class="muted">Parts are differences of two measured figures, launch by launch, so they carry the noise of both: a
negative part is shown as it came out. Only <i>fork + exec + pipe</i> is what operating systems call fork; the larger
part is usually the interpreter and its imports. CPU counts also what happens after the answer (exit, reaping);
latency does not.</p>
${baselines}
</section>
`;
}

function byApp(overheads: readonly ForkOverhead[]): ReadonlyMap<string, readonly ForkOverhead[]> {
  const groups = new Map<string, ForkOverhead[]>();
  for (const overhead of overheads) {
    const key = `${overhead.app}, ${overhead.workload}`;
    groups.set(key, [...(groups.get(key) ?? []), overhead]);
  }
  return groups;
}

/** One paragraph for one app on one host: how much, of what, and against what. */
function inWords(view: View, overhead: ForkOverhead): Html {
  const total = overhead.totalCpuUs;
  const cgi = view.cellById.get(overhead.cgiCell);
  if (total === null || cgi === undefined || !hasNumbers(cgi)) return NOTHING;
  const parts = overhead.parts.flatMap((part) =>
    part.cpuUs === null
      ? []
      : [
          `${part.name} ${formatQuantity('duration', part.cpuUs.point)} (${formatPercent(part.cpuUs.point / total.point)})`,
        ],
  );
  const best = overhead.resident.find((resident) => resident.cpuUs !== null && resident.cpuRatio !== null);
  const bestStack = best === undefined ? undefined : stackOfCell(view, best.cellId);
  const kept =
    best?.cpuUs == null || best.cpuRatio === null || bestStack === undefined
      ? NOTHING
      : html` Kept alive (${deploymentWords(bestStack)}) the same app takes <b>${formatQuantity('duration', best.cpuUs.point)}</b>: CGI costs <b>${ratioWords(best.cpuRatio)}</b> as much.`;
  return html`<p class="finding-words"><b>${overhead.app} on ${overhead.host}</b>: ${formatQuantity('duration', total.point)} of processor time per CGI request${parts.length === 0 ? '' : ': '}${parts.join(' + ')}.${kept}</p>
`;
}

/** `350× [330× – 371×]`, with n where there is no interval. */
function ratioWords(ratio: Estimate): string {
  const of = (value: number) => formatQuantity('ratio', value);
  return ratio.low === null || ratio.high === null
    ? `${of(ratio.point)} (n = ${ratio.n}, no interval)`
    : `${of(ratio.point)} (95 % interval ${of(ratio.low)} to ${of(ratio.high)}, n = ${ratio.n})`;
}

function charts(view: View, title: string, overheads: readonly ForkOverhead[]): Html {
  return html`<div class="pair">${chart(view, title, overheads, 'cpu')}${chart(view, title, overheads, 'latency')}</div>
`;
}

function chart(view: View, title: string, overheads: readonly ForkOverhead[], figure: Figure): Html {
  const bars = overheads.flatMap((overhead) => barsOf(view, overhead, figure));
  if (bars.length === 0) return NOTHING;
  const axis = figure === 'cpu' ? 'CPU per request' : 'latency at one connection';
  return chartFigure(
    {
      kind: 'stack',
      axis,
      parts: PART_NAMES.map((name) => ({ label: name, colours: PART_STYLES[name] })),
      bars,
    },
    `${title}: ${axis} of CGI, taken apart, beside the same app kept alive. The tables below have the figures.`,
    104 + 34 * bars.length,
    `${title}: ${axis}. Whiskers: 95 % interval of the whole.`,
  );
}

function barsOf(view: View, overhead: ForkOverhead, figure: Figure): readonly StackBar[] {
  const total = figure === 'cpu' ? overhead.totalCpuUs : overhead.totalLatencyUs;
  const cgi = stackOfCell(view, overhead.cgiCell);
  if (total === null || cgi === undefined) return [];
  const parts = PART_NAMES.map((name) => partOf(overhead, name)).map((part) =>
    part === undefined ? null : ((figure === 'cpu' ? part.cpuUs : part.latencyUs)?.point ?? null),
  );
  const whole: StackBar = {
    label: deploymentWords(cgi),
    partsUs: parts.every((part) => part !== null) ? parts : null,
    colours: MODEL_STYLES.cgi,
    totalUs: total.point,
    lowUs: total.low,
    highUs: total.high,
    text: formatQuantity('duration', total.point),
  };
  const resident = overhead.resident.flatMap((entry): readonly StackBar[] => {
    const stack = stackOfCell(view, entry.cellId);
    const estimate = figure === 'cpu' ? entry.cpuUs : entry.latencyUs;
    const ratio = figure === 'cpu' ? entry.cpuRatio : entry.latencyRatio;
    if (estimate === null || stack === undefined) return [];
    return [
      {
        label: deploymentWords(stack),
        partsUs: null,
        colours: MODEL_STYLES[stack.model],
        totalUs: estimate.point,
        lowUs: estimate.low,
        highUs: estimate.high,
        text: `${formatQuantity('duration', estimate.point)}${ratio === null ? '' : ` (CGI: ${formatQuantity('ratio', ratio.point)})`}`,
      },
    ];
  });
  return [whole, ...resident];
}

function partOf(overhead: ForkOverhead, name: OverheadPart['name']): OverheadPart | undefined {
  return overhead.parts.find((part) => part.name === name);
}

function overheadTable(view: View, figure: Figure): Html {
  const words = figure === 'cpu' ? 'CPU per request' : 'Latency at one connection';
  return table({
    caption: `A process per request, taken apart: ${words}`,
    captionMore: html` <span class="muted">Kept alive: the whole figure, and how many times as much CGI takes (paired by round).</span>`,
    columns: ['Deployment', 'Model', ...PART_NAMES, 'Whole', 'CGI ÷ this'],
    numericFrom: 2,
    groups: view.analysis.overheads.map((overhead) => overheadRows(view, overhead, figure)),
  });
}

function overheadRows(view: View, overhead: ForkOverhead, figure: Figure): RowGroup {
  const cell = view.cellById.get(overhead.cgiCell);
  const pick = (of: { cpuUs: Estimate | null; latencyUs: Estimate | null }) =>
    figure === 'cpu' ? of.cpuUs : of.latencyUs;
  const total = figure === 'cpu' ? overhead.totalCpuUs : overhead.totalLatencyUs;
  const stack = stackOfCell(view, overhead.cgiCell);
  const part = (name: OverheadPart['name']) => {
    const found = partOf(overhead, name);
    return estimateCell(found === undefined ? null : pick(found), 'duration', {
      source: { cell: overhead.cgiCell, metric: `overhead:${figure}:${name}` },
    });
  };
  const cgiRow = html`<tr><th scope="row">${stack === undefined ? overhead.cgiCell : deploymentWords(stack)}</th><td>${modelTag('cgi')}</td>${PART_NAMES.map(part)}${estimateCell(
    total,
    'duration',
    {
      source: { cell: overhead.cgiCell, metric: `overhead:${figure}:total` },
      after: markOf(view, overhead.cgiCell, figure),
    },
  )}<td></td></tr>
`;
  const resident = overhead.resident.map((entry) => {
    const alive = stackOfCell(view, entry.cellId);
    if (alive === undefined) return NOTHING;
    const ratio = figure === 'cpu' ? entry.cpuRatio : entry.latencyRatio;
    return html`<tr><th scope="row">${deploymentWords(alive)}</th><td>${modelTag(alive.model)}</td>${PART_NAMES.map(() => html`<td></td>`)}${estimateCell(
      pick(entry),
      'duration',
      {
        source: { cell: entry.cellId, metric: `overhead:${figure}:resident` },
        after: markOf(view, entry.cellId, figure),
      },
    )}${estimateCell(ratio, 'ratio', { source: { cell: entry.cellId, metric: `overhead:${figure}:ratio` } })}</tr>
`;
  });
  const where = cell === undefined ? overhead.workload : workloadWords(cell.workload);
  return { title: `${overhead.app} on ${overhead.host}: ${where}`, rows: [cgiRow, ...resident] };
}

function markOf(view: View, cellId: string, figure: Figure): Html {
  const cell = view.cellById.get(cellId);
  return cell === undefined
    ? NOTHING
    : marks(view, marksOf(cell, figure === 'cpu' ? 'cpuUsPerRequest' : 'p50Us'));
}

function stackOfCell(view: View, cellId: string) {
  const cell = view.cellById.get(cellId);
  return cell === undefined ? undefined : view.stackByName.get(cell.cell.stack)?.stack;
}
