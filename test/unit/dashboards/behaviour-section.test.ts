import { expect, test } from 'vitest';
import { renderReport } from '../../../dashboards/report/render.ts';
import { analyse } from '../../../results/analyse/analyse.ts';
import type { TrialRecord } from '../../../results/schema/records.ts';
import { sampleRun } from '../../helpers/sample-run.ts';

function reportWith(change: (trial: TrialRecord) => Partial<TrialRecord>): string {
  const run = sampleRun();
  return renderReport(
    analyse({ ...run, trials: run.trials.map((trial) => ({ ...trial, ...change(trial) })) }),
  );
}
const first = sampleRun().trials[0]?.stack ?? '';

test('a run that did not look at behaviour has no section of it', () => {
  expect(reportWith(() => ({}))).not.toContain('id="behaviour"');
});

test('stacks that behave alike share a row, and each difference has its reason', () => {
  const html = reportWith(({ stack }) => ({
    behaviour: [
      {
        behaviour: 'chunked',
        word: stack === first ? 'empty' : 'whole',
        detail: '',
        reason: stack === first ? 'no length <was> stated' : null,
      },
      { behaviour: 'upload', word: 'whole', detail: '', reason: null },
    ],
  }));
  const section = html.slice(html.indexOf('id="behaviour"'), html.indexOf('id="pipelines"'));
  expect(section).toContain(`<code>${first}</code>`);
  expect(section).toContain('<td>empty</td>');
  expect(section).toContain('Alike on all that were asked: upload <b>whole</b>');
  expect(section).toContain('no length &lt;was&gt; stated');
  expect(html).toContain('href="#behaviour"');
});

test('what could not be made equal stands beside its stack and in the section', () => {
  const html = reportWith(({ stack }) => (stack === first ? { unequal: ['half as many <slots>'] } : {}));
  expect(html).toContain('not equal: half as many &lt;slots&gt;');
  expect(html.slice(html.indexOf('id="unequal"'))).toContain('half as many &lt;slots&gt;');
});
