/** What a stack does beyond the contract's answers: deployments differ in behaviour, not only in speed. */
import { z } from 'zod';

export interface BehaviourKind {
  /** Heading of its column. */
  readonly title: string;
  /** What is sent, and what is looked for. */
  readonly asks: string;
  /** Words that a cell can hold, and what they mean; a status stands for itself. */
  readonly words: Readonly<Record<string, string>>;
  /** Takes seconds, or harms the stack: looked at for the matrix only, never in a run. */
  readonly isSlow: boolean;
  /** Needs routes that a floor or a file does not have. */
  readonly needsFull: boolean;
}

const kind = (
  title: string,
  asks: string,
  words: BehaviourKind['words'],
  more: Partial<BehaviourKind> = {},
): BehaviourKind => ({ title, asks, words, isSlow: false, needsFull: true, ...more });

/** Every behaviour that is looked at, in the order of the columns. */
export const BEHAVIOURS = {
  head: kind(
    'HEAD',
    '`HEAD /hello`: the headers of GET, and no body.',
    {
      length: 'the Content-Length that GET would have is stated',
      'no length': 'no Content-Length is stated',
      'wrong length': 'another Content-Length is stated than that of GET',
      'a body': 'bytes follow the headers: a client takes them for the next answer',
    },
    { needsFull: false },
  ),
  notFound: kind(
    '404',
    '`GET /nothing`: who answers for a path that is not there.',
    { app: 'the app’s own answer arrives', server: 'the server answers in the app’s place' },
    { needsFull: false },
  ),
  boom: kind('500', '`GET /boom`: the app raises an error that nobody catches. Status and kind of body.', {
    text: 'a body of plain text',
    HTML: 'a page of HTML',
    empty: 'no body',
    traceback: 'the program’s own traceback is shown to the client',
    cut: 'the connection ends before the answer does',
  }),
  upload: kind('upload', '`POST /echo` of 1 MiB + 1 byte, with its length stated.', {
    whole: 'every byte arrives',
    empty: '200, but the app saw no byte of it',
    short: '200, but the app saw another number of bytes',
  }),
  chunked: kind('chunked', '`POST /echo` in chunks 40 ms apart, without a length.', {
    whole: 'every byte arrives',
    empty: '200, but the app saw an empty body: data is lost without a word',
    'empty, cut': 'the same, and the connection ends before the answer does',
    short: '200, but the app saw another number of bytes',
    '411': 'refused: a length is required',
  }),
  expect: kind('Expect', '`POST /echo` with `Expect: 100-continue`; the body is held back.', {
    '100': '100 Continue comes, then the answer',
    'no 100': 'none comes within a second and a half; the body is sent anyway and answered',
  }),
  stream: kind('stream', '`GET /stream`: 4 chunks, 150 ms apart; when each arrives.', {
    passed: 'each chunk arrives when the app sends it',
    held: 'all arrive together, after the last',
    partly: 'some are held back',
  }),
  repeated: kind('repeated', '`X-Lab-Twice: 1` and `X-Lab-Twice: 2` in one request: what the app sees.', {
    folded: 'one header, both values joined by a comma',
    first: 'only the first',
    last: 'only the last',
    dropped: 'neither',
  }),
  encodedSlash: kind(
    '%2F',
    '`GET /hello%2Fx`: whether an encoded slash reaches the app.',
    { app: 'the app’s own 404 arrives', server: 'the server answers 404 in the app’s place' },
    { needsFull: false },
  ),
  proxyHeader: kind('Proxy:', 'A `Proxy:` request header: CGI would make it HTTP_PROXY (CVE-2016-5385).', {
    'kept out': 'the app does not see it',
    passed: 'the app sees it',
  }),
  underscore: kind('X_Y:', 'A request header with underscores, which CGI cannot tell from dashes.', {
    dropped: 'the app does not see it',
    passed: 'the app sees it',
  }),
  authorization: kind('Authorization', '`Authorization: Basic …`: whether the app could check it.', {
    passed: 'the app sees it',
    'kept out': 'the app does not see it',
  }),
  abort: kind(
    'abort',
    '`GET /wait`, and the client goes away: whether the work goes on, and whether the stack still answers.',
    {
      'runs on': 'the process that was made for the request is still at work 1 s later',
      ends: 'the process that was made for the request is gone 1 s later',
      answers: 'no process of its own to lose; the stack answers the next request at once',
      stuck: 'the next request is not answered before the abandoned one is done',
    },
    { isSlow: true },
  ),
  kill: kind(
    'kill',
    '`GET /stream`, and the process that answers is killed in the middle: what the client sees, and whether the stack recovers.',
    {
      cut: 'the connection ends early: the client can tell',
      'clean 200': 'the answer ends as if it were whole, though bytes are missing: the client cannot tell',
      whole: 'every byte arrives',
      hangs: 'the answer neither goes on nor ends within 9 s of the request',
      'cut, down': 'cut, and the stack does not answer again within 5 s',
      unseen: 'it was not found out which process answers',
    },
    { isSlow: true },
  ),
} as const satisfies Record<string, BehaviourKind>;

export type BehaviourName = keyof typeof BEHAVIOURS;

export const BEHAVIOUR_NAMES = Object.keys(BEHAVIOURS).filter(
  (name): name is BehaviourName => name in BEHAVIOURS,
);

/** The cell of a behaviour that was not looked at. */
export const NOT_ASKED = '–';

export const seenBehaviourSchema = z
  .strictObject({
    // Not an enumeration: a run of a later lab may know more of them.
    behaviour: z.string().describe('`head`, `chunked`, `stream` …'),
    word: z.string().describe('In a word: `passed`, `held`, `411` …'),
    detail: z.string().describe('What was seen.'),
    reason: z
      .string()
      .nullable()
      .describe('Why it is so, where it is a known difference between deployments.'),
  })
  .readonly()
  .meta({ id: 'SeenBehaviour', description: 'What a stack was seen to do beside the contract’s answers.' });
export type SeenBehaviour = z.output<typeof seenBehaviourSchema>;
