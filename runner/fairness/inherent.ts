/** What cannot be made equal whatever the settings: it follows from what the stack is made of. Pure. */
import { compilePattern } from '../../core/stack-name.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import type { Capacity } from '../../servers/define.ts';

interface Inherent {
  readonly where: string;
  /** null: at this capacity there is no difference. */
  readonly text: (capacity: Capacity) => string | null;
}

const always = (where: string, text: string): Inherent => ({ where, text: () => text });

const processPerSlot = ({ processes, threads }: Capacity): string | null =>
  threads === 1
    ? null
    : `a process for each slot: ${processes * threads} of one thread, where others have ${processes} of ${threads}`;

const INHERENT: readonly Inherent[] = [
  always(
    'host:lighttpd',
    'a client’s connection is closed after 65,535 requests, the most it can be told to serve',
  ),
  {
    where: '*@prefork/*,apache-mod-cgi/*,*+gunicorn@sync/*,*+flup@fork/*',
    text: processPerSlot,
  },
  {
    where: '*+node-pool/*,*+node-fastcgi/*',
    text: ({ processes, threads }) =>
      threads === 1
        ? null
        : `${processes} Node processes of one event loop each: they take any number of requests at once, and threads have no counterpart`,
  },
];

const COMPILED = INHERENT.map((each) => ({ ...each, matches: compilePattern(each.where) }));

export function inherentlyUnequal(record: StackRecord, capacity: Capacity): string[] {
  return COMPILED.flatMap(({ matches, text }) => (matches(record) ? (text(capacity) ?? []) : []));
}
