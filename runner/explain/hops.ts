/** What was spoken between neighbours of the pipeline, from what was seen. Pure. */
import type { Hop, Message } from '../../results/schema/explanation.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import type { Listen } from '../../servers/define.ts';
import type { AppNote } from './app-observer.ts';
import type { CaughtProgram } from './catch.ts';
import type { Asked, Exchange } from './client.ts';
import { describeFastcgi } from './decode/fastcgi.ts';
import { describeHttp } from './decode/http.ts';
import { describeScgi } from './decode/scgi.ts';
import { describeUwsgi } from './decode/uwsgi.ts';
import type { Relayed } from './relayed.ts';

/** Everything that was seen of one request. */
export interface Sighting {
  readonly stack: StackRecord;
  readonly asked: Asked;
  /** Where the host listens: `127.0.0.1:41234`. */
  readonly front: string;
  readonly exchange: Exchange;
  /** Where the backend that the lab started listens; null: there is none. */
  readonly backend: Listen | null;
  readonly relayed: Relayed | null;
  readonly caught: CaughtProgram | null;
  /** What the caught program printed when it was run once more by hand; null: it was not. */
  readonly printed: string | null;
  readonly note: AppNote | null;
  /** Where a process that the host itself started for the app listens; null: none was seen. */
  readonly ownSocket: string | null;
}

const WIRE = 'every byte that the backend was sent and answered, recorded by a relay between the two';

export function hopsOf(x: Sighting): Hop[] {
  const { stack } = x;
  const hops = [clientHop(x)];
  if (stack.model === 'static') return [...hops, fileHop(x)];
  const runsProgram = stack.model === 'cgi';
  if (stack.backend !== null) hops.push(backendHop(x));
  else if (stack.upstream !== null) hops.push(hiddenHop(x));
  if (runsProgram) hops.push(processHop(x));
  if (stack.appForm === 'wsgi-callable' || stack.appForm === 'node-handler') hops.push(callHop(x));
  return hops;
}

/** Titles of the pipeline: host, connector, then backend and adapter where there are any, then the app. */
function titles({ pipeline, backend, adapter }: StackRecord) {
  return {
    host: pipeline[0] ?? '',
    connector: pipeline[1] ?? '',
    backend: backend === null ? null : (pipeline[2] ?? ''),
    adapter: adapter === null ? null : (pipeline.at(-2) ?? ''),
    app: pipeline.at(-1) ?? '',
  };
}

function clientHop({ stack, asked, exchange, front }: Sighting): Hop {
  return {
    from: 'client',
    to: titles(stack).host,
    kind: 'http',
    over: `a TCP connection to ${front}, opened for this request`,
    how: 'every byte of the client’s own connection',
    isObserved: true,
    messages: [
      ...describeHttp(exchange.sent, 'there'),
      ...describeHttp(exchange.received, 'back', asked.method === 'HEAD'),
    ],
  };
}

function fileHop({ stack }: Sighting): Hop {
  const { host, app } = titles(stack);
  return {
    from: host,
    to: app,
    kind: 'file',
    over: 'the file system: open, read, send',
    how: 'not recorded: reading a file leaves nothing to listen to. The configuration says which file it is',
    isObserved: false,
    messages: [],
  };
}

/** How to read what is spoken to a backend. */
const DECODERS = {
  fastcgi: describeFastcgi,
  scgi: describeScgi,
  uwsgi: describeUwsgi,
  http: describeHttp,
} as const;

function backendHop({ stack, backend, relayed }: Sighting): Hop {
  const { connector, backend: title } = titles(stack);
  const kind = stack.upstream === null || stack.upstream === 'own' ? 'http' : stack.upstream;
  const decode = DECODERS[kind];
  const kept = relayed?.isKept === true ? 'kept open from an earlier request' : 'opened for this request';
  const where =
    backend?.kind === 'unix' ? `unix socket ${backend.path}` : `TCP ${backend?.address}:${backend?.port}`;
  return {
    from: connector,
    to: title ?? '',
    kind,
    over: relayed === null ? where : `${where}, ${kept}`,
    how: relayed === null ? 'nothing came by the relay before the backend' : WIRE,
    isObserved: relayed !== null,
    messages: relayed === null ? [] : [...decode(relayed.there, 'there'), ...decode(relayed.back, 'back')],
  };
}

/** Between a host and processes that it starts itself. */
function hiddenHop({ stack, ownSocket }: Sighting): Hop {
  const { connector, adapter, app } = titles(stack);
  const over = ownSocket === null ? 'a socket of the server’s own' : `socket ${ownSocket}`;
  if (stack.upstream === 'own') {
    return {
      from: connector,
      to: 'its daemon process',
      kind: 'private',
      over,
      how: 'not decoded: a private protocol between two halves of the same module, which changes with its version',
      isObserved: false,
      messages: [],
    };
  }
  return {
    from: connector,
    to: adapter ?? app,
    kind: stack.upstream === 'fastcgi' ? 'fastcgi' : 'private',
    over,
    how: 'not recorded: the server starts the process and owns the socket, so nothing can stand between them. The records are those that other FastCGI stacks show',
    isObserved: false,
    messages: [],
  };
}

function processHop(x: Sighting): Hop {
  const { stack, caught } = x;
  const { connector, backend, adapter, app } = titles(stack);
  return {
    from: backend ?? connector,
    to: adapter ?? app,
    kind: 'process',
    over: 'a new process (fork + exec): environment variables, standard input, standard output',
    how:
      caught === null
        ? 'not seen: the program was gone before it could be looked at'
        : `read from /proc/${caught.pid} while it lived`,
    isObserved: caught !== null,
    messages: caught === null ? [] : processMessages(x, caught),
  };
}

function processMessages({ asked, note, printed }: Sighting, caught: CaughtProgram): Message[] {
  const there = { direction: 'there', bytes: null } as const;
  const [input = '', output = '', errors = ''] = caught.standard;
  const body = asked.body === null ? 'empty: the request has no body' : 'the request’s body';
  const messages: Message[] = [
    { ...there, title: 'command', note: 'what was executed', pairs: [], text: caught.argv.join(' ') },
    {
      ...there,
      title: 'environment',
      note: 'the request’s line and headers, as variables, and a little about the server',
      pairs: caught.env.map(([name, value]) => [name, value]),
      text: null,
    },
    {
      ...there,
      title: 'standard input',
      note: `descriptor 0, ${input}: ${body}`,
      pairs: [],
      text: note !== null && note.readBytes > 0 ? note.read : null,
    },
  ];
  const back = { direction: 'back', title: 'standard output', bytes: null } as const;
  const descriptors = `descriptor 1, ${output}; errors go to descriptor 2, ${errors}`;
  messages.push(
    printed === null
      ? { ...back, note: `${descriptors}. What it wrote was not recorded`, pairs: [], text: null }
      : {
          ...back,
          note: `${descriptors}. This is what it printed when the lab ran it once more by hand, with the same environment: CGI is no more than that`,
          pairs: [],
          text: printed,
        },
  );
  return messages;
}

function callHop({ stack, note }: Sighting): Hop {
  const { host, connector, backend, adapter, app } = titles(stack);
  const isWsgi = stack.appForm === 'wsgi-callable';
  const caller =
    adapter ?? backend ?? (stack.upstream === 'own' ? `${connector}, daemon process` : connector);
  return {
    from: stack.model === 'embedded' ? `${host}, ${connector}` : caller,
    to: app,
    kind: 'call',
    over: isWsgi
      ? 'a function call: application(environ, start_response)'
      : 'a function call: handler(request, response)',
    how:
      note === null
        ? 'not seen: the onlooker round the app noted nothing'
        : 'noted by an onlooker round the app, in the app’s own process',
    isObserved: note !== null,
    messages: note === null ? [] : callMessages(note, isWsgi),
  };
}

function callMessages(note: AppNote, isWsgi: boolean): Message[] {
  const body: Message[] =
    note.readBytes === 0
      ? []
      : [
          {
            direction: 'there',
            title: 'body, read from wsgi.input',
            note: `${note.readBytes} bytes`,
            pairs: [],
            text: note.read,
            bytes: null,
          },
        ];
  return [
    {
      direction: 'there',
      title: isWsgi ? 'environ' : 'request',
      note: isWsgi ? 'a dictionary; objects are named in angle brackets' : 'an object of node:http’s shape',
      pairs: note.given,
      text: null,
      bytes: null,
    },
    ...body,
    {
      direction: 'back',
      title: isWsgi ? `start_response('${note.status ?? ''}', …)` : `status ${note.status ?? ''}`,
      note: isWsgi ? 'and an iterable of byte strings: the body' : 'and the body, written to the response',
      pairs: note.headers,
      text: null,
      bytes: null,
    },
  ];
}
