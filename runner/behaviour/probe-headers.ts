/** Which request headers reach the app, and how: one request shows four behaviours. */
import type { BehaviourName } from '../../results/schema/behaviour.ts';
import { parseEnv } from '../../servers/contract/shapes.ts';
import { exchange } from './exchange.ts';
import { type Asked, describeReply, quoteBody, type Sight, sight, statusWord } from './seen.ts';

/** Goes nowhere, should anything follow it: the discard port, which nothing listens on. */
const PROXY = 'http://127.0.0.1:9/';
const CREDENTIALS = `Basic ${Buffer.from('lab:secret').toString('base64')}`;

const SENT = [
  ['X-Lab-Twice', '1'],
  ['X-Lab-Twice', '2'],
  ['Proxy', PROXY],
  ['X_Lab_Us', 'underscored'],
  ['Authorization', CREDENTIALS],
] as const;

const SHOWN: readonly BehaviourName[] = ['repeated', 'proxyHeader', 'underscore', 'authorization'];

export async function probeHeaders({ endpoint, signal }: Asked): Promise<Sight[]> {
  const reply = await exchange(endpoint, { method: 'GET', path: '/env', headers: SENT }, signal);
  const env = reply.status === 200 ? parseEnv(reply.body.toString('utf8')) : statusWord(reply);
  if (typeof env === 'string') {
    const word = reply.status === 200 ? 'not read' : env;
    return SHOWN.map((behaviour) => sight(behaviour, word, `${describeReply(reply)}: ${quoteBody(reply)}`));
  }
  const { headers } = env;
  const seen = (name: string) => headers[name];
  const tell = (name: string) => {
    const value = seen(name);
    return value === undefined ? `the app saw no ${name}` : `the app saw ${name}: ${JSON.stringify(value)}`;
  };
  const underscored = seen('x_lab_us') === undefined ? 'x-lab-us' : 'x_lab_us';
  return [
    sight('repeated', repeatedWord(seen('x-lab-twice')), tell('x-lab-twice')),
    sight('proxyHeader', seen('proxy') === undefined ? 'kept out' : 'passed', tell('proxy')),
    sight('underscore', seen(underscored) === undefined ? 'dropped' : 'passed', tell(underscored)),
    sight('authorization', authorizationWord(seen('authorization')), tell('authorization')),
  ];
}

function repeatedWord(value: string | undefined): string {
  if (value === undefined) return 'dropped';
  if (/^1\s*,\s*2$/.test(value)) return 'folded';
  return value === '1' ? 'first' : value === '2' ? 'last' : 'changed';
}

function authorizationWord(value: string | undefined): string {
  if (value === undefined) return 'kept out';
  return value === CREDENTIALS ? 'passed' : 'changed';
}
