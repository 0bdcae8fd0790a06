/** What pages and texts of `lab explain` say of processes, hops and variables. */
import type { ExplainedProcess, Explanation, Hop, Purpose } from '../../results/schema/explanation.ts';
import { formatQuantity } from '../quantity.ts';

export const PURPOSE_WORDS: Readonly<Record<Purpose, string>> = {
  server: 'the server: one process that does everything',
  'server-parent':
    'the server’s parent: reads the configuration, starts the others and minds them; answers nothing',
  'server-worker': 'a worker of the server: accepts connections and speaks HTTP',
  'cgi-helper': 'the CGI helper: forks and executes the programs',
  'fastcgi-manager': 'the manager of FastCGI processes: starts and ends them',
  'app-daemon': 'a process for the application that the server started, and that stays',
  backend: 'the application server: has the application loaded',
  'backend-parent': 'the application server’s parent: starts the workers and minds them',
  'backend-worker': 'a worker of the application server',
  'request-program': 'made for this one request: not there before it, gone after it',
  other: 'another process of the stack',
};

export const KIND_WORDS: Readonly<Record<Hop['kind'], string>> = {
  http: 'HTTP',
  fastcgi: 'FastCGI',
  scgi: 'SCGI',
  uwsgi: 'uwsgi protocol',
  process: 'CGI',
  private: 'private protocol',
  call: 'function call',
  file: 'file',
};

/** What to notice about a hop before reading it. */
export const KIND_LESSONS: Readonly<Record<Hop['kind'], string>> = {
  http: 'Text: one line that says what is wanted, headers, an empty line, and perhaps a body.',
  fastcgi:
    'Each record is a header of 8 bytes (type, request, length) and its content. PARAMS holds what CGI puts into the environment, STDIN the request’s body, STDOUT what a CGI program would print.',
  scgi: 'One block of names and values, the request’s body behind it; the answer is what a CGI program would print.',
  uwsgi: 'One packet of names and values, the request’s body behind it; the answer is whole HTTP.',
  process:
    'No protocol at all: a process, its environment, its standard input and output. Headers become variables called HTTP_….',
  private: '',
  call: 'No wire any more: this happens inside one process. The application gets a dictionary of variables, and gives back a status, headers and the body.',
  file: '',
};

export const CALL_LESSON_NODE =
  'No wire any more: this happens inside one process. The application gets an object for the request and one for the answer.';

const MEANINGS: Readonly<Record<string, string>> = {
  REQUEST_METHOD: 'the first word of the request line',
  PATH_INFO: 'the path that the application sees, and routes by',
  SCRIPT_NAME: 'the part of the path that led to the application',
  QUERY_STRING: 'what follows the “?”',
  REQUEST_URI: 'path and query as they were sent',
  CONTENT_LENGTH: 'how many bytes of body to read',
  CONTENT_TYPE: 'what the body is',
  SERVER_PROTOCOL: 'the version of HTTP that the client speaks',
  GATEWAY_INTERFACE: 'the version of CGI',
  REMOTE_ADDR: 'the client’s address',
  SCRIPT_FILENAME: 'the file that is run',
  DOCUMENT_ROOT: 'the folder that the server publishes',
  HTTP_HOST: 'the header Host',
  HTTP_USER_AGENT: 'the header User-Agent',
  'wsgi.input': 'where the application reads the body',
  'wsgi.errors': 'where it writes complaints',
  'wsgi.url_scheme': 'http or https',
  'wsgi.run_once': 'whether the process is for this one request',
  'wsgi.multithread': 'whether other threads may call it at the same time',
  'wsgi.multiprocess': 'whether other processes run it, too',
  'wsgi.version': 'the version of WSGI',
  'mod_wsgi.process_group': 'empty: embedded; else the name of the daemon',
};

/** What a variable is for; null where its name says enough. */
export const meaningOf = (name: string): string | null => MEANINGS[name] ?? null;

/** Said once, where paths are shown. */
export const PLACES =
  '$SITE is the private folder of this launch, $LAB the folder of the lab. Addresses are those of a stack that nobody looks on at.';

/** In a few sentences: who answered, and was it made for this. */
export function inShort(x: Explanation): readonly string[] {
  const { answeredBy, held, request, stack } = x;
  const what = `${request.method} ${request.basePath}${request.path}`;
  if (answeredBy.pid === null) return [`Which process answered ${what} could not be told.`];
  const answerer = `Process ${answeredBy.pid} answered ${what}`;
  const said: string[] = [];
  if (answeredBy.isNew === true) {
    said.push(`${answerer}. It was made for this request: not there before it, gone after it.`);
    if (held?.pid !== null && held?.isNew === true) {
      said.push(
        `A second request was answered by process ${held.pid}: another one, made and gone in the same way.`,
      );
    }
  } else {
    said.push(`${answerer}. It was there before the request, and is still there: no process was made.`);
    if (held?.pid !== null && held !== null) {
      said.push(
        held.pid === answeredBy.pid
          ? 'A second request was answered by the same process.'
          : `A second request was answered by process ${held.pid}, another of the same kind, which had been there as well.`,
      );
    }
  }
  const holder = x.processes.find(({ holdsConnection }) => holdsConnection);
  if (stack.model === 'embedded' && holder !== undefined && held?.pid === holder.pid) {
    said.push('It is the very process that held the client’s connection: server and application are one.');
  }
  return said;
}

/** `17.4 MiB`, or `?`. */
export const memoryWords = ({ pssBytes }: ExplainedProcess): string =>
  pssBytes === null ? '?' : formatQuantity('bytes', pssBytes);

/** What is special about a process, for the end of its line. */
export function marksOf(process: ExplainedProcess, x: Explanation): readonly string[] {
  const marks: string[] = [];
  if (process.holdsConnection) marks.push('holds the client’s connection');
  if (process.answered) marks.push(x.stack.model === 'static' ? 'answered' : 'ran the application');
  return marks;
}

/** Pairs that an earlier hop has not shown with the same value. */
export function newPairs(
  x: Explanation,
  hop: Hop,
): { readonly isNew: (name: string, value: string) => boolean } {
  const earlier = new Set<string>();
  for (const each of x.hops) {
    if (each === hop) break;
    for (const { pairs, direction } of each.messages) {
      if (direction === 'there') for (const [name, value] of pairs) earlier.add(`${name}\0${value}`);
    }
  }
  return { isNew: (name, value) => !earlier.has(`${name}\0${value}`) };
}
