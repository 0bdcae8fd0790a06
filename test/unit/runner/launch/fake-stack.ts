/** A stack whose host is one of the fixture programs: definitions made for tests, real processes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchRequest } from '../../../../runner/launch/launch.ts';
import { discoverTools } from '../../../../runner/process/tools.ts';
import { measuredUser } from '../../../../runner/process/user.ts';
import type { Stack } from '../../../../runner/stack.ts';
import type { App, Backend, ProgramSpec, Site } from '../../../../servers/define.ts';
import { aStack } from '../../../helpers/records.ts';
import { fixture } from '../process/programs.ts';

const tools = await discoverTools({ env: { PATH: '/usr/bin:/bin' } });
const here = { available: true, version: null } as const;

/** The app of the project that needs nothing: one file. */
const files: App = {
  title: 'static file',
  interface: null,
  form: 'files',
  contract: 'hello',
  language: 'none',
  sources: ['files/src'],
  entry: '.',
  probe: () => here,
};

/** A program of the test's, given its port; copied into the site, where the measured user can read it. */
function program(name: string, site: Site, over: Partial<ProgramSpec>): ProgramSpec {
  const file = join(site.dir, name);
  return {
    name: name.replace(/\.mjs$/, ''),
    role: 'host',
    argv: [tools.node, file, String(site.front.port)],
    env: { PATH: '/usr/bin:/bin' },
    cwd: site.dir,
    files: [{ path: file, content: readFileSync(fixture(name), 'utf8') }],
    listens: { kind: 'tcp', ...site.front },
    stop: { signal: 'SIGTERM', graceMs: 300 },
    ...over,
  };
}

export interface FakeStack {
  readonly over?: (site: Site) => Partial<ProgramSpec>;
  readonly app?: Partial<App>;
  readonly backend?: Pick<Backend, 'listens' | 'program'>;
  readonly reaches?: readonly ('unix' | 'tcp')[];
  readonly model?: 'static' | 'cgi' | 'pool';
}

export function fakeStack(host: string, x: FakeStack = {}): Stack {
  const model = x.model ?? 'static';
  return {
    record: aStack({
      name: `fake-${host}`,
      model,
      app: 'files',
      backend: x.backend === undefined ? null : 'fake',
      upstream: x.backend === undefined ? null : 'http',
    }),
    app: { ...files, ...x.app },
    adapter: null,
    backend:
      x.backend === undefined
        ? null
        : { title: 'Fake', presents: ['http'], runs: ['files'], probe: () => here, ...x.backend },
    connector: {
      host: 'fake',
      title: 'nothing between',
      takes: { loads: ['files'] },
      ...(x.reaches === undefined ? {} : { reaches: x.reaches }),
      probe: () => here,
      fragment: () => ({ modules: [], config: '', files: [], hostVariant: null, basePath: '' }),
    },
    host: {
      title: 'Fake',
      probe: () => here,
      program: ({ site }) => program(host, site, x.over?.(site) ?? {}),
    },
  };
}

/** What `launchStack` is asked, but for the stack. */
export function request(stack: Stack, over: Partial<LaunchRequest> = {}): LaunchRequest {
  return {
    stack,
    tools,
    capacity: { processes: 1, threads: 1 },
    limits: { requestTimeoutMs: 5_000, bodyBytes: 1_000_000 },
    user: measuredUser(),
    signal: AbortSignal.timeout(60_000),
    ...over,
  };
}
