/** What is wrong with a scenario, each mistake with its place. */
import { LabError } from '../core/errors.ts';

export interface Problem {
  /** Path of the file, as the user named it. */
  readonly file: string;
  /** 1-based; null where the file has no lines to point at (a compiled TypeScript module). */
  readonly line: number | null;
  readonly column: number | null;
  /** `workloads[0].load.connections`; '' for the whole file. */
  readonly path: string;
  readonly message: string;
}

/** `file:line:column`, or the file alone. */
export function placeOf(problem: Problem): string {
  const { file, line, column } = problem;
  return line === null ? file : `${file}:${line}:${column ?? 1}`;
}

/** `['workloads', 0, 'name']` → `workloads[0].name` */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

/** One error for any number of problems, in the order of their places. */
export function scenarioError(problems: readonly Problem[]): LabError {
  const files = new Set(problems.map((problem) => problem.file));
  const facts: Record<string, string> = {};
  for (const problem of problems) {
    const place = problem.path === '' ? placeOf(problem) : `${placeOf(problem)} ${problem.path}`;
    facts[place] = facts[place] === undefined ? problem.message : `${facts[place]}; ${problem.message}`;
  }
  const mistakes = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`;
  const where = files.size === 1 ? [...files].join() : `${files.size} scenario files`;
  return new LabError('E_SCENARIO', `${mistakes} in ${where}`, {
    facts,
    hint: 'docs/scenarios.md describes every key; `lab list stacks` shows what patterns can match.',
  });
}
