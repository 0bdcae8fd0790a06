/**
 * Tells a run's progress on stderr: one updating line on a terminal, one line per launch in a log. It draws
 * only when something happened: nothing of it runs while a window is measured.
 */
import type { TrialRecord } from '../../results/schema/records.ts';
import type { ProgressEvent } from '../progress-event.ts';
import { clip, formatSpan, plural } from './table.ts';
import { plainText, type Sink } from './terminal.ts';

const CLEAR_LINE = '\r\u001b[2K';

export interface Progress {
  readonly report: (event: ProgressEvent) => void;
  /** Removes the updating line, before anything else is printed. */
  readonly clear: () => void;
}

/** A reporter for a run; `sink` says whether it may draw over its own line. */
export function makeProgress(sink: Sink): Progress {
  let current: Current = { done: 0, total: 0, stack: '', remainingMs: null };
  let isDrawn = false;
  const clear = () => {
    if (isDrawn) sink.write(CLEAR_LINE);
    isDrawn = false;
  };
  const draw = (stage: string) => {
    if (!sink.isTerminal) return;
    clear();
    sink.write(clip(`${headOf(current)}  ${current.stack}  ${stage}`, sink.columns()));
    isDrawn = true;
  };
  const line = (text: string) => {
    clear();
    sink.write(`${text}\n`);
  };
  const report = (event: ProgressEvent): void => {
    switch (event.kind) {
      case 'planned':
        current = { ...current, total: event.plan.trials.length, remainingMs: event.plan.expectedMs };
        return;
      case 'round-start':
        if (!sink.isTerminal) line(`round ${event.round + 1} of ${event.rounds}`);
        return;
      case 'trial-start':
        current = { ...current, done: event.done, total: event.total, stack: event.stack };
        draw('launch');
        return;
      case 'trial-stage':
        draw(event.detail === null ? event.stage : `${event.stage} ${event.detail}`);
        return;
      case 'trial-end': {
        const { record, done, total, remainingMs } = event;
        current = { done, total, stack: record.stack, remainingMs };
        const isFine = record.outcome.state === 'completed';
        if (!sink.isTerminal || !isFine) {
          const took = `${(record.durationMs / 1000).toFixed(1)} s`;
          line(`${headOf(current)}  ${record.stack}  ${took}  ${outcomeOf(record, sink)}`);
        }
        return;
      }
      case 'notice':
        line(plainText(event.text));
        return;
      case 'run-end':
        clear();
        return;
    }
  };
  return { report, clear };
}

interface Current {
  readonly done: number;
  readonly total: number;
  readonly stack: string;
  /** What the plan expects at first; then by what launches took. */
  readonly remainingMs: number | null;
}

/** ` 42 %  17/40  ~3 min left`: a share of launches, and an estimate that says it is one. */
function headOf({ done, total, remainingMs }: Current): string {
  const percent = total === 0 ? 0 : Math.floor((100 * done) / total);
  const left = remainingMs === null || done === total ? '' : `  ~${formatSpan(remainingMs)} left`;
  return `${String(percent).padStart(3)} %  ${done}/${total}${left}`;
}

function outcomeOf(record: TrialRecord, sink: Sink): string {
  const { colours: c } = sink;
  const { outcome } = record;
  if (outcome.state === 'failed') {
    return c.red(`failed at ${outcome.failure.stage}: ${plainText(outcome.failure.message).split('\n')[0]}`);
  }
  if (outcome.state === 'skipped') return c.yellow(`skipped: ${plainText(outcome.reason)}`);
  if (outcome.state === 'aborted') return c.yellow('aborted');
  const requests = record.observations.reduce((sum, { window }) => sum + window.counts.completed, 0);
  const findings = [...record.findings, ...record.observations.flatMap((each) => each.findings)];
  const codes = [...new Set(findings.filter((each) => each.severity !== 'note').map((each) => each.code))];
  const doubts = codes.length === 0 ? '' : c.yellow(`  ${codes.join(', ')}`);
  return `${c.green('ok')}  ${plural(requests, 'request')}${doubts}`;
}
