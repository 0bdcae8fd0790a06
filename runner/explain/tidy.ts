/**
 * An explanation without what is the lab's own: the site's folder becomes `$SITE`, the lab's `$LAB`, and the relay's
 * address and the onlooker's name become those of the backend and the app.
 */
import { PROJECT_ROOT } from '../../core/paths.ts';
import type { Explanation } from '../../results/schema/explanation.ts';
import type { Listen, PreparedApp, Site } from '../../servers/define.ts';
import { withoutObserver } from './app-observer.ts';
import type { Relay } from './relay.ts';

/** Every text of the explanation, made as it would be had nobody looked on. */
export function tidy(
  explanation: Explanation,
  site: Pick<Site, 'dir'>,
  app: PreparedApp,
  relay: Pick<Relay, 'listen' | 'target'> | null,
): Explanation {
  const addresses = relay === null ? [] : spellings(relay.listen, relay.target);
  const text = (original: string): string => {
    let tidied = withoutObserver(original, app);
    for (const [of, as] of addresses) tidied = tidied.replaceAll(of, as);
    return tidied.replaceAll(site.dir, '$SITE').replaceAll(PROJECT_ROOT, '$LAB');
  };
  const pairs = (list: readonly (readonly [string, string])[]): [string, string][] =>
    list.map(([name, value]) => [name, text(value)]);
  return {
    ...explanation,
    processes: explanation.processes.map((process) => ({
      ...process,
      command: text(process.command),
      listens: process.listens.map(text),
      descriptors: pairs(process.descriptors),
    })),
    hops: explanation.hops.map((hop) => ({
      ...hop,
      over: text(hop.over),
      messages: hop.messages.map((message) => ({
        ...message,
        pairs: pairs(message.pairs),
        note: message.note === null ? null : text(message.note),
        text: message.text === null ? null : text(message.text),
      })),
    })),
    configs: explanation.configs.map(({ path, content }) => ({ path: text(path), content: text(content) })),
  };
}

function spellings(listen: Listen, target: Listen): readonly (readonly [string, string])[] {
  if (listen.kind === 'unix' && target.kind === 'unix') {
    const name = (path: string) => path.slice(path.lastIndexOf('/'));
    return [[name(listen.path), name(target.path)]];
  }
  if (listen.kind !== 'tcp' || target.kind !== 'tcp') return [];
  // `127.0.0.1:8000`, and in the gateway's JSON `"port":8000`.
  return [
    [`${listen.address}:${listen.port}`, `${target.address}:${target.port}`],
    [`"port":${listen.port}`, `"port":${target.port}`],
    [`"port": ${listen.port}`, `"port": ${target.port}`],
  ];
}
