/** Whether the configuration that a stack was started with treats it as others are treated. Pure; before any load. */
import { compilePattern } from '../../core/stack-name.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import { refusesReuse } from '../../servers/config/upstream-notes.ts';
import type { Capacity, Limits } from '../../servers/define.ts';

export interface StartedWith {
  readonly record: StackRecord;
  /** Every generated file and command. */
  readonly configs: readonly { readonly content: string }[];
  readonly capacity: Capacity;
  readonly limits: Limits;
}

interface Rule {
  /** Stacks that it is for, in the language of `lab list stacks`. */
  readonly where: string;
  /** What is wrong with a configuration; null: nothing. */
  readonly look: (text: string, x: StartedWith) => string | null;
}

/** A setting that must be there as it is, with what the server does without it. */
const set = (where: string, setting: string, without: string): Rule => ({
  where,
  look: (text) => (lines(text).includes(setting) ? null : `"${setting}" is not set: ${without}`),
});

/** A setting whose number must not be below what others are given. */
const atLeast = (
  where: string,
  setting: RegExp,
  wanted: (x: StartedWith) => number,
  without: string,
): Rule => ({
  where,
  look(text, x) {
    const found = lines(text).flatMap((line) => setting.exec(line)?.[1] ?? []);
    const words = setting.source.replaceAll(/[\\^$]|\(.*\)/g, '').trim();
    if (found.length === 0) return `${words} is not set: ${without}`;
    const least = Math.min(...found.map(Number));
    return least >= wanted(x) ? null : `${words} is ${least}, others are given ${wanted(x)}`;
  },
});

/** A setting that must not be there. */
const unset = (where: string, setting: RegExp, why: string): Rule => ({
  where,
  look(text) {
    const found = lines(text).find((line) => setting.test(line));
    return found === undefined ? null : `"${found}": ${why}`;
  },
});

const lines = (text: string): string[] => text.split('\n').map((line) => line.trim());
const bodyBytes = ({ limits }: StartedWith): number => limits.bodyBytes;
const slots = ({ capacity }: StartedWith): number => capacity.processes * capacity.threads;

const RULES: readonly Rule[] = [
  set('host:apache', 'KeepAlive On', 'each request would need a new connection'),
  set('host:apache', 'MaxKeepAliveRequests 0', 'it closes a connection after 100 requests'),
  atLeast('host:apache', /^LimitRequestBody (\d+)$/, bodyBytes, 'its default is 1 GiB'),
  atLeast('host:apache', /^MaxRequestWorkers (\d+)$/, slots, 'its default depends on the worker model'),
  unset('host:apache', /^(CustomLog|TransferLog) /, 'an access log is written for each request'),
  atLeast(
    'apache-mod-fcgid*',
    /^FcgidMaxRequestLen (\d+)$/,
    bodyBytes,
    'its default refuses more than 128 KiB',
  ),
  set('apache-mod-fcgid*', 'FcgidOutputBufferSize 0', 'it holds answers back in blocks of 64 KiB'),
  set('apache-mod-fcgid*', 'FcgidMaxRequestsPerProcess 0', 'processes may be ended during the run'),
  set('host:nginx', 'access_log off;', 'an access log is written for each request'),
  atLeast('host:nginx', /^client_max_body_size (\d+);$/, bodyBytes, 'its default refuses more than 1 MiB'),
  atLeast(
    'host:nginx',
    /^keepalive_requests (\d+);$/,
    () => 1_000_000,
    'it closes a connection after 1,000 requests',
  ),
  {
    where: 'host:nginx,!nginx-files*',
    look: (text) =>
      /_buffering off;/.test(text)
        ? null
        : 'buffering is not off: answers are held back, and large ones go to disk',
  },
  set('host:lighttpd', 'server.stream-response-body = 1', 'answers are held back to their end'),
  unset('host:lighttpd', /^accesslog\./, 'an access log is written for each request'),
  {
    where: 'all',
    look(text, { record: { backend, upstream } }) {
      if (backend === null || upstream === null || !refusesReuse(backend, upstream)) return null;
      const keeps = lines(text).find((line) => KEEPS_CONNECTIONS.some((setting) => setting.test(line)));
      return keeps === undefined
        ? null
        : `"${keeps}" keeps connections to ${backend}, which ends or mishandles a kept ${upstream} connection`;
    },
  },
];

/** How each host is told to keep connections to its backend. */
const KEEPS_CONNECTIONS: readonly RegExp[] = [
  /\benablereuse=on\b/,
  /^fastcgi_keep_conn on;$/,
  /^keepalive \d+;$/,
];

const COMPILED = RULES.map((rule) => ({ rule, matches: compilePattern(rule.where) }));

/** What is set otherwise than for other stacks, in words; nothing where all is as it should be. */
export function checkSettings(x: StartedWith): string[] {
  const text = x.configs.map(({ content }) => content).join('\n');
  return COMPILED.flatMap(({ rule, matches }) => (matches(x.record) ? (rule.look(text, x) ?? []) : []));
}
