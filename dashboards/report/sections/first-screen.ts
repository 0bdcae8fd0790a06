/** What a stranger sees first: the question, the answer in words, and one picture. */
import { type Answer, answers } from '../../../results/analyse/answers.ts';
import type { OverheadPart } from '../../../results/analyse/model.ts';
import type { Workload } from '../../../scenarios/define.ts';
import { intervalPlot } from '../../charts/interval-plot.ts';
import { formatPercent, plural } from '../../quantity.ts';
import { deploymentWords, MODEL_WORDS, workloadWords } from '../../wording.ts';
import { type Html, html, NOTHING } from '../html.ts';
import { fold } from '../table.ts';
import { type AppGroup, groupByApp, hasNumbers, type Row, type View } from '../view.ts';
import { hasBehaviour } from './behaviour.ts';
import { plotGroup } from './efficiency.ts';
import { modelLegend } from './legend.ts';
import { methodLine } from './method.ts';
import { partOf } from './overhead-parts.ts';

/** Answers whose headline is read at once. */
const ANSWERS_SHOWN = 6;
/** Characters of an answer's detail shown at once. */
const DETAIL_SHOWN = 900;

export function firstScreen(view: View): Html {
  const found = answers(view.analysis);
  const further = found.slice(ANSWERS_SHOWN);
  return html`<h1>${titleOf(view)}</h1>
<p class="line">${methodLine(view)}</p>
${incomplete(view)}
<section class="answer" aria-label="The answer">
${questions(view)}
${found.slice(0, 1).map(answerMarkup)}
${why(view)}
${found.slice(1, ANSWERS_SHOWN).map(folded)}
${further.length === 0 ? NOTHING : fold(plural(further.length, 'further answer'), html`${further.map(folded)}`)}
</section>
${picture(view)}
${contents(view)}`;
}

/** The run's title; where that only names scenarios, the titles of these. */
export function titleOf({ analysis }: View): string {
  const { scenarios } = analysis.plan;
  const isNames = analysis.manifest.title === scenarios.map(({ name }) => name).join(' ');
  return isNames ? scenarios.map(({ scenario }) => scenario.title).join(' · ') : analysis.manifest.title;
}

function questions(view: View): Html {
  const all = view.scenarios.map(({ scenario }) => scenario.question);
  if (all.length === 1) return html`<h2>${all[0] ?? ''}</h2>`;
  return html`<h2>${plural(all.length, 'question')}</h2>
<ul>${view.scenarios.map(({ scenario, anchor }) => html`<li><a href="#${anchor}">${scenario.title}</a>: ${scenario.question}</li>\n`)}</ul>`;
}

/** The first answer is read at once; of the others the headline, and the rest when it is asked for. */
function answerMarkup(answer: Answer): Html {
  const detail = html`<p>${answer.detail}</p>`;
  return html`<p class="headline"><b>${answer.headline}</b></p>
${answer.detail.length > DETAIL_SHOWN ? fold('Details', detail) : detail}
`;
}

const folded = (answer: Answer): Html => fold(answer.headline, html`<p>${answer.detail}</p>`);

/** Where the cost comes from: the parts' shares of the whole, over every app and server that was taken apart. */
function why(view: View): Html {
  const shares = (name: OverheadPart['name']) =>
    view.analysis.overheads.flatMap((overhead) => {
      const part = partOf(overhead, name, 'cpu');
      const total = overhead.totalCpuUs;
      return part === null || total === null || total.point <= 0 ? [] : [part.point / total.point];
    });
  const start = shares('starting interpreter and app');
  const fork = shares('fork + exec + pipe');
  if (start.length === 0 || fork.length === 0) return NOTHING;
  return html`<p><b>Why:</b> under CGI every request starts a process that loads everything anew. ${rangeWords(start)} of its CPU
goes into starting the interpreter and the application, ${rangeWords(fork)} into making the process (fork + exec + pipe).
Kept alive, the application has paid that once. <a href="#process-per-request">Taken apart, with intervals</a>.</p>
`;
}

/** `3.6 %`, or `3.6 % to 12 %`. */
function rangeWords(shares: readonly number[]): string {
  const least = formatPercent(Math.min(...shares));
  const most = formatPercent(Math.max(...shares));
  return least === most ? least : `${least} to ${most}`;
}

/** Says at the top what a partial run lacks. */
function incomplete(view: View): Html {
  const { end, plan, roundsDone, damage, stacks } = view.analysis;
  const launches = stacks.reduce((sum, summary) => sum + summary.completed, 0);
  const got = `${launches} of ${plural(plan.trials.length, 'launch', 'launches')} completed, ${roundsDone} of ${plural(plan.rounds, 'round')} whole`;
  const state =
    end === null
      ? `This run did not end: the lab was killed, or is still at work. ${got}.`
      : end.state === 'complete'
        ? null
        : `${STATE_WORDS[end.state]}${end.reason === null ? '' : ` (${end.reason})`}. ${got}.`;
  return html`${state === null ? NOTHING : html`<p class="banner" role="note"><b>Partial.</b> ${state} Figures are of what there is; n says how much.</p>`}${
    damage.length === 0
      ? NOTHING
      : html`<div class="banner bad" role="note"><b>${plural(damage.length, 'record')} of this run cannot be read</b> and ${damage.length === 1 ? 'is' : 'are'} left out:<ul>${damage.map((one) => html`<li>at byte ${one.offset}: ${one.reason}</li>`)}</ul></div>`
  }`;
}

const STATE_WORDS = {
  interrupted: 'This run was interrupted',
  budget: 'This run ended when its budget was spent',
  failed: 'This run failed',
} as const;

/** CPU per request: the cheapest deployment of each application and model; all of them to unfold. */
function picture(view: View): Html {
  const workload = pictured(view);
  if (workload === null) return NOTHING;
  const all = groupByApp(rowsFor(view, workload.name));
  const count = all.reduce((sum, group) => sum + group.rows.length, 0);
  const best = all.map(cheapestPerModel);
  const shown = best.reduce((sum, group) => sum + group.rows.length, 0);
  const draw = (groups: readonly AppGroup[], what: string, label: (row: Row) => string) =>
    intervalPlot({
      label: `CPU per request of ${what}, ${workloadWords(workload)}. The tables below have the same figures.`,
      kind: 'duration',
      groups: groups.map((group) => plotGroup(group, 'cpuUsPerRequest', label)),
    });
  return html`<figure class="first-picture">
<figcaption><b>CPU per request</b>, ${workloadWords(workload)}. Logarithmic: each line to the right is ten times more. ${launchWords(all)}${
    shown < count ? ' The cheapest deployment of each application and model:' : ''
  }</figcaption>
${draw(best, 'the cheapest deployment of each application and model', ({ stack }) => `${MODEL_WORDS[stack.model].title}: ${deploymentWords(stack)}`)}
${shown < count ? fold(`All ${count} stacks`, html`${modelLegend(view)}${draw(all, `all ${count} stacks`, ({ stack }) => deploymentWords(stack))}`) : NOTHING}
</figure>`;
}

function launchWords(groups: readonly AppGroup[]): string {
  const launches = groups.flatMap((group) => group.rows.map((row) => row.cell.launches));
  const least = Math.min(...launches);
  const most = Math.max(...launches);
  if (most < 3)
    return `Mark: mean of n = ${most} ${most === 1 ? 'launch' : 'launches'}; an interval needs 3.`;
  return `Mark: mean of n = ${least === most ? least : `${least} to ${most}`} launches; bar and brackets: 95 % interval.`;
}

const rowsFor = (view: View, workload: string): readonly Row[] =>
  view.analysis.cells.flatMap((cell) => {
    const stack = view.stackByName.get(cell.cell.stack)?.stack;
    const counts = cell.cell.workload === workload && cell.cell.label === null && hasNumbers(cell);
    return counts && stack !== undefined ? [{ cell, stack }] : [];
  });

/** The workload that most stacks have a figure for; of several the one that CGI is taken apart by. */
function pictured(view: View): Workload | null {
  const taken = view.analysis.overheads[0]?.workload;
  const ranked = view.analysis.plan.workloads
    .map((workload) => ({
      workload,
      stacks: rowsFor(view, workload.name).filter(({ cell }) => cell.metrics.cpuUsPerRequest !== null).length,
      preferred: workload.name === taken ? 1 : 0,
    }))
    .filter(({ stacks }) => stacks > 0)
    .sort((a, b) => b.stacks - a.stacks || b.preferred - a.preferred);
  return ranked[0]?.workload ?? null;
}

/** Rows are cheapest first, so the first of its model is the cheapest. */
function cheapestPerModel(group: AppGroup): AppGroup {
  const seen = new Set<string>();
  return {
    title: group.title,
    rows: group.rows.filter(({ stack }) => {
      const key = stack.model;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    }),
  };
}

function contents(view: View): Html {
  const sections = [
    ...view.scenarios.map((scenario) => [scenario.anchor, scenario.scenario.title] as const),
    ['process-per-request', 'The cost of a process per request'] as const,
    ['memory', 'Memory, processes, start-up'] as const,
    ['proof', 'The proof'] as const,
    ['behaviour', 'Behaviour'] as const,
    ['pipelines', 'The pipelines'] as const,
    ['findings', 'Findings'] as const,
    ['excluded', 'What was left out'] as const,
    ['method', 'How it was measured'] as const,
  ]
    .filter(([anchor]) => anchor !== 'process-per-request' || view.analysis.overheads.length > 0)
    .filter(([anchor]) => anchor !== 'behaviour' || hasBehaviour(view));
  return html`<nav aria-label="Contents"><ul>${sections.map(([anchor, title]) => html`<li><a href="#${anchor}">${title}</a></li>\n`)}</ul></nav>`;
}
