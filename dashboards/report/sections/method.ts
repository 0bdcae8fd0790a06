/** How it was measured, written from the manifest and the plan; and what may not be concluded. */
import type { Manifest } from '../../../results/schema/records.ts';
import { formatInstant, formatNumber, formatQuantity, formatSpan, plural } from '../../quantity.ts';
import { ACCOUNTING_WORDS, workloadWords } from '../../wording.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { fold, oneGroup, table } from '../table.ts';
import type { View } from '../view.ts';

export function methodSection(view: View): Html {
  const { manifest, plan } = view.analysis;
  return html`<section id="method">
<h2>How it was measured</h2>
${facts(view)}
<ul>
<li><b>n is a number of launches</b>, never of requests: every stack was started afresh in each of ${plural(plan.rounds, 'round')},
in an order drawn at random from seed ${plan.seed}; stacks are compared within a round. Each launch gives one number for
each figure; shown is their mean (the geometric one, for figures that vary by a factor) with its 95 % t interval. Below
3 launches there is no interval.</li>
<li><b>A trial</b>: launch → verify the answers → warm up until every worker has served → for each workload: wait until the
stack is quiet, load it, let what was begun finish → verify again → stop. Workloads of a trial are in random order.</li>
<li><b>Load is closed</b>: c keep-alive connections, each sending its next request when its answer has come. The generator
runs in a process of its own on the same machine, so the stack and the generator share ${plural(manifest.machine.cores, 'core')}; throughput is of
both together. Throughput is all completions ÷ (first request → last answer).</li>
<li><b>Processor time</b> is counted by ${ACCOUNTING_WORDS[manifest.accounting]}. CPU per request is the stack's counter from
quiet before to quiet after ÷ completions. Work of the loopback network is charged to whoever sends.</li>
<li><b>Capacity</b> is the same for every stack: ${plural(plan.capacity.processes, 'process', 'processes')} × ${plural(plan.capacity.threads, 'thread')}, rendered for each server; what
could not be made equal is a finding. Servers ran as ${manifest.measuredUser === null ? "the lab's own user" : html`<code>${manifest.measuredUser}</code>`}, with generated
configurations and an environment built from empty.</li>
<li>Answers are checked under load: status and length always, content on a sample.</li>
</ul>
<h3>What may not be concluded</h3>
<ul>
<li>Absolute figures are of this machine and these versions. Ratios travel better, but are not laws either.</li>
<li>The application does next to nothing on purpose: what is measured is the way to it. The more an application computes per
request, the smaller the differences between models that keep it alive.</li>
<li>Ratios are drawn only between deployments of one application; two applications in two languages are not compared.</li>
<li>Latency under saturation is queueing; latency over a real network is not measured.</li>
<li>Isolation, restarts, deployment and security are not in any figure here, and often decide.</li>
</ul>
${workloadTable(view)}
${fold('Versions', versionTable(manifest))}
${fold('Every generated configuration', configs(view))}
</section>
`;
}

function facts(view: View): Html {
  const { manifest, plan, end, roundsDone } = view.analysis;
  const machine = manifest.machine;
  const rows: readonly (readonly [string, string])[] = [
    [
      'Run',
      `${manifest.id}, started ${formatInstant(manifest.startedAt)}${end === null ? '' : `, ended ${formatInstant(end.endedAt)} (${end.state})`}`,
    ],
    ['Command', manifest.command.join(' ')],
    [
      'Machine',
      `${machine.cpuModel}, ${plural(machine.cores, 'core')}, ${formatQuantity('bytes', machine.memoryBytes)}${machine.virtual === null ? '' : `, virtual (${machine.virtual})`}`,
    ],
    ['System', `${machine.os}, kernel ${machine.kernel}`],
    [
      'Lab',
      `${manifest.lab.version}${manifest.lab.commit === null ? '' : `, commit ${manifest.lab.commit}`}`,
    ],
    [
      'Plan',
      `${plural(plan.stacks.length, 'stack')}, ${plural(plan.workloads.length, 'workload')}, ${plural(plan.rounds, 'round')} (${roundsDone} done), ${formatNumber(plan.trials.length)} launches, seed ${plan.seed}${plan.budgetMs === null ? '' : `, budget ${formatSpan(plan.budgetMs)}`}`,
    ],
  ];
  return html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}

function workloadTable(view: View): Html {
  return table({
    caption: 'Workloads',
    columns: ['Name', 'Request and load', 'Window', 'At most'],
    groups: oneGroup(
      view.analysis.plan.workloads.map(
        (
          workload,
        ) => html`<tr><th scope="row">${workload.name}</th><td>${workloadWords(workload)}</td><td>${formatSpan(workload.windowMs)}, then drained</td><td>${workload.maxRequests === null ? 'no limit' : plural(workload.maxRequests, 'request')}</td></tr>
`,
      ),
    ),
  });
}

function versionTable(manifest: Manifest): Html {
  const entries = Object.entries(manifest.versions).sort(([a], [b]) => (a < b ? -1 : 1));
  return table({
    caption: 'Versions of everything the stacks use',
    columns: ['Program or package', 'Version'],
    groups: oneGroup(
      entries.map(([name, version]) => html`<tr><th scope="row">${name}</th><td>${version}</td></tr>\n`),
    ),
  });
}

function configs(view: View): Html {
  const { manifest, plan } = view.analysis;
  const names = [
    ...new Set([...plan.stacks.map((stack) => stack.name), ...Object.keys(manifest.configs).sort()]),
  ];
  const shown = names.flatMap((name) => {
    const files = Object.hasOwn(manifest.configs, name) ? (manifest.configs[name] ?? []) : [];
    if (files.length === 0) return [];
    return [
      fold(
        html`<code>${name}</code> <span class="muted">${plural(files.length, 'file')}</span>`,
        html`${files.map((file) => html`<p class="file"><code>${file.path}</code></p><div class="scroll"><pre>${file.content}</pre></div>`)}`,
      ),
    ];
  });
  return shown.length === 0 ? html`<p>None were recorded.</p>` : html`${shown}`;
}

/** Rounds, launches and machine in a line, for the top of the page. */
export function methodLine(view: View): Html {
  const { manifest, plan, roundsDone } = view.analysis;
  const done = roundsDone === plan.rounds ? '' : `${roundsDone} of `;
  const virtual = manifest.machine.virtual === null ? NOTHING : html`, virtual`;
  return html`${plural(plan.stacks.length, 'stack')} · ${done}${plural(plan.rounds, 'round')} · ${manifest.machine.cpuModel}, ${plural(manifest.machine.cores, 'core')}${virtual} · ${formatInstant(manifest.startedAt)} · <a href="#method">how it was measured</a>`;
}
