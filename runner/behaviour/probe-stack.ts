/** A stage: looks at how one launched stack behaves beside the contract's answers. Bounded, and never timed. */
import { messageOf } from '../../core/errors.ts';
import {
  BEHAVIOUR_NAMES,
  BEHAVIOURS,
  type BehaviourName,
  type SeenBehaviour,
} from '../../results/schema/behaviour.ts';
import type { StackRecord } from '../../results/schema/stack.ts';
import { reasonFor } from '../../servers/contract/known-differences.ts';
import type { Capacity } from '../../servers/define.ts';
import type { Endpoint } from '../stack.ts';
import type { Pids } from './app-processes.ts';
import { probeAbort } from './probe-abort.ts';
import { probeBoom, probeEncodedSlash, probeHead, probeNotFound } from './probe-answers.ts';
import { probeHeaders } from './probe-headers.ts';
import { probeKill } from './probe-kill.ts';
import { probeStream } from './probe-stream.ts';
import { probeChunked, probeExpect, probeUpload } from './probe-uploads.ts';
import { type Sight, sight } from './seen.ts';

export interface BehaviourSubject {
  readonly record: StackRecord;
  readonly endpoint: Endpoint;
  readonly groups: Pids;
  readonly capacity: Capacity;
  /** quick: a few requests, which change nothing. full: also a client that leaves and a killed worker, the last of all. */
  readonly extent: 'quick' | 'full';
  readonly signal: AbortSignal;
}

type Probe = readonly [
  shows: readonly BehaviourName[],
  probe: (x: BehaviourSubject) => Promise<Sight | Sight[]>,
];

/** In the order in which they are asked: what can harm comes last. */
const PROBES: readonly Probe[] = [
  [['head'], probeHead],
  [['notFound'], probeNotFound],
  [['encodedSlash'], probeEncodedSlash],
  [['repeated', 'proxyHeader', 'underscore', 'authorization'], probeHeaders],
  [['stream'], probeStream],
  [['upload'], probeUpload],
  [['chunked'], probeChunked],
  [['expect'], probeExpect],
  [['boom'], probeBoom],
  [['abort'], probeAbort],
  [['kill'], probeKill],
];

/**
 * What a stack was seen to do, in the order of `BEHAVIOURS`. Never throws for what a stack does; throws the signal's
 * reason when aborted. null: an adopted app has none of the routes that this needs.
 */
export async function probeStack(x: BehaviourSubject): Promise<SeenBehaviour[] | null> {
  if (x.record.contract === 'own') return null;
  const isFull = x.record.contract === 'full';
  const sights: Sight[] = [];
  for (const [shows, probe] of PROBES) {
    const kinds = shows.map((name) => BEHAVIOURS[name]);
    if (kinds.some((kind) => (kind.needsFull && !isFull) || (kind.isSlow && x.extent === 'quick'))) continue;
    sights.push(...(await look(x, shows, probe)));
  }
  return sights
    .toSorted((a, b) => BEHAVIOUR_NAMES.indexOf(a.behaviour) - BEHAVIOUR_NAMES.indexOf(b.behaviour))
    .map((seen) => ({ ...seen, reason: reasonFor(BEHAVIOURS[seen.behaviour].title, x.record, seen.word) }));
}

/** What goes wrong while looking is what was seen. */
async function look(x: BehaviourSubject, shows: Probe[0], probe: Probe[1]): Promise<Sight[]> {
  try {
    return [await probe(x)].flat();
  } catch (failure) {
    x.signal.throwIfAborted();
    return shows.map((name) => sight(name, 'failed', messageOf(failure)));
  }
}
