/** Asks a launched reference of an adopted app for its answers. */
import { LabError } from '../../../core/errors.ts';
import type { Adopted, OwnRequest } from '../../../servers/define.ts';
import { pause } from '../../process/wait.ts';
import { type Client, openClient, type Question } from '../ask.ts';
import { type Golden, type GoldenAnswer, goldenOf, type Heard } from './golden.ts';
import { makeMask, type Origin } from './mask.ts';

/** Longer than a second: an answer that tells the time to the second gives itself away. */
const BETWEEN_MS = 1_100;

export const questionOf = ({ method, path, headers, body }: OwnRequest): Question => ({
  method,
  path,
  headers,
  body: body === null ? null : Buffer.from(body),
});

/** Each request's answers, asked twice with a pause between. */
export async function hearTwice(
  adopted: Adopted,
  origin: Origin,
  signal: AbortSignal,
): Promise<readonly (readonly Heard[])[]> {
  await using client = openClient(origin, signal);
  const mask = makeMask(origin, adopted.masks);
  const round = () => askEach(adopted.requests, client, mask);
  const first = await round();
  await pause(BETWEEN_MS, signal);
  const second = await round();
  return first.map((heard, index) => [heard, second[index] ?? heard]);
}

async function askEach(
  requests: readonly OwnRequest[],
  client: Client,
  mask: Heard['mask'],
): Promise<Heard[]> {
  const heard: Heard[] = [];
  for (const request of requests) heard.push({ reply: await client.ask(questionOf(request)), mask });
  return heard;
}

/** @throws LabError E_APP with every request that the reference does not answer as it should */
export function makeGolden(
  x: { readonly app: string; readonly reference: string; readonly adopted: Adopted },
  first: readonly (readonly Heard[])[],
  second: readonly (readonly Heard[])[],
): Golden {
  const answers: GoldenAnswer[] = [];
  const facts: Record<string, string> = {};
  x.adopted.requests.forEach((request, index) => {
    const golden = goldenOf(request, first[index] ?? [], second[index] ?? []);
    if (typeof golden === 'string') facts[`${request.method} ${request.path}`] = golden;
    else answers.push(golden);
  });
  if (Object.keys(facts).length === 0) return { app: x.app, reference: x.reference, answers };
  throw new LabError('E_APP', `${x.app} does not answer as it should on its reference, ${x.reference}`, {
    facts,
    hint: 'Correct the requests, or say which status is right (status: 500).',
  });
}
