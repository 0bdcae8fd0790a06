/** Puts an app into a temporary site, as a launch would, and serves it on a free port without any stack. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '../../core/paths.ts';
import { prepareApp } from '../../runner/launch/prepare-app.ts';
import type { Stack } from '../../runner/stack.ts';
import type { Adapter, App, PreparedApp, Tools } from '../../servers/define.ts';
import { aStack } from './records.ts';
import { CAPACITY, LIMITS } from './world.ts';

export interface AppInPlace extends AsyncDisposable {
  readonly app: PreparedApp;
  readonly stack: Stack;
}

const unused = (): never => {
  throw new Error('no stack is launched');
};
const here = () => ({ available: true, version: null }) as const;

/** An app in a folder of its own, adapted if an adapter is given. */
export async function placeApp(
  name: string,
  app: App,
  tools: Tools,
  adapter: Adapter | null = null,
): Promise<AppInPlace> {
  const dir = await mkdtemp(join(tmpdir(), 'lab-app-'));
  const form = adapter?.to ?? app.form;
  const stack: Stack = {
    record: aStack({
      name: `none/${name}`,
      model: 'pool',
      connector: 'none',
      app: name,
      appForm: app.form,
      form,
      contract: app.contract,
      extras: [...(app.extras ?? [])],
      language: app.language,
    }),
    host: { title: 'none', probe: here, program: unused },
    connector: { host: 'none', title: 'none', takes: { loads: [form] }, probe: here, fragment: unused },
    backend: null,
    adapter,
    app,
  };
  const front = { address: '127.0.0.1', port: 0 };
  const site = { dir, user: null, tools, capacity: CAPACITY, front, entries: dir, limits: LIMITS };
  const prepared = await prepareApp(stack, site, AbortSignal.timeout(60_000));
  return {
    app: prepared.adapted,
    stack,
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

export interface ServedApp extends AsyncDisposable {
  readonly origin: string;
  /** What the server said on stderr so far. */
  complaints(): string;
}

/** Serves a node-handler in this process, a wsgi-callable under wsgiref.validate in another. */
export function serveApp(app: PreparedApp, tools: Tools): Promise<ServedApp> {
  return app.form === 'node-handler' ? serveNode(app) : serveWsgi(app, tools);
}

async function serveNode(app: PreparedApp): Promise<ServedApp> {
  const module: { default: RequestListener } = await import(pathToFileURL(app.file ?? '').href);
  const server = createServer((request, response) => {
    try {
      module.default(request, response);
    } catch {
      response.writeHead(500).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    complaints: () => '',
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serveWsgi(app: PreparedApp, tools: Tools): Promise<ServedApp> {
  const program = join(PROJECT_ROOT, 'test/fixtures/programs/serve-wsgi.py');
  const child = spawn(tools.python?.bin ?? '', [program, app.dir], {
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  for await (const port of createInterface({ input: child.stdout })) {
    return {
      origin: `http://127.0.0.1:${port}`,
      complaints: () => complaints,
      [Symbol.asyncDispose]: stop,
    };
  }
  await stop();
  throw new Error(`the app does not start: ${complaints}`);
}
