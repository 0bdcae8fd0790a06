/**
 * Ends what a vanished lab left behind. Reads one JSON line for each thing to watch or to forget; at the end of
 * its input everything still watched is ended and removed, newest first. See `runner/process/warden.ts`.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { endGroup, endSession } from '../process/stale.ts';
import type { Ward, WardenLine } from '../process/warden.ts';

const wards = new Map<number, Ward>();

// What ends the lab must not end its warden first.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => {});

for await (const text of createInterface({ input: process.stdin })) {
  // The lab is the only writer of this pipe.
  const line = JSON.parse(text) as WardenLine;
  if (line.op === 'watch') wards.set(line.id, line.ward);
  else wards.delete(line.id);
}

// Processes first: a running server would write into a folder that is being removed.
const left = [...wards.values()].reverse();
for (const ward of left) if (ward.kind === 'session') await endSession(ward.pid, ward.startTicks);
for (const ward of left) if (ward.kind === 'cgroup') await endGroup(ward.path);
for (const ward of left) if (ward.kind === 'folder') rmSync(ward.path, { recursive: true, force: true });
