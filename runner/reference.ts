/**
 * Records the right answers of an adopted app: two launches of one reference deployment, each request twice on each.
 * Where they differ among themselves, other deployments may differ too.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import type { App, Capacity, Limits, MeasuredUser, Tools } from '../servers/define.ts';
import { launchStack } from './launch/launch.ts';
import type { Stack } from './stack.ts';
import type { Golden, Heard } from './verify/own/golden.ts';
import { hearTwice, makeGolden } from './verify/own/record.ts';

/** The plainest way to run a form, the gateway's first. */
const PREFERRED: Readonly<Record<App['form'], readonly string[]>> = {
  'wsgi-callable': ['gateway-proxy+waitress', 'gateway-proxy+cheroot', 'gateway-fastcgi+flup', 'gateway-cgi'],
  'node-handler': ['gateway-in-process', 'gateway-proxy+node-pool'],
  'cgi-script': ['gateway-cgi', 'apache-mod-cgid', 'lighttpd-cgi'],
  'fastcgi-script': ['gateway-fastcgi+spawn-fcgi', 'apache-proxy-fcgi+spawn-fcgi', 'apache-mod-fcgid'],
  files: [],
};

/** The stack that an app's right answers are recorded from. @throws LabError E_NO_STACKS, E_UNKNOWN_STACK */
export function referenceOf(appName: string, app: App, stacks: readonly Stack[]): Stack {
  const own = stacks.filter(({ record }) => record.app === appName);
  const named = (chain: string) => own.find(({ record }) => record.name === `${chain}/${appName}`);
  const asked = app.adopted?.reference ?? null;
  if (asked !== null) {
    const found = named(asked);
    if (found !== undefined) return found;
    throw new LabError('E_UNKNOWN_STACK', `the reference of ${appName}, ${asked}, cannot run here`, {
      facts: { 'can run': own.map(({ record }) => record.name.replace(`/${appName}`, '')).join(', ') },
    });
  }
  const [first] = own;
  const chosen = PREFERRED[app.form].map(named).find((stack) => stack !== undefined) ?? first;
  if (chosen !== undefined) return chosen;
  throw new LabError('E_NO_STACKS', `no deployment of ${appName} can run here`, {
    facts: { form: app.form },
    hint: '`lab doctor` shows what is missing; `lab setup` installs it.',
  });
}

/** @throws LabError E_APP, and what a launch can fail with */
export async function recordGolden(x: {
  readonly app: string;
  readonly stack: Stack;
  readonly tools: Tools;
  readonly capacity: Capacity;
  readonly limits: Limits;
  readonly user: MeasuredUser | null;
  readonly signal: AbortSignal;
}): Promise<Golden> {
  const { adopted } = x.stack.app;
  if (adopted === undefined) throw new LabError('E_INTERNAL', `${x.app} is not an adopted app`);
  const launches: (readonly (readonly Heard[])[])[] = [];
  for (let launch = 0; launch < 2; launch += 1) {
    await using launched = await launchStack(x);
    const origin = { ...launched.endpoint, siteDir: launched.site.dir };
    launches.push(await hearTwice(adopted, origin, x.signal));
  }
  const [first = [], second = []] = launches;
  return makeGolden({ app: x.app, reference: x.stack.record.name, adopted }, first, second);
}

/** The golden answers, for people: beside the run's records, which do not refer to them. */
export async function keepGolden(golden: Golden, runDir: string): Promise<void> {
  await writeFile(join(runDir, `golden-${golden.app}.json`), `${JSON.stringify(golden, null, 2)}\n`);
}
