/** Finds, reads and checks scenario files: YAML, JSON or TypeScript, by name or by path. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, isAbsolute, join, relative, resolve } from 'node:path';
import { LabError, messageOf } from '../core/errors.ts';
import { PROJECT_ROOT } from '../core/paths.ts';
import { NAME_PATTERN } from '../core/words.ts';
import { type Catalogue, meant } from './catalogue.ts';
import { checkScenario, valueAt } from './check.ts';
import { importScenario } from './compile.ts';
import type { Scenario } from './define.ts';
import { type Loaded, parseScenarioText } from './parse-text.ts';
import { formatPath, type Problem, scenarioError } from './problem.ts';

/** Where scenarios that have a name are. */
export const SCENARIOS_DIR = join(PROJECT_ROOT, 'scenarios');

/** The headline comes first in `all`: what a budget cannot buy is left out from the end. */
const HEADLINE = 'models';

const SHIPPED = /^(.+)\.scenario\.(yaml|yml|json|ts)$/;
const READABLE = new Set(['.yaml', '.yml', '.json', '.ts', '.mts']);

export interface ScenarioFile {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

export interface NamedScenario {
  readonly name: string;
  readonly scenario: Scenario;
}

export interface LoadOptions {
  /** Where relative paths start. */
  readonly cwd: string;
  /** What patterns are checked against; null: they are not checked. */
  readonly catalogue: Catalogue | null;
  /** @default SCENARIOS_DIR */
  readonly dir?: string;
}

/** Every scenario in the folder, sorted by name. */
export async function findScenarios(dir: string = SCENARIOS_DIR): Promise<ScenarioFile[]> {
  const files = (await readdir(dir)).flatMap((entry) => {
    const name = SHIPPED.exec(entry)?.[1];
    return name === undefined ? [] : [{ name, path: join(dir, entry) }];
  });
  return files.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.path < b.path ? -1 : 1));
}

/**
 * Loads the scenarios that were asked for, in order, each once: names, paths, or `all` for those that say
 * `inAll`. Every mistake of every file is in the one error.
 * @throws LabError E_SCENARIO
 */
export async function loadScenarios(
  asked: readonly string[],
  options: LoadOptions,
): Promise<NamedScenario[]> {
  const known = await findScenarios(options.dir);
  const wanted = new Map<string, { readonly file: ScenarioFile; readonly onlyIfInAll: boolean }>();
  for (const word of asked) {
    for (const file of word === 'all' ? headlineFirst(known) : [resolveScenario(word, known, options.cwd)]) {
      const onlyIfInAll = word === 'all' && wanted.get(file.path)?.onlyIfInAll !== false;
      wanted.set(file.path, { file, onlyIfInAll });
    }
  }
  const loaded = await Promise.all(
    [...wanted.values()].map(async (want) => ({ ...want, result: await loadFile(want.file.path, options) })),
  );
  const problems = [
    ...clashes(
      loaded.map(({ file }) => file),
      options.cwd,
    ),
    ...loaded.flatMap(({ result, onlyIfInAll }) =>
      result.ok || (onlyIfInAll && result.inAll === false) ? [] : result.problems,
    ),
  ];
  if (problems.length > 0) throw scenarioError(problems);
  return loaded.flatMap(({ file, onlyIfInAll, result }) =>
    result.ok && (!onlyIfInAll || result.scenario.inAll)
      ? [{ name: file.name, scenario: result.scenario }]
      : [],
  );
}

const headlineFirst = (files: readonly ScenarioFile[]): ScenarioFile[] =>
  files.toSorted((a, b) => Number(b.name === HEADLINE) - Number(a.name === HEADLINE));

/** Two files of one name would share a name in the report. */
function clashes(files: readonly ScenarioFile[], cwd: string): Problem[] {
  const first = new Map<string, string>();
  return files.flatMap(({ name, path }) => {
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, path);
      return [];
    }
    const message = `another scenario has the name "${name}": ${shown(other, cwd)}`;
    return [{ file: shown(path, cwd), line: null, column: null, path: '', message }];
  });
}

/** A word with a slash or a known extension is a path; anything else is a name. */
export function resolveScenario(word: string, known: readonly ScenarioFile[], cwd: string): ScenarioFile {
  if (word.includes('/') || READABLE.has(extname(word))) {
    const path = isAbsolute(word) ? word : resolve(cwd, word);
    const base = basename(path);
    return { name: SHIPPED.exec(base)?.[1] ?? base.slice(0, -extname(base).length || undefined), path };
  }
  const found = known.find(({ name }) => name === word);
  if (found !== undefined) return found;
  const names = ['all', ...known.map(({ name }) => name)];
  throw new LabError('E_SCENARIO', `no scenario is called "${word}"${meant(word, names)}`, {
    facts: { known: names.join(', ') },
    hint: `Write one with \`lab new scenario ${NAME_PATTERN.test(word) ? word : 'NAME'}\`, or give the path of a file.`,
  });
}

/** Loads one file. Mistakes are returned, not thrown. */
export async function loadFile(path: string, options: LoadOptions): Promise<Loaded> {
  const file = shown(path, options.cwd);
  const fault = (message: string): Loaded => ({
    ok: false,
    problems: [{ file, line: null, column: null, path: '', message }],
    inAll: null,
  });
  const { name } = resolveScenario(path, [], options.cwd);
  if (!NAME_PATTERN.test(name)) {
    return fault(`"${name}" is not a name: lower-case letters, digits, ".", "_" or "-", at most 64`);
  }
  const extension = extname(path);
  if (!READABLE.has(extension)) return fault('a scenario is a .yaml, .json or .ts file');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (thrown) {
    return fault(`it cannot be read: ${messageOf(thrown)}`);
  }
  if (extension !== '.ts' && extension !== '.mts') return parseScenarioText(text, file, options.catalogue);
  const module = await importScenario(path, file);
  if (!module.ok) return { ...module, inAll: null };
  const checked = checkScenario(module.data, options.catalogue);
  if (checked.ok) return checked;
  return {
    ok: false,
    problems: checked.mistakes.map(({ path: at, key, message }) => ({
      file,
      line: null,
      column: null,
      path: formatPath(key === null ? at : [...at, key]),
      message,
    })),
    inAll: valueAt(module.data, ['inAll']) === true,
  };
}

/** Short where the file is below the working folder, else absolute. */
function shown(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short.startsWith('..') || short === '' ? path : short;
}
