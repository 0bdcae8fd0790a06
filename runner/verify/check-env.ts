/** Judges an answer of `/env`: the request arrived as it was sent, and WSGI's flags are those of the model. Pure. */
import type { Check } from '../../results/schema/records.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import { reasonFor } from '../../servers/contract/known-differences.ts';
import type { Env } from '../../servers/contract/shapes.ts';
import { ENV_PROBE } from '../../servers/contract.ts';
import { proven, verdict } from './checks.ts';

/** What arrived otherwise than it was sent; null: nothing. */
export function envDifference(env: Env): string | null {
  const [name, value] = ENV_PROBE.header;
  const pairs: readonly (readonly [what: string, sent: string, seen: string | undefined])[] = [
    ['method', 'GET', env.method],
    ['path', ENV_PROBE.path, env.path],
    ['query', ENV_PROBE.query, env.query],
    ['scheme', 'http', env.scheme],
    [`header ${name}`, value, env.headers[name.toLowerCase()]],
  ];
  const differences = pairs
    .filter(([, sent, seen]) => sent !== seen)
    .map(
      ([what, sent, seen]) =>
        `the app saw the ${what} ${seen === undefined ? 'not at all' : `"${seen}"`}, sent was "${sent}"`,
    );
  return differences.length === 0 ? null : differences.join('; ');
}

/** WSGI's and mod_wsgi's own words on how the app runs. */
export function wsgiChecks(env: Env, record: StackRecord, basePath: string): Check[] {
  if (record.language !== 'python') return [];
  const runOnce = env.wsgi?.run_once ?? null;
  const isOnce = record.model === 'cgi';
  return [
    verdict(
      'wsgi.run_once',
      'model',
      runOnce === isOnce ? null : `as ${record.model} it must be ${isOnce}, the app saw ${runOnce}`,
    ),
    scriptNameCheck(env.script_name, record, basePath),
    verdict('mod_wsgi.process_group', 'model', processGroupDifference(env.mod_wsgi_process_group, record)),
  ];
}

function scriptNameCheck(seen: string, record: StackRecord, basePath: string): Check {
  const check = 'SCRIPT_NAME';
  if (seen === basePath) return verdict(check, 'shape', null);
  const fact = `the app is mounted at "${basePath}", it saw "${seen}"`;
  const reason = reasonFor(check, record, seen);
  return reason === null ? verdict(check, 'shape', fact) : proven(check, `${fact}: ${reason}`, 'shape');
}

function processGroupDifference(group: string | null, { connector, model }: StackRecord): string | null {
  const seen = group === null ? 'nothing' : `"${group}"`;
  if (!connector.includes('mod-wsgi'))
    return group === null ? null : `there is no mod_wsgi, but the app saw ${seen}`;
  if (model === 'embedded') return group === '' ? null : `embedded, it must be "", the app saw ${seen}`;
  return group !== null && group !== '' ? null : `in a daemon it must name the group, the app saw ${seen}`;
}
