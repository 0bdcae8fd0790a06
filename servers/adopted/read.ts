/** Reads `labapp.yaml` and says everything that is wrong with it at once, each mistake with its line. */
import { readFile } from 'node:fs/promises';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { LabError, messageOf } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import { crossChecks, type Labapp, type LabappMistake, labappSchema, ownRequestSchema } from './define.ts';

/** @throws LabError E_LABAPP with every mistake */
export async function readLabapp(path: string): Promise<Labapp> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new LabError('E_LABAPP', `the description of the application cannot be read: ${messageOf(cause)}`, {
      facts: { file: path },
      hint: '`lab adopt PATH` writes one.',
      cause,
    });
  }
  return parseLabapp(text, path);
}

/** @throws LabError E_LABAPP with every mistake */
export function parseLabapp(text: string, file: string): Labapp {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: (readonly [offset: number, what: string])[] = [];
  const add = (offset: number, what: string) => problems.push([offset, what]);
  for (const error of document.errors) add(error.pos[0], error.message);
  if (document.errors.length === 0) {
    const data: unknown = document.toJS();
    const parsed = labappSchema.safeParse(data);
    const mistakes = parsed.success
      ? crossChecks(parsed.data)
      : parsed.error.issues.flatMap((issue) => tell(issue, data));
    if (parsed.success && mistakes.length === 0) return parsed.data;
    for (const { path, message } of mistakes)
      add(offsetOf(document, path), path.length === 0 ? message : `${formatPath(path)}: ${message}`);
  }
  const facts: Record<string, string> = {};
  for (const [offset, what] of problems.sort(([a], [b]) => a - b)) {
    const { line, col } = lines.linePos(offset);
    const place = `${file}:${Math.max(1, line)}:${Math.max(1, col)}`;
    facts[place] = facts[place] === undefined ? what : `${facts[place]}; ${what}`;
  }
  const count = problems.length;
  throw new LabError('E_LABAPP', `${count === 1 ? '1 mistake' : `${count} mistakes`} in ${file}`, {
    facts,
    hint: 'docs/adopt.md describes every key.',
  });
}

function tell(issue: z.core.$ZodIssue, data: unknown): LabappMistake[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(
      path[0] === 'requests' ? ownRequestSchema.unwrap().shape : labappSchema.unwrap().shape,
    );
    return issue.keys.map((key) => {
      const guess = nearest(key, known);
      return {
        path: [...path, key],
        message: `is not a key${guess === null ? '' : ` (did you mean "${guess}"?)`}`,
      };
    });
  }
  if (valueAt(data, path) === undefined) return [{ path, message: 'is missing' }];
  if (issue.code === 'invalid_value')
    return [
      { path, message: `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.join(', ')}` },
    ];
  if (issue.code === 'invalid_type')
    return [{ path, message: `must be ${NOUNS[issue.expected] ?? issue.expected}` }];
  return [{ path, message: issue.message }];
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of keys',
  int: 'a whole number',
  number: 'a number',
};

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? Object.getOwnPropertyDescriptor(value, key)?.value
        : undefined,
    data,
  );
}

const formatPath = (path: readonly PropertyKey[]): string =>
  path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');

function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range != null) return node.range[0];
  }
  return 0;
}
