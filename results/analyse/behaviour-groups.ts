/** Stacks that behave alike, together: hundreds of stacks in a readable table. Pure. */
import { BEHAVIOUR_NAMES, type BehaviourName, NOT_ASKED, type SeenBehaviour } from '../schema/behaviour.ts';

export interface BehaviourRow {
  /** `apache-mod-cgid/wsgi-bare` */
  readonly stack: string;
  readonly behaviour: readonly SeenBehaviour[];
}

export interface BehaviourGroup {
  /** Names of stacks, those of one chain together: `apache-mod-cgid/*`, `gateway-cgi/flask,django`. */
  readonly members: readonly string[];
  readonly stacks: readonly string[];
  readonly words: ReadonlyMap<BehaviourName, string>;
}

export interface BehaviourTable {
  /** In which stacks differ, in the usual order. */
  readonly columns: readonly BehaviourName[];
  /** What every stack that was asked does alike. */
  readonly alike: readonly (readonly [behaviour: BehaviourName, word: string])[];
  /** In the order of their first stacks' names. */
  readonly groups: readonly BehaviourGroup[];
  /** Each known reason once, with the behaviour it is of and its words. */
  readonly reasons: readonly {
    readonly behaviour: BehaviourName;
    readonly words: readonly string[];
    readonly reason: string;
  }[];
}

export function groupBehaviour(rows: readonly BehaviourRow[]): BehaviourTable {
  const sorted = rows.toSorted((a, b) => (a.stack < b.stack ? -1 : 1));
  const asked = BEHAVIOUR_NAMES.filter((name) => sorted.some((row) => wordOf(name, row) !== NOT_ASKED));
  const wordsOf = (name: BehaviourName) => [
    ...new Set(sorted.map((row) => wordOf(name, row)).filter((word) => word !== NOT_ASKED)),
  ];
  const columns = asked.filter((name) => wordsOf(name).length > 1);
  const groups = new Map<string, BehaviourRow[]>();
  for (const row of sorted) {
    const key = JSON.stringify(columns.map((name) => wordOf(name, row)));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return {
    columns,
    alike: asked
      .filter((name) => !columns.includes(name))
      .map((name) => [name, wordsOf(name)[0] ?? NOT_ASKED] as const),
    groups: [...groups.values()].map((members) => ({
      members: compress(members, sorted),
      stacks: members.map(({ stack }) => stack),
      words: new Map(columns.flatMap((name) => members.slice(0, 1).map((row) => [name, wordOf(name, row)]))),
    })),
    reasons: reasonsIn(sorted),
  };
}

const wordOf = (name: BehaviourName, { behaviour }: BehaviourRow): string =>
  behaviour.find((seen) => seen.behaviour === name)?.word ?? NOT_ASKED;

/** Apps of one chain in one text; `*` where the chain has no others. */
function compress(members: readonly BehaviourRow[], all: readonly BehaviourRow[]): string[] {
  const chains = [...new Set(members.map(({ stack }) => chainOf(stack)))];
  return chains.map((chain) => {
    const apps = members.filter(({ stack }) => chainOf(stack) === chain).map(({ stack }) => appOf(stack));
    const total = all.filter(({ stack }) => chainOf(stack) === chain).length;
    return apps.length === total && total > 1 ? `${chain}/*` : `${chain}/${apps.join(',')}`;
  });
}

const chainOf = (stack: string): string => stack.slice(0, stack.lastIndexOf('/'));
const appOf = (stack: string): string => stack.slice(stack.lastIndexOf('/') + 1);

function reasonsIn(rows: readonly BehaviourRow[]): BehaviourTable['reasons'] {
  return BEHAVIOUR_NAMES.flatMap((name) => {
    const seen = rows.flatMap(({ behaviour }) => behaviour.filter((each) => each.behaviour === name));
    const reasons = [...new Set(seen.flatMap(({ reason }) => (reason === null ? [] : [reason])))];
    return reasons.map((reason) => ({
      behaviour: name,
      words: [...new Set(seen.filter((each) => each.reason === reason).map(({ word }) => word))].sort(),
      reason,
    }));
  });
}
