/**
 * Turns what an adopted Node application exports, or the server that it starts, into a node-handler.
 * Runs inside measured processes: it imports node:http and nothing else.
 */
import {
  createServer,
  request as httpRequest,
  IncomingMessage,
  type RequestListener,
  Server,
  type ServerResponse,
} from 'node:http';
import { duplexPair } from 'node:stream';
import type { HandlerRequest } from '../backends/node/handler-request.ts';
import type { HandlerResponse } from '../backends/node/handler-response.ts';

type Handle = (
  request: IncomingMessage | HandlerRequest,
  response: ServerResponse | HandlerResponse,
) => unknown;

export interface AdoptOptions {
  /** '' or `/shop`: taken from the path before the application sees it. */
  readonly mount: string;
  readonly env: Readonly<Record<string, string>>;
  readonly home: string;
}

/** How long a module that exports nothing may take until it listens. */
const LISTEN_MS = 10_000;
const LOOK_EVERY_MS = 5;

/** @throws Error that says what was looked for, or what the module throws */
export async function adoptHandler(load: () => Promise<unknown>, options: AdoptOptions): Promise<Handle> {
  Object.assign(process.env, options.env);
  process.chdir(options.home);
  const handler = await find(load);
  return options.mount === '' ? handler : mounted(handler, options.mount);
}

async function find(load: () => Promise<unknown>): Promise<Handle> {
  const captured: Server[] = [];
  // An application that opens a port of its own: its server is taken, the port is not opened.
  Server.prototype.listen = function (this: Server, ...given: unknown[]) {
    captured.push(this);
    const ready = given.at(-1);
    setImmediate(() => {
      this.emit('listening');
      if (typeof ready === 'function') ready();
    });
    return this;
  };
  try {
    const module = await load();
    for (const candidate of candidatesOf(module)) {
      const handler = await handlerOf(candidate);
      if (handler !== null) return handler;
    }
    const endMs = performance.now() + LISTEN_MS;
    while (captured.length === 0 && performance.now() < endMs) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  } finally {
    // What it inherits is there again.
    Reflect.deleteProperty(Server.prototype, 'listen');
  }
  const [server] = captured;
  if (server !== undefined) return overServer(server);
  throw new Error(
    'the module exports no application and starts no server: export a function (req, res), an Express, Fastify or Koa application, or an http.Server, as default, module.exports, "app", "server" or "handler"',
  );
}

function candidatesOf(module: unknown): unknown[] {
  const named = (value: unknown) =>
    ['default', 'app', 'server', 'handler', 'fastify'].map((name) => property(value, name));
  const first = named(module);
  return [...first, ...named(first[0])].filter((each) => each !== undefined && each !== null);
}

const property = (value: unknown, name: string): unknown =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'
    ? Reflect.get(value, name)
    : undefined;

const isFunction = (value: unknown): value is (...given: unknown[]) => unknown => typeof value === 'function';

async function handlerOf(app: unknown): Promise<Handle | null> {
  if (app instanceof Server) return overServer(app);
  const [ready, routing, callback] = ['ready', 'routing', 'callback'].map((name) => property(app, name));
  // Fastify
  if (isFunction(ready) && isFunction(routing)) {
    await Reflect.apply(ready, app, []);
    return (request, response) => routing(request, response);
  }
  // Koa
  if (isFunction(callback)) return overListener(asListener(Reflect.apply(callback, app, [])));
  if (!isFunction(app)) return null;
  // Express gives requests the prototype of node:http's: they must be such, or their headers are gone.
  const isExpress = isFunction(property(app, 'handle')) && isFunction(property(app, 'set'));
  return isExpress ? overListener(asListener(app)) : (request, response) => app(request, response);
}

const asListener = (app: unknown): RequestListener => {
  if (!isFunction(app)) throw new Error('the application has no function that answers requests');
  return (request, response) => void app(request, response);
};

const overListener = (listener: RequestListener): Handle => overServer(createServer(listener));

/** Real requests go to the server as they are; those of CGI and FastCGI as HTTP through memory. */
function overServer(server: Server): Handle {
  return (request, response) => {
    if (request instanceof IncomingMessage) server.emit('request', request, response);
    else throughMemory(server, request, response);
  };
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date']);

function throughMemory(
  server: Server,
  request: HandlerRequest,
  response: ServerResponse | HandlerResponse,
): void {
  const [near, far] = duplexPair();
  Object.assign(far, request.socket);
  server.emit('connection', far);
  const fail = () => {
    response.destroy();
  };
  const sent = httpRequest(
    {
      createConnection: () => near,
      method: request.method,
      path: request.url,
      headers: { ...request.headers, connection: 'close' },
    },
    (answer) => {
      response.statusCode = answer.statusCode ?? 500;
      for (const [name, values] of Object.entries(answer.headersDistinct)) {
        const [only = ''] = values ?? [];
        if (!HOP_BY_HOP.has(name)) response.setHeader(name, values?.length === 1 ? only : (values ?? []));
      }
      answer.on('data', (piece: Buffer) => {
        if (response.write(piece)) return;
        answer.pause();
        response.once('drain', () => answer.resume());
      });
      answer.on('end', () => response.end());
      answer.on('error', fail);
    },
  );
  sent.on('error', fail);
  request.pipe(sent);
}

function mounted(handler: Handle, mount: string): Handle {
  return (request, response) => {
    const whole = request.url ?? '/';
    const rest = whole.slice(mount.length);
    if (!whole.startsWith(mount) || !/^([/?]|$)/.test(rest)) {
      response.statusCode = 404;
      response.setHeader('Content-Type', 'text/plain; charset=utf-8');
      response.write('not found\n');
      response.end();
      return undefined;
    }
    Reflect.set(request, 'url', rest.startsWith('/') ? rest : `/${rest}`);
    return handler(request, response);
  };
}
