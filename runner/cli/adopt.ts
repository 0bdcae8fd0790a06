import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { LabError, messageOf } from '../../core/errors.ts';
import { NAME_PATTERN } from '../../core/words.ts';
import { capacitySchema } from '../../scenarios/define.ts';
import { ADOPTED_FORMS, type AdoptedForm } from '../../servers/adopted/define.ts';
import { detect, type Found } from '../adopt/detect.ts';
import { type HarRequests, readHar } from '../adopt/har.ts';
import { labappText } from '../adopt/template.ts';
import { discoverTools } from '../process/tools.ts';
import { measuredUser } from '../process/user.ts';
import { recordGolden, referenceOf } from '../reference.ts';
import { describeVariation, type Golden } from '../verify/own/golden.ts';
import { LIMITS } from './defaults.ts';
import { examples } from './examples.ts';
import { noticeRoot } from './notice-root.ts';
import { formatTable, plural } from './table.ts';
import type { Terminal } from './terminal.ts';
import { surveyWorld } from './world.ts';

interface AdoptOptions {
  readonly out: string;
  readonly name?: string;
  readonly form?: AdoptedForm;
  readonly entry?: string;
  readonly python?: string;
  readonly har?: string;
  readonly request?: readonly string[];
  readonly force?: true;
  readonly check: boolean;
}

/** `lab adopt PATH`: describes an application of the user's own, and tries it once. */
export function addAdopt(program: Command, terminal: Terminal): void {
  program
    .command('adopt')
    .summary('take an application of your own through every deployment')
    .description(
      'Looks at what is there (a WSGI callable, a Django or Flask project, a Node handler or server, a CGI or FastCGI program) and writes labapp.yaml, which you can edit. Then runs it once, alone, and shows its answers. Nothing is written into the application’s folder.',
    )
    .argument('<path>', 'a folder, a file, or an installed Python module as module:callable')
    .option('--out <file>', 'what to write', 'labapp.yaml')
    .option('--name <name>', 'its name in stack names (default: from the path)')
    .addOption(new Option('--form <form>', 'what it is, where that cannot be told').choices(ADOPTED_FORMS))
    .option('--entry <entry>', 'what to load or run inside the folder: module:callable or a file')
    .option('--python <path>', 'virtual environment or interpreter whose packages it uses')
    .option('--har <file>', 'take the requests from a HAR file, as browsers save it')
    .option('--request <path...>', 'paths to ask for (default: /)')
    .option('--force', 'write over an existing file')
    .option('--no-check', 'do not run it')
    .addHelpText(
      'after',
      examples(
        ['lab adopt ~/shop', 'a project; then: lab run adopt --app labapp.yaml'],
        ['lab adopt httpbin:app --request /get /html', 'an installed WSGI application'],
        ['lab adopt /usr/share/gitweb/gitweb.cgi', 'a CGI program'],
        ['lab adopt ~/site --har session.har', 'with the requests of a browser’s session'],
      ),
    )
    .action((path: string, options: AdoptOptions) => adopt(path, options, terminal));
}

async function adopt(path: string, options: AdoptOptions, terminal: Terminal): Promise<void> {
  const { out, err, cwd } = terminal;
  const tools = await discoverTools();
  const file = resolve(cwd, options.out);
  const found = detect(path, {
    cwd,
    form: options.form ?? null,
    python: options.python ?? null,
    entry: options.entry ?? null,
    phpCgi: tools.find('php-cgi'),
  });
  const har = await requestsOf(options, found, cwd);
  const name = nameOf(options.name, path, found);
  const near = (target: string | null) => (target === null ? null : nearPath(dirname(file), target));
  const text = labappText({
    name,
    source: near(found.source),
    nodeModules: near(found.nodeModules),
    found,
    requests: har.requests,
    path,
  });
  await write(file, text, options.force === true);
  out.write(`${options.out}\n`);
  err.write(`${describe(name, found, har)}\n`);
  if (options.check) await tryOut(file, terminal);
  err.write(`next: lab run adopt --app ${options.out}\n`);
}

/** Relative where it is near, for a file that can be moved with its application. */
function nearPath(from: string, target: string): string {
  const short = relative(from, target);
  return short.startsWith('../..') ? target : short === '' ? '.' : short;
}

async function requestsOf(options: AdoptOptions, found: Found, cwd: string): Promise<HarRequests> {
  const plain = (options.request ?? []).map((path) => ({
    method: 'GET' as const,
    path,
    headers: {},
    body: null,
  }));
  if (options.har === undefined) {
    return {
      requests: plain.length > 0 ? plain : [{ method: 'GET', path: '/', headers: {}, body: null }],
      notes: [],
    };
  }
  const file = resolve(cwd, options.har);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new LabError('E_USAGE', `the HAR file cannot be read: ${messageOf(cause)}`, {
      facts: { file },
      cause,
    });
  }
  const har = readHar(text, file, found.static);
  return { requests: [...plain, ...har.requests], notes: har.notes };
}

function nameOf(asked: string | undefined, path: string, found: Found): string {
  const raw =
    asked ??
    basename(
      found.script ?? (found.source === null ? (path.split(':')[0] ?? path) : resolve(path)),
      extname(path),
    );
  const name =
    asked ??
    (raw
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-')
      .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '') ||
      'app');
  if (NAME_PATTERN.test(name)) return name;
  throw new LabError('E_USAGE', `"${name}" cannot be a name`, {
    hint: 'Use lower-case letters, digits, ".", "_" or "-", at most 64: --name NAME',
  });
}

async function write(file: string, text: string, isForced: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: isForced ? 'w' : 'wx' });
  } catch (cause) {
    if (existsSync(file) && !isForced) {
      throw new LabError('E_USAGE', 'there is such a file already', {
        facts: { file },
        hint: 'Choose another with --out, or write over it with --force.',
        cause,
      });
    }
    throw new LabError('E_PLACE', `the description cannot be written: ${messageOf(cause)}`, {
      facts: { file },
      cause,
    });
  }
}

function describe(name: string, found: Found, har: HarRequests): string {
  const rows = [
    ['name', name],
    ['form', found.form],
    ['source', found.source ?? 'none'],
    ['entry', found.entry],
    ...(found.script === null ? [] : [['script', found.script]]),
    ...(found.interpreter === null ? [] : [['python', found.interpreter]]),
    ...(found.nodeModules === null ? [] : [['packages', found.nodeModules]]),
    ['requests', String(har.requests.length)],
    ...[...found.notes, ...har.notes].map((note) => ['note', note]),
  ];
  return formatTable(rows, '  ');
}

/** Runs the application alone, and shows what it answers: most mistakes show here, not behind a server. */
async function tryOut(file: string, terminal: Terminal): Promise<void> {
  const { err, signal } = terminal;
  const world = await surveyWorld({ app: file });
  const { adopted, tools } = world;
  if (adopted === null) return;
  const user = measuredUser();
  noticeRoot(terminal, user);
  const stack = referenceOf(adopted.name, adopted.app, world.stacks);
  err.write(`asking it where it runs alone: ${stack.record.pipeline.join(' → ')}\n`);
  const capacity = capacitySchema.parse({});
  const golden = await recordGolden({
    app: adopted.name,
    stack,
    tools,
    capacity,
    limits: LIMITS,
    user,
    signal,
  });
  err.write(`${answersTable(golden)}\n`);
  const count = world.stacks.filter(({ record }) => record.app === adopted.name).length;
  err.write(
    `${plural(count, 'deployment')} of it can run here: lab list stacks --app ${relative(terminal.cwd, file)}\n`,
  );
}

function answersTable({ answers }: Golden): string {
  const rows = answers.map((answer) => [
    `${answer.request.method} ${answer.request.path}`,
    String(answer.status),
    answer.location ?? answer.contentType ?? '',
    `${answer.body.length} characters`,
    describeVariation(answer) ?? 'the same each time',
  ]);
  return formatTable(rows, '  ');
}
