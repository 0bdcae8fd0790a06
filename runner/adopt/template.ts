/** What `lab adopt` writes: every key, with what it means where it stands. */
import { stringify } from 'yaml';
import { LEFT_OUT } from '../../servers/adopted/define.ts';
import type { Found } from './detect.ts';
import type { HarRequest } from './har.ts';

/** What answers contain that is different each time, though nothing is wrong. */
export const DEFAULT_MASKS: readonly (readonly [pattern: string, what: string])[] = [
  ['\\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT', 'a date as in HTTP'],
  ['\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:?\\d{2})?', 'a date and time'],
  ['name="csrf(middlewaretoken|_token)"[^>]*', 'a token against cross-site requests'],
  ['[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'a UUID, such as a request id'],
  ['nonce="[^"]*"', 'a nonce'],
];

export function labappText(x: {
  readonly name: string;
  /** The source as labapp.yaml is to name it; null: none. */
  readonly source: string | null;
  readonly nodeModules: string | null;
  readonly found: Found;
  readonly requests: readonly HarRequest[];
  /** What was typed. */
  readonly path: string;
}): string {
  const { found } = x;
  const isProgram = found.form === 'cgi-script' || found.form === 'fastcgi-script';
  const parts = [
    `# An application of yours, for the lab: written by \`lab adopt ${x.path}\`. Edit it as you like.
# Every key is explained here and in docs/adopt.md; relative paths start at this file.
# Run it with: lab run adopt --app THIS-FILE`,
    part('The version of this file’s format.', { version: 1 }),
    part('The name of the application in stack names: apache-mod-cgid/NAME.', { name: x.name }),
    part('Its title in pipelines and the report.', { title: x.name }),
    part('What it is: wsgi-callable, node-handler, cgi-script (a program per request) or fastcgi-script.', {
      form: found.form,
    }),
    part(
      'The folder (or single file) that is copied for each launch; nothing is ever written into it.\nnull: nothing is copied.',
      { source: x.source },
    ),
    part(ENTRY[found.form], { entry: found.entry }),
    ...(found.form === 'fastcgi-script'
      ? [
          part(
            'The script that an interpreter such as php-cgi is told to run for every path (SCRIPT_FILENAME).\nnull: the program is the application itself.',
            { script: found.script },
          ),
          part(
            'The program serves one request at a time: it is run once for each slot. false: it has threads of its own.',
            { servesOne: true },
          ),
        ]
      : []),
    part(
      'true: work in the source itself instead of in a copy. Its databases and files are then the real ones.',
      { inPlace: false },
    ),
    ...(isProgram
      ? []
      : [
          part('Where it is mounted: "/" or a path such as "/shop". Requests below include it.', {
            mount: '/',
          }),
        ]),
    ...(found.interpreter === null
      ? []
      : [
          part(
            'The interpreter whose packages it uses (bin/python of a virtual environment), read only,\nand the folders of the source that its modules are in.',
            {
              python: { interpreter: found.interpreter, path: ['.'] },
            },
          ),
        ]),
    ...(found.form === 'node-handler'
      ? [part('Its installed packages: linked, not copied. null: none.', { nodeModules: x.nodeModules })]
      : []),
    part('Its environment, beside what servers give. {app} stands for the folder it runs in.', {
      env: found.env,
    }),
    part('Further files or folders to copy: { from: /etc/shop.conf, to: shop.conf }.', { also: [] }),
    part('Names that are not copied.', { leaveOut: [...LEFT_OUT] }),
    part('Paths that a web server answers itself, in production: no request below may be one of them.', {
      static: [...found.static],
    }),
    `# What is asked of it. The first is also what tells that it is up. Each: name, method, path, headers, body,
# status (the one that is right; without it any below 500) and load.
# load: true   it is loaded and timed, in every deployment
# load: false  its answers are only compared
${stringify({ requests: x.requests.map(requestOf) }).trimEnd()}`,
    masksText(),
    part(
      'The deployment that the right answers are recorded from, such as gateway-cgi. null: the lab chooses the plainest.',
      { reference: null },
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

const ENTRY: Readonly<Record<Found['form'], string>> = {
  'wsgi-callable': 'module:callable, module:factory(), or a .wsgi file, inside the source.',
  'node-handler':
    'A module that exports (req, res) => …, an Express, Fastify or Koa application or an http.Server,\nor that starts a server of its own (its port is not opened).',
  'cgi-script': 'The program: a path inside the source, or absolute.',
  'fastcgi-script': 'The program, which accepts on descriptor 0: a path inside the source, or absolute.',
};

function part(comment: string, content: Readonly<Record<string, unknown>>): string {
  const lines = comment.split('\n').map((line) => `# ${line}`);
  return [...lines, stringify(content).trimEnd()].join('\n');
}

function requestOf(request: HarRequest, index: number): Record<string, unknown> {
  return {
    method: request.method,
    path: request.path,
    ...(Object.keys(request.headers).length === 0 ? {} : { headers: request.headers }),
    ...(request.body === null ? {} : { body: request.body }),
    load: index === 0,
  };
}

function masksText(): string {
  const lines = DEFAULT_MASKS.flatMap(([pattern, what]) => [
    `  # ${what}`,
    `  - ${stringify(pattern, { defaultStringType: 'QUOTE_SINGLE' }).trimEnd()}`,
  ]);
  return `# What may differ between two right answers, as regular expressions of JavaScript. What differs between
# answers of the reference itself is found by asking it four times, and left out besides.
masks:
${lines.join('\n')}`;
}
