import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { LabError, messageOf } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import { renderExplanationPage } from '../../dashboards/explain/page.ts';
import { renderExplanationText } from '../../dashboards/explain/text.ts';
import { type Explanation, explanationSchema } from '../../results/schema/explanation.ts';
import { capacitySchema } from '../../scenarios/define.ts';
import { pssOf } from '../account/memory.ts';
import type { Asked } from '../explain/client.ts';
import { explainStack } from '../explain/explain.ts';
import { openObservers } from '../explain/observers.ts';
import { launchStack } from '../launch/launch.ts';
import { measuredUser } from '../process/user.ts';
import type { Stack } from '../stack.ts';
import { namedPattern } from './adopted-app.ts';
import { LIMITS } from './defaults.ts';
import { examples } from './examples.ts';
import { noticeRoot } from './notice-root.ts';
import type { Terminal } from './terminal.ts';
import { apacheModulesOption, appOption, surveyWorld, type World, type WorldOptions } from './world.ts';

interface ExplainOptions extends WorldOptions {
  readonly path?: string;
  readonly post?: string;
  readonly html?: string;
  readonly json?: true;
}

/** `lab explain STACK`: one request's way through one stack, from the client to the app and back. */
export function addExplain(program: Command, terminal: Terminal): void {
  program
    .command('explain')
    .summary('show how one request goes through one stack')
    .description(
      'Launches one stack, sends one request and shows who passes it to whom, what is spoken on each hop, which processes there are, and where the time goes. Nothing is measured.',
    )
    .argument('<stack>', 'name of a stack (see `lab list stacks`)')
    .option('--path <path>', 'what to ask for (default: /hello, or the first request of --app)', parsePath)
    .addOption(appOption())
    .addOption(apacheModulesOption())
    .option('--post <text>', 'send a POST with this body (with --path /echo)')
    .option('--html <file>', 'write it as a page, with every configuration whole')
    .option('--json', 'print everything that was seen as JSON')
    .addHelpText(
      'after',
      examples(
        ['lab explain apache-mod-cgid/wsgi-bare', 'what CGI is'],
        ['lab explain apache-proxy-fcgi+flup/django --html fastcgi.html', 'FastCGI records, as a page'],
        ['lab explain gateway-cgi/node-bare --path /echo --post hello', 'with a body'],
      ),
    )
    .action((name: string, options: ExplainOptions) => explain(name, options, terminal));
}

async function explain(name: string, options: ExplainOptions, terminal: Terminal): Promise<void> {
  const { out, err } = terminal;
  const world = await surveyWorld(options);
  const stack = findStack(namedPattern(name, world.adopted), world);
  noticeRoot(terminal, measuredUser());
  err.write(`launching ${stack.record.name}\n`);
  const explanation = await observe(stack, world, options, terminal);
  if (options.html !== undefined) {
    const file = resolve(terminal.cwd, options.html);
    await writePage(explanation, file);
    err.write(`written: ${file}\n`);
  }
  if (options.json === true) out.write(`${JSON.stringify(explanation, null, 2)}\n`);
  else if (options.html === undefined) out.write(renderExplanationText(explanation, out.colours));
  else out.write(`${resolve(terminal.cwd, options.html)}\n`);
}

async function observe(
  stack: Stack,
  world: World,
  options: ExplainOptions,
  { signal }: Terminal,
): Promise<Explanation> {
  const capacity = capacitySchema.parse({});
  const asked: Asked = {
    method: options.post === undefined ? 'GET' : 'POST',
    path: options.path ?? stack.app.adopted?.requests[0]?.path ?? '/hello',
    body: options.post ?? null,
  };
  // Released last: what looks on must outlive the stack.
  await using observers = openObservers();
  await using launched = await launchStack({
    stack,
    tools: world.tools,
    capacity,
    limits: LIMITS,
    user: measuredUser(),
    signal,
    observe: observers.observe,
  });
  const seen = await explainStack({
    stack,
    launched,
    relay: observers.relay(),
    asked,
    capacity,
    weigh: pssOf,
    now: new Date(),
    signal,
  });
  await launched.stop(null);
  return explanationSchema.parse(seen);
}

/** @throws LabError E_UNKNOWN_STACK for a name that is none, E_NO_STACKS when it cannot run here */
function findStack(name: string, { stacks, exclusions }: World): Stack {
  const found = stacks.find(({ record }) => record.name === name);
  if (found !== undefined) return found;
  const excluded = exclusions.find(({ what }) => what === name);
  if (excluded !== undefined) {
    throw new LabError('E_NO_STACKS', `${name} cannot run here: ${excluded.reason}`, {
      ...(excluded.remedy === null ? {} : { hint: excluded.remedy }),
    });
  }
  const meant = nearest(
    name,
    stacks.map(({ record }) => record.name),
  );
  throw new LabError('E_UNKNOWN_STACK', `no stack that can run here is called ${name}`, {
    hint:
      meant === null ? '`lab list stacks` shows them, and why others cannot run.' : `Did you mean ${meant}?`,
  });
}

/** Writes the page whole or not at all. */
async function writePage(explanation: Explanation, file: string): Promise<void> {
  const partial = `${file}.partial`;
  try {
    await writeFile(partial, renderExplanationPage(explanation));
    await rename(partial, file);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new LabError('E_PLACE', `the page cannot be written: ${messageOf(cause)}`, {
      facts: { file },
      cause,
    });
  }
}

function parsePath(text: string): string {
  // Anything else could not stand in a request line.
  if (/^\/[!-~]*$/.test(text)) return text;
  throw new InvalidArgumentError('give a path that begins with "/" and holds no blanks.');
}
