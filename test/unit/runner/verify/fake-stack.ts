/** An in-process stack that answers the contract as any model would, with processes that exist only in its tables. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Model, Role } from '../../../../core/words.ts';
import type { Verification } from '../../../../results/schema/records.ts';
import type { ProcessReader } from '../../../../runner/verify/process-reader.ts';
import { type VerifyInput, verifyStack } from '../../../../runner/verify/verify.ts';
import {
  type Answer,
  JSON_TYPE,
  LIMITS,
  patternBytes,
  rightAnswer,
  TEXT,
} from '../../../../servers/contract/answers.ts';
import { contractRoutes } from '../../../../servers/contract.ts';
import type { Backend, Connector, Host } from '../../../../servers/define.ts';
import { aStack } from '../../../helpers/records.ts';

const HOST_PID = 100;
const CHILD_PID = 200;
const INODE = 4711;

/** What a fault may change before an answer is sent. */
export interface Outgoing {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

export interface Fake {
  /** How it really works. */
  readonly behaves: Model;
  /** What its name says. @default as it behaves */
  readonly labelled?: Model;
  readonly contract?: 'full' | 'hello';
  readonly extent?: 'full' | 'spot';
  readonly language?: string;
  /** Changes an answer on its way out. */
  readonly fault?: (path: string, outgoing: Outgoing, request: IncomingMessage) => void;
  /** A lie about processes and sockets. */
  readonly lie?: (truth: ProcessReader) => ProcessReader | null;
  /** The connector that the label claims, where the chain shall say something else than the label. */
  readonly connector?: string;
  readonly processGroup?: string | null;
  readonly signal?: AbortSignal;
  /** Also ask for the largest body. @default false */
  readonly withLargest?: boolean;
}

const LARGE = patternBytes(LIMITS.bytes);
const isLargest = (path: string): boolean => path === `/bytes?n=${LIMITS.bytes}`;

/** Launches the fake, verifies it, and takes it down. */
export async function verifyFake(fake: Fake): Promise<Verification> {
  const model = fake.labelled ?? fake.behaves;
  const table = processTable(fake);
  const server = createServer((request, response) => void answer(fake, table, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const stack = stackOf(fake, model);
    return await verifyStack({
      stack,
      routes: contractRoutes(stack.record.contract, stack.record.extras).filter(
        (route) => fake.withLargest === true || !isLargest(route.request.path),
      ),
      endpoint: { origin: `http://127.0.0.1:${port}`, basePath: '' },
      groups: table.groups,
      extent: fake.extent ?? 'full',
      capacity: { processes: 1, threads: 2 },
      signal: fake.signal ?? new AbortController().signal,
      processes: fake.lie === undefined ? table.reader : fake.lie(table.reader),
    });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const unused = (): never => {
  throw new Error('verification never renders');
};
const TAKES: Readonly<Record<Model, Connector['takes']>> = {
  static: { loads: ['files'] },
  cgi: { loads: ['cgi-script'] },
  embedded: { loads: ['wsgi-callable'] },
  daemon: { speaks: 'own', starts: 'host', loads: ['wsgi-callable'] },
  pool: { speaks: 'http', starts: 'lab' },
};
const FORMS = {
  static: 'files',
  cgi: 'cgi-script',
  embedded: 'wsgi-callable',
  daemon: 'wsgi-callable',
  pool: 'wsgi-callable',
} as const;

/** A stack whose chain is that of the label, so that only what happens can give it away. */
function stackOf(fake: Fake, model: Model): VerifyInput['stack'] {
  const contract = fake.contract ?? (model === 'static' ? 'hello' : 'full');
  const here = () => ({ available: true, version: null }) as const;
  const host: Host = { title: 'Fake', probe: here, program: unused };
  const connector: Connector = {
    host: 'fake',
    title: 'fake',
    takes: TAKES[model],
    probe: here,
    fragment: unused,
  };
  const backend: Backend | null =
    model === 'pool'
      ? {
          title: 'fake',
          presents: ['http'],
          runs: ['wsgi-callable'],
          listens: ['tcp'],
          probe: here,
          program: unused,
        }
      : null;
  const app = {
    title: 'fake',
    interface: null,
    form: FORMS[model],
    contract,
    language: 'python',
    sources: [],
    entry: '',
    probe: here,
  } as const;
  const record = aStack({
    name: 'fake/app',
    model,
    connector: fake.connector ?? 'fake',
    backend: model === 'pool' ? 'fake' : null,
    form: FORMS[model],
    contract,
    language: fake.language ?? 'python',
    extras: contract === 'full' ? ['rows'] : [],
  });
  return { record, host, connector, backend, adapter: null, app };
}

interface Table {
  readonly reader: ProcessReader;
  readonly groups: VerifyInput['groups'];
  /** Who answers this request; `leave` ends a process that lives for one request. */
  enter(): { pid: number; start: string; requests: number; leave: () => void };
}

function processTable(fake: Fake): Table {
  const living = new Map<number, { parent: number; start: string; name: string; role: Role }>();
  const answeringRole: Role = fake.behaves === 'pool' ? 'backend' : 'host';
  living.set(HOST_PID, { parent: 1, start: '1000', name: 'server', role: 'host' });
  if (fake.behaves === 'daemon' || fake.behaves === 'pool') {
    living.set(CHILD_PID, { parent: HOST_PID, start: '1001', name: 'worker', role: answeringRole });
  }
  let served = 0;
  const pids = (role: Role) => async () =>
    [...living].filter(([, it]) => it.role === role).map(([pid]) => pid);
  return {
    reader: {
      serverInode: async () => INODE,
      holders: async (inode, all) => (inode === INODE ? all.filter((pid) => pid === HOST_PID) : []),
      stat: (pid) => living.get(pid) ?? null,
    },
    groups: { group: (role) => ({ pids: pids(role) }) },
    enter() {
      served += 1;
      if (fake.behaves !== 'cgi') {
        const pid = fake.behaves === 'embedded' ? HOST_PID : CHILD_PID;
        return { pid, start: living.get(pid)?.start ?? '1000', requests: served, leave: () => undefined };
      }
      const pid = 1000 + served;
      living.set(pid, { parent: HOST_PID, start: `${2000 + served}`, name: 'app.py', role: 'host' });
      return { pid, start: `${2000 + served}`, requests: 1, leave: () => void living.delete(pid) };
    },
  };
}

async function answer(
  fake: Fake,
  table: Table,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const blocks: Buffer[] = [];
  for await (const block of request) blocks.push(block);
  const url = request.url ?? '';
  const asked = { method: request.method ?? '', path: url, body: Buffer.concat(blocks) };
  const process = table.enter();
  const right: Answer = isLargest(url)
    ? { status: 200, contentType: 'application/octet-stream', body: LARGE }
    : (rightAnswer(asked) ?? (await shaped(fake, url, request, process)));
  if (fake.contract === 'hello' || fake.behaves === 'static') await delay(3);
  const outgoing: Outgoing = {
    status: right.status,
    headers: { 'Content-Type': right.contentType, 'Content-Length': String(right.body.length) },
    body: request.method === 'HEAD' ? Buffer.alloc(0) : right.body,
  };
  fake.fault?.(url, outgoing, request);
  response.writeHead(outgoing.status, outgoing.headers);
  response.end(outgoing.body);
  process.leave();
}

async function shaped(
  fake: Fake,
  url: string,
  request: IncomingMessage,
  { pid, start, requests }: { pid: number; start: string; requests: number },
): Promise<Answer> {
  if (url === '/boom') return { status: 500, contentType: TEXT, body: Buffer.from('oh no') };
  if (url.startsWith('/who')) {
    await delay(Number(/ms=(\d+)/.exec(url)?.[1] ?? 0));
    return {
      status: 200,
      contentType: JSON_TYPE,
      body: Buffer.from(JSON.stringify({ pid, start, requests })),
    };
  }
  const env = {
    method: request.method,
    path: url.split('?')[0],
    query: url.split('?')[1] ?? '',
    scheme: 'http',
    script_name: '',
    headers: request.headers,
    wsgi: { run_once: fake.behaves === 'cgi', multithread: true, multiprocess: false },
    mod_wsgi_process_group: fake.processGroup ?? null,
    versions: { python: '3.11.2' },
  };
  return { status: 200, contentType: JSON_TYPE, body: Buffer.from(JSON.stringify(env)) };
}
