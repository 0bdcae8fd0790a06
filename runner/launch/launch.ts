/**
 * Launches one stack: its folder, app, configuration, backend and host, until it answers as it should.
 * Whatever goes wrong on the way, nothing is left behind.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import { Scope } from '../../core/scope.ts';
import { ROLES } from '../../core/words.ts';
import type { Finding } from '../../results/schema/finding.ts';
import type { Capacity, Limits, MeasuredUser, PreparedApp, Site, Tools } from '../../servers/define.ts';
import type { Observe } from '../observe.ts';
import { openGroups, type StackGroups } from '../process/group.ts';
import { type RunningProgram, startProgram } from '../process/program.ts';
import type { Endpoint, Stack } from '../stack.ts';
import { checkConfig } from './check-config.ts';
import { entriesFor } from './entries.ts';
import { Health } from './health.ts';
import { keepLogs } from './keep-logs.ts';
import { defaultSiteRoot, giveTo, makePlace, writeFiles } from './place.ts';
import { assertPortFree, LOOPBACK, pickPort } from './port.ts';
import { prepareApp } from './prepare-app.ts';
import { waitForAnswer, waitForListen, waitForStableProcesses } from './ready.ts';
import { type ConfigText, configTexts, renderStack } from './render.ts';
import { stopStack } from './stop.ts';

export interface LaunchRequest {
  readonly stack: Stack;
  readonly tools: Tools;
  readonly capacity: Capacity;
  readonly limits: Limits;
  readonly user: MeasuredUser | null;
  readonly signal: AbortSignal;
  /** Folder that sites are made in. @default XDG_RUNTIME_DIR, else the temporary folder */
  readonly root?: string;
  /** Front port; E_PORT_IN_USE when it is taken. @default a free one */
  readonly port?: number;
  /** Where logs are kept should the launch fail. @default nowhere (the error quotes their last lines) */
  readonly keepLogsIn?: string;
  /** @default 60,000 */
  readonly readyMs?: number;
  /** Lets somebody look on. @default nobody does */
  readonly observe?: Observe;
}

/** Dispose without `stop` ends everything at once. */
export interface LaunchedStack extends AsyncDisposable {
  readonly endpoint: Endpoint;
  readonly groups: StackGroups;
  readonly site: Site;
  /** The app in its site, in the form that its author wrote. */
  readonly app: PreparedApp;
  /** Start of the first program → first good answer. The launcher's own part of it is about 5 ms a program. */
  readonly firstAnswerMs: number;
  /** Generated files and commands, with the site's folder as `$SITE`. */
  readonly configs: readonly ConfigText[];
  /** Settings that could not be made equal to other stacks'. */
  readonly unequal: readonly string[];
  /** Programs and workers that died, or were killed for want of memory, since the last look. */
  inspect(): Promise<Finding[]>;
  /**
   * Stops host and backend in order, sees that nothing is left, and removes the site.
   * @param keepLogsIn folder that logs are copied into; null: they are not kept
   */
  stop(keepLogsIn: string | null): Promise<Finding[]>;
}

/** Sixteen workers that import a framework each, on two cores that others use too, take half a minute. */
const READY_MS = 60_000;
/** A port chosen as free can be taken before the server binds it. */
const PORT_TRIES = 3;
const TAKEN = /address already in use|EADDRINUSE/i;

export async function launchStack(x: LaunchRequest): Promise<LaunchedStack> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await launchOnce(x);
    } catch (failure) {
      const lostPort = failure instanceof LabError && TAKEN.test(String(failure.facts.logs ?? ''));
      if (!lostPort || x.port !== undefined || tries === PORT_TRIES) throw failure;
    }
  }
}

async function launchOnce(x: LaunchRequest): Promise<LaunchedStack> {
  const { stack, user, signal } = x;
  const scope = new Scope();
  const programs: RunningProgram[] = [];
  try {
    if (x.port !== undefined) await assertPortFree(x.port);
    const place = scope.use(await makePlace(x.root ?? defaultSiteRoot(user), user, signal));
    const site: Site = {
      dir: place.dir,
      user,
      tools: x.tools,
      capacity: x.capacity,
      limits: x.limits,
      front: { address: LOOPBACK, port: x.port ?? (await pickPort()) },
      entries: entriesFor(place.dir, user),
    };
    const app = await prepareApp(stack, site, signal, x.observe?.app);
    const { backend, host, fragment } = await renderStack(stack, app, site, x.observe?.upstream);
    const specs = backend === null ? [host] : [backend, host];
    const logDir = join(site.dir, 'output');
    mkdirSync(logDir);
    writeFiles([...fragment.files, ...specs.flatMap((spec) => spec.files)]);
    giveTo(user, site.dir);
    for (const spec of specs) await checkConfig(spec, site, signal);

    const groups = scope.use(await openGroups(stack.record.name));
    const endpoint: Endpoint = {
      origin: `http://${site.front.address}:${site.front.port}`,
      basePath: fragment.basePath,
    };
    const waiting = { programs, deadlineMs: x.readyMs ?? READY_MS, signal };
    const begun = performance.now();
    for (const spec of specs) {
      const group = groups.group(spec.role);
      programs.push(scope.use(await startProgram(spec, { group, user, logDir, signal })));
      // A host that asks too early may take the backend for dead for seconds (nginx fail_timeout).
      if (spec.role === 'backend' && spec.listens !== null) await waitForListen(spec.listens, waiting);
    }
    await waitForAnswer(endpoint, waiting, stack.app.adopted?.requests[0]);
    const firstAnswerMs = performance.now() - begun;
    await waitForStableProcesses(() => allPids(groups), signal);

    const health = new Health({
      programs,
      groups,
      comeAndGo: stack.record.model === 'cgi',
      siteDir: site.dir,
    });
    await health.remember();
    return {
      endpoint,
      groups,
      site,
      app: app.original,
      firstAnswerMs,
      configs: configTexts(specs, [...app.files, ...fragment.files], site),
      unequal: fragment.unequal ?? [],
      inspect: () => health.inspect(),
      async stop(keepLogsIn) {
        try {
          const findings = await stopStack(programs, site.front.port);
          if (keepLogsIn !== null) await keepLogs(programs, keepLogsIn);
          return findings;
        } finally {
          await scope[Symbol.asyncDispose]();
        }
      },
      [Symbol.asyncDispose]: () => scope[Symbol.asyncDispose](),
    };
  } catch (failure) {
    if (x.keepLogsIn !== undefined) await keepLogs(programs, x.keepLogsIn).catch(() => {});
    // The launch's own error is the one to show: the warden still minds what cannot be released here.
    await scope[Symbol.asyncDispose]().catch(() => {});
    throw failure;
  }
}

async function allPids(groups: StackGroups): Promise<number[]> {
  return (await Promise.all(ROLES.map((role) => groups.group(role).pids()))).flat();
}
