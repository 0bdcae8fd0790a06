/** Verification: a stack answers as the contract says, and is of the model that its name says. */
import { LabError, messageOf } from '../../core/errors.ts';
import type { Check, Verification } from '../../results/schema/records.ts';
import { type ContractRoute, contractRoutes } from '../../servers/contract.ts';
import type { Capacity } from '../../servers/define.ts';
import type { Endpoint, Stack } from '../stack.ts';
import { openClient } from './ask.ts';
import { checkHead, checkRoute } from './check-route.ts';
import { verdict } from './checks.ts';
import { proveOwnModel } from './own/prove-own.ts';
import { checkOwn, type OwnAnswers } from './own/verify-own.ts';
import { type ProcessReader, processReader } from './process-reader.ts';
import { proveModel } from './prove-model.ts';
import type { Subject } from './subject.ts';

/** Requests that fail in a row before the rest is left unasked: the stack is not there. */
const GIVE_UP_AFTER = 3;

export interface VerifyInput {
  readonly stack: Stack;
  readonly endpoint: Endpoint;
  readonly groups: Subject['groups'];
  /** full: the whole contract and the proof of the model. spot: three routes and a quick look at who answers. */
  readonly extent: 'full' | 'spot';
  readonly capacity: Capacity;
  readonly signal: AbortSignal;
  /** @default this machine's; null where there is no /proc */
  readonly processes?: ProcessReader | null;
  /** @default the contract that the app claims */
  readonly routes?: readonly ContractRoute[];
  /** The right answers of an adopted app. Needed where the contract is `own`. */
  readonly own?: OwnAnswers;
  /** Told of every answer to the contract's exact routes, to compare them across stacks. */
  readonly onAnswer?: Subject['onAnswer'];
}

/** Never throws for what a stack does: every difference is a check. Throws the signal's reason when aborted. */
export async function verifyStack(x: VerifyInput): Promise<Verification> {
  const { stack, endpoint, groups, extent, capacity, signal } = x;
  await using client = openClient(endpoint, signal);
  const processes = x.processes === undefined ? processReader() : x.processes;
  const subject: Subject = {
    stack,
    endpoint,
    groups,
    capacity,
    client,
    processes,
    signal,
    onAnswer: x.onAnswer,
  };
  if (stack.record.contract === 'own') return await verifyOwn(subject, extent, x.own);
  const routes = x.routes ?? contractRoutes(stack.record.contract, stack.record.extras);
  const asked = routes.filter((route) => extent === 'full' || route.spot);
  const withHeads = extent === 'full' || stack.record.contract === 'hello';
  const { checks, isThere } = await checkContract(subject, asked, withHeads);
  if (isThere) checks.push(...(await orCheck('model', 'model', subject, () => proveModel(subject, extent))));
  return { extent, ok: checks.every((check) => check.ok), checks };
}

async function verifyOwn(
  subject: Subject,
  extent: 'full' | 'spot',
  own: OwnAnswers | undefined,
): Promise<Verification> {
  const request = own?.golden.answers[0]?.request;
  if (own === undefined || request === undefined) {
    throw new LabError('E_INTERNAL', `no golden answers were recorded for ${subject.stack.record.app}`);
  }
  const { checks, isThere } = await checkOwn(subject, own, extent);
  if (isThere) {
    checks.push(...(await orCheck('model', 'model', subject, () => proveOwnModel(subject, request, extent))));
  }
  return { extent, ok: checks.every((check) => check.ok), checks };
}

async function checkContract(
  subject: Subject,
  routes: readonly ContractRoute[],
  withHeads: boolean,
): Promise<{ checks: Check[]; isThere: boolean }> {
  const checks: Check[] = [];
  let failedInARow = 0;
  for (const route of routes) {
    const made = await ask(subject, route, withHeads);
    checks.push(...made.checks);
    failedInARow = made.isAnswered ? 0 : failedInARow + 1;
    if (failedInARow === GIVE_UP_AFTER) {
      checks.push(
        verdict(
          'contract',
          'exact',
          `${failedInARow} requests in a row were not answered: the rest was not asked`,
        ),
      );
      return { checks, isThere: false };
    }
  }
  return { checks, isThere: true };
}

async function ask(
  subject: Subject,
  route: ContractRoute,
  withHead: boolean,
): Promise<{ checks: Check[]; isAnswered: boolean }> {
  let isAnswered = false;
  const checks = await orCheck(route.name, route.expect.comparison, subject, async () => {
    const made = await checkRoute(subject, route);
    isAnswered = true;
    return made;
  });
  if (withHead && route.head && isAnswered) {
    const name = route.name.replace(/^GET/, 'HEAD');
    checks.push(...(await orCheck(name, 'exact', subject, async () => [await checkHead(subject, route)])));
  }
  return { checks, isAnswered };
}

/** What goes wrong while a check is made is that check's difference. */
async function orCheck(
  name: string,
  comparison: Check['comparison'],
  { signal }: Subject,
  make: () => Promise<Check[]>,
): Promise<Check[]> {
  try {
    return await make();
  } catch (failure) {
    signal.throwIfAborted();
    return [verdict(name, comparison, `no answer: ${messageOf(failure)}`)];
  }
}
