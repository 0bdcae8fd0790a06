import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { renderReport } from '../../../../dashboards/report/render.ts';
import { analyse } from '../../../../results/analyse/analyse.ts';
import type { Analysis } from '../../../../results/analyse/model.ts';
import { finding } from '../../../../results/schema/findings.ts';
import type { RunData } from '../../../../results/store/read.ts';
import { sampleRun } from '../../../helpers/sample-run.ts';
import { figuresIn } from './figures-in.ts';

const RUN = sampleRun({ maxRequests: 120 });
const CLEAN = sampleRun({ maxRequests: 120, blemished: false });
const pageOf = (run: RunData): string => renderReport(analyse(run));
const PAGE = pageOf(RUN);

/** Rows of tables that hold a text. */
const rowsWith = (page: string, text: string): readonly string[] =>
  [...page.matchAll(/<tr[^>]*>[\s\S]*?<\/tr>/g)].map(([row]) => row).filter((row) => row.includes(text));

const section = (page: string, id: string): string =>
  page.split(`<section id="${id}">`)[1]?.split('</section>')[0] ?? '';

describe('one file that needs nothing', () => {
  test('C92 the policy names the digest of every style and script, and lets nothing else in', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(PAGE)?.[1] ?? '';
    const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const styles = [...PAGE.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text = '']) => digest(text));
    const scripts = [...PAGE.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = '']) => digest(text));
    expect(styles).toHaveLength(1);
    expect(scripts).toHaveLength(2);
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${scripts.join(' ')}`,
      `style-src ${styles.join(' ')}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test('C92 nothing in it points to a network, and no attribute holds style or script', () => {
    const markup = PAGE.replace(/<script>[\s\S]*?<\/script>/g, '');
    expect(markup).not.toMatch(/\b(?:src|action|poster|srcset)="/);
    expect([...markup.matchAll(/ href="([^"]*)"/g)].map(([, href = '']) => href[0])).toSatisfy(
      (starts: string[]) => starts.every((start) => start === '#' || start === 'd'),
    );
    expect(markup).not.toMatch(/ (?:style|on[a-z]+)="/);
    expect(PAGE).not.toContain('sourceMappingURL');
  });

  test('the same analysis gives the same bytes', () => {
    expect(pageOf(RUN)).toBe(PAGE);
  });

  test('every link leads somewhere, and no id stands twice', () => {
    const markup = PAGE.replace(/<script>[\s\S]*?<\/script>/g, '');
    const ids = [...markup.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of markup.matchAll(/ href="#([^"]*)"/g)) expect(ids).toContain(target);
  });
});

describe('C91 what a run says is escaped', () => {
  const PAYLOADS = [
    `"><svg onload=alert(1)>`,
    `</script><script>alert(1)</script>`,
    `' onmouseover='alert(1)`,
    `javascript:alert(1)`,
    `<!--`,
    `</title></style></details><h1>`,
    `\u2028\u2029\u001b[2J`,
  ];
  const HOSTILE = PAYLOADS.join(' ');

  test('in names, errors, app bodies, configs, versions, the host and chart labels', () => {
    const page = pageOf(poison(RUN, HOSTILE));
    const benign = pageOf(poison(RUN, 'benign'));
    // The page has the same elements and attributes as with harmless text: nothing broke out.
    const skeleton = (text: string) =>
      [
        ...text
          .replace(/<script>[\s\S]*?<\/script>/g, '')
          .matchAll(/<\/?([a-zA-Z][a-zA-Z0-9]*)((?: [a-zA-Z-]+(?:="[^"]*")?)*)\s*\/?>/g),
      ].map(([, name, attributes = '']) => `${name} ${attributes.replace(/="[^"]*"/g, '')}`);
    expect(skeleton(page)).toEqual(skeleton(benign));
    expect(page).not.toMatch(/<svg onload|<script>alert|<h1>\s*<\//);
    expect(page).not.toContain('\u001b');
    expect(page).not.toMatch(/href="javascript/);
    expect(page).toContain('&quot;&gt;&lt;svg onload=alert(1)&gt;');
    expect(page.split('alert(1)').length).toBeGreaterThan(100);
  });

  test('the data of charts is JSON still', () => {
    const blocks = [
      ...pageOf(poison(RUN, HOSTILE)).matchAll(/<script type="application\/json">([\s\S]*?)<\/script>/g),
    ];
    expect(blocks.length).toBeGreaterThan(3);
    for (const [, text = ''] of blocks) {
      expect(text).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.parse(text)).toBeTypeOf('object');
    }
  });
});

describe('no number without n and interval', () => {
  test('every figure in a table has both, or says that it has no interval', () => {
    for (const figure of figuresIn(PAGE)) {
      if (figure.metric === 'processesPerRequest') continue;
      expect(figure.n).toBeGreaterThan(0);
      expect(figure.low).not.toBeNull();
      expect(figure.high).not.toBeNull();
    }
  });

  test('below three launches it says so', () => {
    const page = pageOf(sampleRun({ rounds: 2, maxRequests: 60, blemished: false }));
    expect(figuresIn(page).every(({ low }) => low === null)).toBe(true);
    const cells = [...page.matchAll(/<td[^>]* data-low[^>]*>|<td[^>]* data-n="2"[^>]*>([\s\S]*?)<\/td>/g)];
    expect(cells.length).toBeGreaterThan(200);
    for (const [, text = ''] of cells) expect(text).toContain('n = 2, no interval');
  });

  test('a figure with fewer launches than its row says its own n', () => {
    const row = rowsWith(section(PAGE, 'memory'), 'mod_wsgi (embedded)').at(-1) ?? '';
    expect(row).toContain('<td class="num">5</td>');
    expect(row).not.toContain('n = ');
  });
});

describe('what is doubtful', () => {
  const INVALID = 'apache-proxy-fcgi+flup/wsgi-bare hello-c16';

  test('an invalid cell shows its reason and its first bad answer, never a number, and is in no chart', () => {
    expect(figuresIn(PAGE).filter(({ cell }) => cell === INVALID)).toEqual([]);
    expect(PAGE).toContain(
      '<b>invalid</b>: wrong-bodies: 12 of 4000 bodies had another length than expected',
    );
    expect(PAGE).toContain('first bad answer: expected 14 bytes, got 5');
    const saturated = [...PAGE.matchAll(/<figure class="chart">[\s\S]*?<\/figure>/g)].filter(([figure]) =>
      figure.includes('c = 16'),
    );
    expect(saturated.length).toBeGreaterThan(0);
    for (const [figure] of saturated) expect(figure).not.toContain('flup');
    // The same stack's valid cells are there.
    expect(figuresIn(PAGE).some(({ cell }) => cell === 'apache-proxy-fcgi+flup/wsgi-bare hello-c1')).toBe(
      true,
    );
  });

  test('a suspect figure is marked wherever it stands, and only the figures that the finding speaks of', () => {
    const cells = [
      ...PAGE.matchAll(
        /<td[^>]*data-cell="gateway-in-process\/node-bare hello-c16"[^>]*data-metric="([a-zA-Z0-9]+)"[^>]*>([\s\S]*?)<\/td>/g,
      ),
    ];
    const marked = cells
      .filter(([, , text = '']) => text.includes('class="mark"'))
      .map(([, metric]) => metric);
    expect([...new Set(marked)]).toEqual(['throughputPerSec']);
    expect(cells.some(([, metric]) => metric === 'cpuUsPerRequest')).toBe(true);
    expect(cells.find(([, metric]) => metric === 'throughputPerSec')?.[2]).toMatch(/^≥ /);
    expect(PAGE).toMatch(/<a class="mark" href="#finding-\d+" title="generator-bound: /);
    expect(section(PAGE, 'findings')).toContain('the driver used 0.93 of its core');
  });

  test('a finding that speaks of no figure marks all of its cell', () => {
    const run = withFinding(CLEAN, 'steal', []);
    const cells = [
      ...pageOf(run).matchAll(
        /<td[^>]*data-cell="apache-files\/files hello-c1"[^>]*data-metric="[a-zA-Z0-9]+"[^>]*>([\s\S]*?)<\/td>/g,
      ),
    ];
    expect(cells.length).toBeGreaterThan(5);
    for (const [, text = ''] of cells) expect(text).toContain('class="mark"');
  });

  test('a figure that an invalid finding took away says which', () => {
    const page = pageOf(withFinding(CLEAN, 'miscounted', ['throughput']));
    const row = rowsWith(page, '→ files</th>').find((candidate) => candidate.includes('taken away'));
    expect(row).toContain('title="taken away by miscounted: seen by a test"');
  });

  test('a stack that failed is named with its message and what to do', () => {
    const row = rowsWith(section(PAGE, 'excluded'), 'gateway-cgi/floor-sh')[0] ?? '';
    expect(row).toContain('the stack did not answer within 10000 ms');
    expect(row).toContain('E_NOT_READY');
    expect(row).toContain('Read the logs kept with the run.');
  });

  test('what was excluded is listed with its remedy', () => {
    const row = rowsWith(section(PAGE, 'excluded'), 'apache-mod-python/wsgi-bare')[0] ?? '';
    expect(row).toContain('the Apache module mod_python is not installed');
    expect(row).toContain('lab setup --yes');
  });

  test('a run without a doubt says so', () => {
    const run: RunData = { ...CLEAN, plan: { ...CLEAN.plan, exclusions: [] } };
    expect(section(pageOf(run), 'findings')).toContain('None.');
    expect(section(pageOf(run), 'excluded')).toContain('Nothing: every stack');
  });
});

describe('a run that did not end as planned says so at the top', () => {
  const top = (page: string) => page.split('<section class="answer"')[0] ?? '';

  test('complete: nothing to say', () => {
    expect(top(pageOf(CLEAN)).split('<body>')[1]).not.toContain('banner');
  });

  test('interrupted', () => {
    const end = {
      kind: 'end' as const,
      state: 'interrupted' as const,
      endedAt: '2026-01-01T12:05:00.000Z',
      reason: 'SIGINT',
    };
    const page = pageOf({ ...CLEAN, trials: CLEAN.trials.slice(0, 30), end });
    expect(top(page)).toContain(
      'This run was interrupted (SIGINT). 30 of 95 launches completed, 1 of 5 rounds whole.',
    );
  });

  test('killed', () => {
    expect(top(pageOf({ ...CLEAN, end: null }))).toContain('This run did not end');
  });

  test('damaged', () => {
    const page = pageOf({ ...CLEAN, damage: [{ offset: 4_711, reason: 'checksum differs' }] });
    expect(top(page)).toContain('1 record of this run cannot be read');
    expect(top(page)).toContain('at byte 4711: checksum differs');
  });

  test('without a single trial it is a page still, with no number in it', () => {
    const page = pageOf({ ...CLEAN, trials: [], baselines: [], end: null });
    expect(figuresIn(page)).toEqual([]);
    expect(page).toContain('How it was measured');
  });
});

describe('load models are kept apart', () => {
  test('latency under saturation has its own heading and says it in every caption', () => {
    const [single = '', saturated = ''] = PAGE.split('<h3>Latency under saturation, mostly queueing</h3>');
    expect(single.split('<h3>Latency at one connection</h3>')[1]).not.toContain('c = 16');
    const captions = [
      ...(saturated.split('<h3>')[0] ?? '').matchAll(/<(?:caption|figcaption)>([\s\S]*?)<\//g),
    ];
    expect(captions.length).toBeGreaterThan(1);
    for (const [, caption = ''] of captions) expect(caption).toContain('under saturation, mostly queueing');
  });

  test('every caption of a figure that depends on load states it', () => {
    for (const [, caption = ''] of PAGE.matchAll(/<caption>([\s\S]*?)<\/caption>/g)) {
      if (/Efficiency|Latency,/.test(caption)) expect(caption).toMatch(/closed, c = \d+/);
    }
  });
});

test('a negative part of a cost is shown as it came out', () => {
  const analysis = analyse(CLEAN);
  const [first, ...others] = analysis.overheads;
  if (first === undefined) throw new Error('the sample has no overhead');
  const negative = { point: -412, low: -900, high: 76, n: 5 };
  const changed: Analysis = {
    ...analysis,
    overheads: [
      {
        ...first,
        parts: first.parts.map((part) =>
          part.name === 'fork + exec + pipe' ? { ...part, cpuUs: negative } : part,
        ),
      },
      ...others,
    ],
  };
  const page = renderReport(changed);
  expect(page).toContain('−412 µs <small class="ci">[−900 – 76]');
  expect(page).toMatch(/"partsUs":\[[\d.]+,-412,/);
});

test('several scenarios of one run have a section each, with the cells that each asked for', () => {
  const [only] = CLEAN.plan.scenarios;
  if (only === undefined) throw new Error('the sample has no scenario');
  const second = {
    name: 'pages',
    scenario: {
      ...only.scenario,
      title: 'A page',
      question: 'What does a page cost?',
      workloads: only.scenario.workloads.slice(2),
    },
  };
  const asks = CLEAN.plan.asks
    .filter(({ stack }) => stack.endsWith('/node-bare'))
    .map((ask) => ({ ...ask, scenario: 'pages', workloads: ['page-c1'] }));
  const page = pageOf({
    ...CLEAN,
    plan: { ...CLEAN.plan, scenarios: [only, second], asks: [...CLEAN.plan.asks, ...asks] },
  });
  const of = (id: string) => new Set(figuresIn(section(page, id)).map(({ cell }) => cell));
  expect(of('question-1').size).toBeGreaterThan(of('question-2').size);
  expect([...of('question-2')].every((cell) => cell.endsWith('/node-bare page-c1'))).toBe(true);
  expect(of('question-2').size).toBeGreaterThan(4);
  expect(page).toContain('<a href="#question-2">A page</a>: What does a page cost?');
});

test('every generated config can be unfolded', () => {
  expect(section(PAGE, 'method')).toContain('# generated for apache-files/files');
});

test('every pipeline is drawn', () => {
  const pipelines = section(PAGE, 'pipelines');
  for (const stack of RUN.plan.stacks) expect(pipelines).toContain(`<code>${stack.name}</code>`);
  expect(pipelines).toContain('aria-label="Apache → mod_proxy_fcgi → flup (FastCGI) → plain WSGI"');
});

test('every chart is named for those who cannot see it, and every table has a caption and scoped heads', () => {
  for (const [canvas] of PAGE.matchAll(/<canvas[^>]*>/g))
    expect(canvas).toMatch(/role="img" aria-label="[^"]+"/);
  const tables = [...PAGE.matchAll(/<table>([\s\S]*?)<\/table>/g)];
  expect(tables.length).toBeGreaterThan(10);
  for (const [, body = ''] of tables) {
    expect(body).toMatch(/^\s*<caption>/);
    expect(body).not.toMatch(/<th(?![^>]* scope=)[ >]/);
  }
});

/** The same run with a text wherever a person, an app or a machine could have put one. */
function poison(run: RunData, text: string): RunData {
  return {
    ...run,
    manifest: {
      ...run.manifest,
      id: text,
      title: text,
      command: [text],
      lab: { version: text, commit: text },
      machine: { ...run.manifest.machine, os: text, kernel: text, cpuModel: text, virtual: text },
      measuredUser: text,
      versions: { [text]: text },
      configs: { [text]: [{ path: text, content: text }] },
      findings: [{ code: 'shared-machine', severity: 'note', evidence: text, metrics: [] }],
    },
    plan: {
      ...run.plan,
      scenarios: run.plan.scenarios.map((each) => ({
        ...each,
        scenario: { ...each.scenario, title: text, question: text },
      })),
      stacks: run.plan.stacks.map((stack) => ({
        ...stack,
        pipeline: stack.pipeline.map((step) => `${step} ${text}`),
      })),
      exclusions: [{ what: text, reason: text, remedy: text }],
    },
    baselines: run.baselines.map((record) => ({ ...record, name: `${record.name} ${text}` })),
    trials: run.trials.map((trial) => ({
      ...trial,
      outcome:
        trial.outcome.state === 'failed'
          ? {
              state: 'failed',
              failure: { ...trial.outcome.failure, message: text, hint: text, facts: { [text]: text } },
            }
          : trial.outcome,
      verifications: trial.verifications.map((verification) => ({
        ...verification,
        checks: verification.checks.map((check) => ({
          ...check,
          check: `${check.check} ${text}`,
          detail: text,
        })),
      })),
      observations: trial.observations.map((observation) => ({
        ...observation,
        window: {
          ...observation.window,
          firstBadAnswer:
            observation.window.firstBadAnswer === null ? null : { status: 200, bodyStart: text, why: text },
        },
        findings: observation.findings.map((each) => ({ ...each, evidence: text })),
      })),
    })),
    damage: [{ offset: 1, reason: text }],
  };
}

/** The same run with one finding in every window of the Apache file cell. */
function withFinding(
  run: RunData,
  code: 'steal' | 'miscounted',
  metrics: Parameters<typeof finding>[2],
): RunData {
  return {
    ...run,
    trials: run.trials.map((trial) => ({
      ...trial,
      observations: trial.observations.map((each) =>
        each.cell.stack === 'apache-files/files'
          ? { ...each, findings: [finding(code, 'seen by a test', metrics)] }
          : each,
      ),
    })),
  };
}
