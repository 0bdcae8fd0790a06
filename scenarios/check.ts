/** Validates a scenario's data and says everything that is wrong with it, in plain words. */
import type { z } from 'zod';
import { nearest } from '../core/nearest.ts';
import { type Catalogue, checkPattern, meant } from './catalogue.ts';
import {
  capacitySchema,
  loadSchema,
  requestSchema,
  type Scenario,
  scenarioSchema,
  workloadSchema,
} from './define.ts';
import { formatPath } from './problem.ts';

/** A mistake at a path of the data. */
export interface Mistake {
  readonly path: readonly PropertyKey[];
  /** The key itself, below `path`, when it is the key that is wrong. */
  readonly key: string | null;
  /** The key that was probably meant. */
  readonly meant?: string | null;
  readonly message: string;
}

export type Checked =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** Checks data against the schema and, when there is a catalogue, its patterns against what is defined. */
export function checkScenario(data: unknown, catalogue: Catalogue | null): Checked {
  const parsed = scenarioSchema.safeParse(data);
  const mistakes = parsed.success
    ? []
    : withoutEchoes(parsed.error.issues.flatMap((issue) => describe(issue, [], data)));
  if (catalogue !== null) mistakes.push(...checkStacks(data, catalogue));
  if (parsed.success && mistakes.length === 0) return { ok: true, scenario: parsed.data };
  return { ok: false, mistakes };
}

const MISSING = 'is missing';

/** A key with a slip in it is one mistake, not an unknown key and a missing one. */
function withoutEchoes(mistakes: Mistake[]): Mistake[] {
  const slips = new Set(mistakes.flatMap((m) => (m.meant ? [formatPath([...m.path, m.meant])] : [])));
  return mistakes.filter((mistake) => !(mistake.message === MISSING && slips.has(formatPath(mistake.path))));
}

function checkStacks(data: unknown, catalogue: Catalogue): Mistake[] {
  const stacks = valueAt(data, ['stacks']);
  if (!Array.isArray(stacks)) return [];
  return stacks.flatMap((pattern: unknown, index) => {
    const message = typeof pattern === 'string' ? checkPattern(pattern, catalogue) : null;
    return message === null ? [] : [{ path: ['stacks', index], key: null, message }];
  });
}

function describe(issue: z.core.$ZodIssue, base: readonly PropertyKey[], data: unknown): Mistake[] {
  const path = withinData([...base, ...issue.path], data);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path,
      key,
      meant: nearest(key, keysAt(path)),
      message: `unknown key "${key}"${meant(key, keysAt(path))}`,
    }));
  }
  if (issue.code === 'invalid_union') {
    if (issue.errors.length === 0) return [{ path, key: null, message: invalidChoice(path, data) }];
    // A request is a path or an object: speak of the form that was written.
    if (typeof valueAt(data, path) === 'string') {
      return (issue.errors[0] ?? []).map((inner) => ({ path, key: null, message: plain(inner) }));
    }
    return (issue.errors.at(-1) ?? []).flatMap((inner) => describe(inner, path, data));
  }
  if (valueAt(data, path) === undefined) return [{ path, key: null, message: MISSING }];
  return [{ path, key: null, message: plain(issue) }];
}

/** A request written as text becomes `{ path }` before it is checked: its mistakes belong to the text. */
function withinData(path: readonly PropertyKey[], data: unknown): readonly PropertyKey[] {
  const depth = path.findIndex((_, index) => typeof valueAt(data, path.slice(0, index)) === 'string');
  return depth === -1 ? path : path.slice(0, depth);
}

function invalidChoice(path: readonly PropertyKey[], data: unknown): string {
  const known = loadSchema.options.map((option) => option.shape.model.value);
  const given = valueAt(data, path);
  if (given === undefined) return `is missing: one of ${known.join(', ')}`;
  return `must be one of ${known.join(', ')}${typeof given === 'string' ? meant(given, known) : ''}`;
}

function plain(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${article(issue.expected)}`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be at least ${issue.minimum}`
        : `must have at least ${issue.minimum} ${issue.origin === 'string' ? 'characters' : 'entries'}`;
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be at most ${issue.maximum}`
        : `must have at most ${issue.maximum} ${issue.origin === 'string' ? 'characters' : 'entries'}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    default:
      return issue.message;
  }
}

const ARTICLES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of keys',
};
const article = (expected: string): string => ARTICLES[expected] ?? expected;

/** The keys that may stand at a path of a scenario. */
function keysAt(path: readonly PropertyKey[]): string[] {
  const last = path.at(-1);
  if (path.length === 0) return Object.keys(scenarioSchema.unwrap().shape);
  if (last === 'capacity') return Object.keys(capacitySchema.unwrap().shape);
  if (last === 'request') return Object.keys(requestSchema.unwrap().shape);
  if (last === 'load') return loadSchema.options.flatMap((option) => Object.keys(option.shape));
  return Object.keys(workloadSchema.unwrap().shape);
}

/** The value at a path, or undefined. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return Object.getOwnPropertyDescriptor(value, key)?.value;
  }, data);
}
