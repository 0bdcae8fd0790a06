/** An explanation of a CGI stack, small and whole. */
import { type Explanation, explanationSchema } from '../../../../results/schema/explanation.ts';

const process = {
  parent: 1,
  startTicks: '1',
  role: 'host',
  user: 'www-data',
  pssBytes: 500_000,
  threads: 1,
  listens: [],
  descriptors: [],
  holdsConnection: false,
  answered: false,
  seen: { before: true, during: true, after: true },
} as const;

export function explanation(change: Partial<Explanation> = {}): Explanation {
  return explanationSchema.parse({
    version: 1,
    at: '2026-05-04T13:20:00.000Z',
    stack: {
      name: 'apache-mod-cgid/wsgi-bare',
      model: 'cgi',
      host: 'apache',
      connector: 'apache-mod-cgid',
      ...{
        connectorVariant: null,
        backend: null,
        backendVariant: null,
        adapter: 'wsgi-cgi',
        app: 'wsgi-bare',
      },
      appForm: 'wsgi-callable',
      form: 'cgi-script',
      upstream: null,
      contract: 'full',
      extras: [],
      language: 'python',
      pipeline: ['Apache', 'mod_cgid + .htaccess', 'wsgiref (CGI)', 'plain WSGI (WSGI)'],
    },
    user: 'www-data',
    capacity: { processes: 2, threads: 8 },
    request: { method: 'GET', path: '/hello', basePath: '/app.py', status: 200 },
    answeredBy: { pid: 40, isNew: true, evidence: 'noted' },
    held: { path: '/who?ms=1000', pid: 41, isNew: true },
    processes: [
      { ...process, pid: 10, purpose: 'server-parent', command: 'apache2' },
      { ...process, pid: 11, parent: 10, purpose: 'cgi-helper', command: 'apache2' },
      {
        ...process,
        pid: 41,
        parent: 11,
        purpose: 'request-program',
        command: 'python3 app.py',
        answered: true,
        seen: { before: false, during: true, after: false },
        descriptors: [['0 (standard input)', 'pipe:[7]']],
      },
      {
        ...process,
        pid: 12,
        parent: 10,
        purpose: 'server-worker',
        command: 'apache2',
        holdsConnection: true,
      },
    ],
    hops: [
      {
        from: 'client',
        to: 'Apache',
        kind: 'http',
        over: 'TCP',
        how: 'every byte',
        isObserved: true,
        messages: [
          message('there', 'GET /app.py/hello HTTP/1.1', [['Host', 'h']]),
          message('back', 'HTTP/1.1 200 OK', [['Server', 'Apache']]),
        ],
      },
      {
        ...{
          from: 'mod_cgid',
          to: 'wsgiref (CGI)',
          kind: 'process',
          over: 'a new process',
          how: 'read from /proc',
        },
        isObserved: true,
        messages: [
          message('there', 'environment', VARIABLES),
          { ...message('back', 'standard output', []), text: 'Status: 200 OK\n\nHello, world!\n' },
        ],
      },
      {
        from: 'wsgiref (CGI)',
        to: 'plain WSGI (WSGI)',
        kind: 'call',
        over: 'a call',
        how: 'noted',
        isObserved: true,
        messages: [
          message('there', 'environ', [...VARIABLES, ['wsgi.run_once', 'True']]),
          message('back', "start_response('200 OK', …)", [['Content-Length', '14']]),
        ],
      },
    ],
    moments: [
      { moment: 'connected', atUs: -50 },
      { moment: 'sent', atUs: 0 },
      { moment: 'process-seen', atUs: 2_000 },
      { moment: 'app-begun', atUs: 20_000 },
      { moment: 'app-ready', atUs: 35_000 },
      { moment: 'app-called', atUs: 35_200 },
      { moment: 'app-done', atUs: 35_250 },
      { moment: 'answer-begun', atUs: 36_000 },
      { moment: 'answer-done', atUs: 40_000 },
      { moment: 'process-gone', atUs: 41_000 },
    ],
    notObservable: ['The fork itself.'],
    notes: ['One request says how things fit together.'],
    unequal: [],
    configs: [{ path: '$SITE/app/.htaccess', content: 'Options +ExecCGI\n' }],
    ...change,
  });
}

const VARIABLES: [string, string][] = [
  ['REQUEST_METHOD', 'GET'],
  ['PATH_INFO', '/hello'],
  ['SCRIPT_NAME', '/app.py'],
  ['HTTP_HOST', 'h'],
];

export const message = (direction: 'there' | 'back', title: string, pairs: [string, string][]) => ({
  direction,
  title,
  pairs,
  note: null,
  text: null,
  bytes: 10,
});
