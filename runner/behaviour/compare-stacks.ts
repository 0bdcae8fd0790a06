/** Answers and behaviours compared across stacks: what differs without a known reason, and between whom. Pure. */
import { BEHAVIOUR_NAMES, BEHAVIOURS, type SeenBehaviour } from '../../results/schema/behaviour.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import { reasonFor } from '../../servers/contract/known-differences.ts';
import { ABSENT, type Answered } from './answer-facts.ts';

export interface Compared {
  readonly record: StackRecord;
  readonly answers: readonly Answered[];
  readonly behaviour: readonly SeenBehaviour[];
}

/** Something that stacks do not have alike. */
export interface Difference {
  /** `header content-length`, `status`, `chunked`. */
  readonly about: string;
  /** Where it shows: names of routes; empty for a behaviour. */
  readonly routes: readonly string[];
  /** Each value with the stacks that have it, the most common first. */
  readonly values: readonly { readonly value: string; readonly stacks: readonly string[] }[];
}

/** Every stack's value of one thing; those with a known reason are left out before values are compared. */
type Column = ReadonlyMap<StackRecord, string>;

export function compareStacks(
  all: readonly Compared[],
  reason: (about: string, record: StackRecord, seen: string) => string | null = reasonFor,
): Difference[] {
  const differences: Difference[] = [];
  const note = (about: string, route: string | null, column: Column) => {
    const unexplained = [...column].filter(([record, value]) => reason(about, record, value) === null);
    const values = byValue(unexplained);
    if (values.length < 2) return;
    const same = differences.find(
      (each) => each.about === about && JSON.stringify(each.values) === JSON.stringify(values),
    );
    if (same === undefined) differences.push({ about, routes: route === null ? [] : [route], values });
    else if (route !== null)
      differences.splice(differences.indexOf(same), 1, { ...same, routes: [...same.routes, route] });
  };
  for (const [route, about, column] of answerColumns(all)) note(about, route, column);
  for (const name of BEHAVIOUR_NAMES) {
    const column = new Map(
      all.flatMap(({ record, behaviour }) =>
        behaviour.filter((seen) => seen.behaviour === name).map(({ word }) => [record, word] as const),
      ),
    );
    note(BEHAVIOURS[name].title, null, column);
  }
  return differences;
}

function answerColumns(all: readonly Compared[]): [route: string, about: string, column: Column][] {
  const routes = [...new Set(all.flatMap(({ answers }) => answers.map(({ route }) => route)))];
  return routes.flatMap((route) => {
    const facts = all.flatMap(({ record, answers }) =>
      answers.filter((answer) => answer.route === route).map(({ facts }) => ({ record, facts })),
    );
    const abouts = [...new Set(facts.flatMap((each) => Object.keys(each.facts)))].sort();
    return abouts.map((about): [string, string, Column] => [
      route,
      about,
      new Map(facts.map((each) => [each.record, each.facts[about] ?? ABSENT])),
    ]);
  });
}

function byValue(pairs: readonly (readonly [StackRecord, string])[]): Difference['values'] {
  const values = [...new Set(pairs.map(([, value]) => value))].sort();
  return values
    .map((value) => ({
      value,
      stacks: pairs
        .filter(([, each]) => each === value)
        .map(([record]) => record.name)
        .sort(),
    }))
    .toSorted((a, b) => b.stacks.length - a.stacks.length);
}
