import { join } from 'node:path';
import type { Site } from '../define.ts';
import { type ApacheText, apache, apacheEnvironment } from './apache.ts';
import { programEnvironment } from './environment.ts';
import { slotsOf } from './tuning.ts';

/**
 * mod_fcgid's own settings, alike for both ways of getting at it: a process per slot (each serves one request at
 * a time), none ended for age or idleness, answers passed on as they come, and no limit below the lab's own (its
 * default of 128 KiB makes a larger POST a 500).
 *
 * It starts processes on demand and holds itself back after each (the spawn score): raised, so that the pool
 * fills at the first concurrent requests.
 */
export function fcgidSettings(site: Site, env: Readonly<Record<string, string>>): ApacheText {
  const slots = apache.count(slotsOf(site.capacity));
  const timeout = apache.seconds(site.limits.requestTimeoutMs);
  return apache.lines(
    apache`FcgidIPCDir ${apache.path(join(site.dir, 'fcgid'))}
FcgidProcessTableFile ${apache.path(join(site.dir, 'fcgid_shm'))}
FcgidMaxProcesses ${slots}
FcgidMaxProcessesPerClass ${slots}
FcgidMinProcessesPerClass ${slots}
FcgidSpawnScoreUpLimit 10000
FcgidIdleTimeout 0
FcgidProcessLifeTime 0
FcgidMaxRequestsPerProcess 0
FcgidIOTimeout ${timeout}
FcgidBusyTimeout ${timeout}
FcgidConnectTimeout 10
FcgidOutputBufferSize 0
FcgidMaxRequestLen ${apache.count(site.limits.bodyBytes)}
FcgidMaxRequestInMem 65536`,
    apacheEnvironment('FcgidInitialEnv', { ...programEnvironment({ HOME: site.dir }), ...env }),
  );
}
