/** The cost of a process per request: in words, as bars, as tables, beside bare programs. */
import type { Estimate, ForkOverhead } from '../../../results/analyse/model.ts';
import { formatPercent, formatQuantity } from '../../quantity.ts';
import { deploymentWords } from '../../wording.ts';
import { figure } from '../figures.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { fold } from '../table.ts';
import type { View } from '../view.ts';
import { baselineTable } from './baselines.ts';
import { overheadCharts } from './overhead-chart.ts';
import { overheadsByApp, overheadTitle, stackOfCell } from './overhead-parts.ts';
import { overheadTable } from './overhead-table.ts';

export function forkOverheadSection(view: View): Html {
  const { overheads } = view.analysis;
  const baselines = baselineTable(view);
  if (overheads.length === 0 && baselines === NOTHING) return NOTHING;
  return html`<section id="process-per-request">
<h2>The cost of a process per request</h2>
<p>Under CGI each request starts a process. What that costs is taken apart by three stacks on the same server, measured
in the same rounds: <b>serving a file</b> (the server alone), a <b>smallest program</b> run as CGI (what it adds is
fork + exec + pipe), and the <b>application</b> run as CGI (what it adds is starting its interpreter, importing and setting
up the application, handling one request, and ending). Kept alive, the same application pays only for the handling.</p>
${takenApart(view)}
<p class="muted">Parts are differences of two measured means, round by round, so they carry the noise of both: a negative
part is shown as it came out. Only <i>fork + exec + pipe</i> is what operating systems call fork; the larger part is usually
the interpreter and its imports. CPU counts also what happens after the answer (exit, reaping); latency does not.</p>
${baselines}
</section>
`;
}

/** More apps than this are unfolded one at a time. */
const APPS_AT_ONCE = 2;

function takenApart(view: View): Html {
  const apps = [...overheadsByApp(view)];
  const charts = (of: typeof apps) =>
    html`${of.map(([title, overheads]) => overheadCharts(view, title, overheads))}`;
  const tables = (overheads: readonly ForkOverhead[]) =>
    html`${overheadTable(view, overheads, 'cpu')}${overheadTable(view, overheads, 'latency')}`;
  const words = (overheads: readonly ForkOverhead[]) =>
    html`${overheads.map((overhead) => inWords(view, overhead))}`;
  if (apps.length <= APPS_AT_ONCE) {
    const { overheads } = view.analysis;
    return html`${words(overheads)}${charts(apps)}${tables(overheads)}`;
  }
  return html`${apps.map(([title, overheads], index) =>
    fold(title, html`${words(overheads)}${charts([[title, overheads]])}${tables(overheads)}`, index === 0),
  )}`;
}

/** One paragraph for one app on one host: how much, of what, and against what. */
function inWords(view: View, overhead: ForkOverhead): Html {
  const total = overhead.totalCpuUs;
  if (total === null) return NOTHING;
  const parts = overhead.parts.flatMap(({ name, cpuUs }) =>
    cpuUs === null
      ? []
      : [`${name} ${formatQuantity('duration', cpuUs.point)} (${formatPercent(cpuUs.point / total.point)})`],
  );
  const sum = parts.length === 0 ? '' : `: ${parts.join(' + ')}`;
  return html`<p class="in-words"><b>${overheadTitle(view, overhead)}</b>: ${figure(total, 'duration')} of processor time per CGI request${sum}.${keptAlive(view, overhead)}</p>
`;
}

function keptAlive(view: View, overhead: ForkOverhead): Html {
  const best = overhead.resident.find(({ cpuUs, cpuRatio }) => cpuUs !== null && cpuRatio !== null);
  const stack = best === undefined ? null : stackOfCell(view, best.cellId);
  if (best === undefined || best.cpuUs === null || best.cpuRatio === null || stack === null) return NOTHING;
  return html` Kept alive (${deploymentWords(stack)}) the same app takes ${figure(best.cpuUs, 'duration')}: CGI costs <b>${ratioWords(best.cpuRatio)}</b> as much.`;
}

/** `350× (95 % interval 330× to 371×, n = 5)` */
function ratioWords(ratio: Estimate): string {
  const of = (value: number) => formatQuantity('ratio', value);
  const spread =
    ratio.low === null || ratio.high === null
      ? 'no interval'
      : `95 % interval ${of(ratio.low)} to ${of(ratio.high)}`;
  return `${of(ratio.point)} (${spread}, n = ${ratio.n})`;
}
