/** What the machine tells of an application that `labapp.yaml` describes. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { LabError, messageOf } from '../../core/errors.ts';
import { adoptedApp, ownRequests, type Surroundings } from '../../servers/adopted/app.ts';
import type { Labapp } from '../../servers/adopted/define.ts';
import { readLabapp } from '../../servers/adopted/read.ts';
import type { App, OwnRequest } from '../../servers/define.ts';
import { runCommand } from '../process/command.ts';

export interface AdoptedApp {
  readonly name: string;
  readonly app: App;
  readonly requests: readonly OwnRequest[];
  /** Absolute path of labapp.yaml. */
  readonly file: string;
}

/** @throws LabError E_LABAPP, E_ADOPT */
export async function loadAdopted(file: string): Promise<AdoptedApp> {
  const labapp = await readLabapp(file);
  return await defineAdopted(labapp, file);
}

/** The definition of the app that a labapp.yaml at this path describes. */
export async function defineAdopted(labapp: Labapp, file: string): Promise<AdoptedApp> {
  const around = await surroundingsOf(labapp, dirname(file));
  return { name: labapp.name, app: adoptedApp(labapp, around), requests: ownRequests(labapp), file };
}

async function surroundingsOf(app: Labapp, base: string): Promise<Surroundings> {
  const source = app.source === null ? null : resolve(base, app.source);
  const sourceKind = source === null ? null : kindOf(source);
  return {
    base,
    sourceKind,
    python:
      app.form === 'wsgi-callable'
        ? await askPython(resolve(base, app.python?.interpreter ?? '/usr/bin/python3'))
        : null,
    language: languageOf(app, source, sourceKind),
  };
}

function kindOf(path: string): 'folder' | 'file' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch (cause) {
    throw new LabError('E_LABAPP', `the source of the application is not there: ${messageOf(cause)}`, {
      facts: { source: path },
      hint: 'Correct source: in labapp.yaml; it is relative to that file.',
      cause,
    });
  }
}

function languageOf(app: Labapp, source: string | null, kind: Surroundings['sourceKind']): App['language'] {
  if (app.form === 'wsgi-callable') return 'python';
  if (app.form === 'node-handler') return 'node';
  if (source === null || app.entry.startsWith('/')) return languageOfFile(app.entry);
  return languageOfFile(kind === 'folder' ? join(source, app.entry) : source);
}

/** By its first bytes: `#!` and an interpreter, or ELF. */
export function languageOfFile(path: string): App['language'] {
  const first = firstLine(path);
  if (first.startsWith('\u007fELF')) return 'c';
  if (/^#!.*\bperl/.test(first)) return 'perl';
  if (/^#!.*\bpython/.test(first)) return 'python';
  if (/^#!.*\bnode/.test(first)) return 'node';
  if (/^#!.*\b(ba|da|k|z)?sh\b/.test(first)) return 'sh';
  return 'none';
}

/** The beginning of a file up to its first line end; '' when it cannot be read. */
export function firstLine(path: string): string {
  const buffer = Buffer.alloc(256);
  try {
    const descriptor = openSync(path, 'r');
    try {
      const bytes = readSync(descriptor, buffer, 0, buffer.length, 0);
      return buffer.toString('latin1', 0, bytes).split('\n')[0] ?? '';
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}

/** Its packages' folders, `.pth` files followed, as the interpreter itself sees them. */
const QUESTION = `
import json, os, platform, sys
print(json.dumps({"version": platform.python_version(),
  "packages": [p for p in sys.path if p and os.path.isdir(p) and not p.startswith(os.path.dirname(os.__file__) + os.sep + "lib-dynload")
               and os.path.realpath(p) != os.path.realpath(os.path.dirname(os.__file__)) and not p.endswith(".zip")]}))
`;
const QUESTION_TIMEOUT_MS = 30_000;
const answerSchema = z.object({ version: z.string(), packages: z.array(z.string()) });

async function askPython(interpreter: string): Promise<NonNullable<Surroundings['python']>> {
  const result = await runCommand([interpreter, '-I', '-c', QUESTION], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
    cwd: '/',
    timeoutMs: QUESTION_TIMEOUT_MS,
  });
  const parsed = result.ok ? answerSchema.safeParse(JSON.parse(result.stdout)) : null;
  if (parsed?.success === true) return { interpreter, ...parsed.data };
  throw new LabError('E_LABAPP', 'the Python interpreter of the application does not run', {
    facts: { interpreter, output: result.output },
    hint: 'Correct python.interpreter in labapp.yaml: the bin/python of a virtual environment, or /usr/bin/python3.',
  });
}
