import type { Capacity } from '../define.ts';
import { type ApacheText, apache } from './apache.ts';
import { FRONT_PROCESSES, slotsOf } from './tuning.ts';

/** Threads of a process that only hands requests on, at least. */
const FRONT_THREADS = 32;

/** Workers beyond the slots, for connections that wait, are idle or are the lab's own probes. */
const SPARE_WORKERS = 8;

/** The most threads one Apache process has without raising ThreadLimit. */
const THREAD_LIMIT = 64;

/**
 * Sizes Apache's workers, all of them started at once and kept: a pool that grows during a window would be
 * measured growing. Where the app is embedded its slots are the workers, neither more nor fewer.
 */
export function apacheWorkers(x: {
  readonly mpm: 'event' | 'prefork';
  readonly embeds: boolean;
  readonly capacity: Capacity;
}): ApacheText {
  const slots = slotsOf(x.capacity);
  if (x.mpm === 'prefork') {
    const workers = apache.count(x.embeds ? slots : slots + SPARE_WORKERS);
    return apache`StartServers ${workers}
MinSpareServers ${workers}
MaxSpareServers ${workers}
ServerLimit ${workers}
MaxRequestWorkers ${workers}
MaxConnectionsPerChild 0`;
  }
  const processes = x.embeds ? x.capacity.processes : FRONT_PROCESSES;
  const threads = x.embeds ? x.capacity.threads : Math.max(FRONT_THREADS, slots + SPARE_WORKERS);
  const all = apache.count(processes * threads);
  return apache`ThreadLimit ${apache.count(Math.max(THREAD_LIMIT, threads))}
ServerLimit ${apache.count(processes)}
StartServers ${apache.count(processes)}
ThreadsPerChild ${apache.count(threads)}
MaxRequestWorkers ${all}
MinSpareThreads ${all}
MaxSpareThreads ${all}
MaxConnectionsPerChild 0`;
}
