/** Asks one route of the contract, and its HEAD, and compares the answers. */
import type { Check } from '../../results/schema/records.ts';
import { parseEnv, parseWho } from '../../servers/contract/shapes.ts';
import { type ContractRoute, STREAM, WAIT_MS } from '../../servers/contract.ts';
import type { Reply } from './ask.ts';
import { askHead } from './ask-head.ts';
import { envDifference, wsgiChecks } from './check-env.ts';
import { proven, verdict } from './checks.ts';
import { differenceFrom, headDifference, statusDifference, typeDifference } from './compare.ts';
import type { Subject } from './subject.ts';

export async function checkRoute(subject: Subject, route: ContractRoute): Promise<Check[]> {
  const reply = await subject.client.ask(route.request);
  const { expect } = route;
  if (expect.comparison === 'exact') subject.onAnswer?.(route.name, reply);
  switch (expect.comparison) {
    case 'exact':
      return [verdict(route.name, 'exact', differenceFrom(expect.answer(), reply))];
    case 'bytes': {
      const difference = differenceFrom(expect.answer(), reply);
      return [
        difference === null
          ? proven(route.name, timing(route, reply), 'bytes')
          : verdict(route.name, 'bytes', difference),
      ];
    }
    case 'status':
      return [verdict(route.name, 'status', statusDifference(expect.status, reply))];
    case 'shape':
      return checkShape(subject, route.name, expect.shape, expect.contentType, reply);
  }
}

/** HEAD of a route whose GET has a known answer. */
export async function checkHead(subject: Subject, route: ContractRoute): Promise<Check> {
  const { expect } = route;
  const name = route.name.replace(/^GET/, 'HEAD');
  if (expect.comparison !== 'exact' && expect.comparison !== 'bytes')
    return verdict(name, 'exact', 'it has no known answer');
  const reply = await askHead(subject.endpoint, route.request.path, subject.signal);
  subject.onAnswer?.(name, reply);
  return verdict(name, 'exact', headDifference(expect.answer(), reply, expect.comparison === 'bytes'));
}

function checkShape(
  subject: Subject,
  name: string,
  shape: 'who' | 'env',
  contentType: string,
  reply: Reply,
): Check[] {
  const text = reply.body.toString('utf8');
  const outside = statusDifference(200, reply) ?? typeDifference(contentType, reply);
  if (outside !== null) return [verdict(name, 'shape', outside)];
  if (shape === 'who') {
    const who = parseWho(text);
    return [verdict(name, 'shape', typeof who === 'string' ? who : null)];
  }
  const env = parseEnv(text);
  if (typeof env === 'string') return [verdict(name, 'shape', env)];
  const { stack, endpoint } = subject;
  return [verdict(name, 'shape', envDifference(env)), ...wsgiChecks(env, stack.record, endpoint.basePath)];
}

/** Servers may hold a stream back: that is worth knowing, and no fault. */
function timing(route: ContractRoute, { firstByteMs, lastByteMs }: Reply): string {
  const asked = route.request.path.startsWith('/stream')
    ? `${STREAM.chunks} chunks ${STREAM.pauseMs} ms apart`
    : `an answer after ${WAIT_MS} ms`;
  return `asked for ${asked}: first byte after ${Math.round(firstByteMs)} ms, last after ${Math.round(lastByteMs)} ms`;
}
