/** One run at a time: two would disturb each other's figures. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError, messageOf } from '../../core/errors.ts';
import { LAB_HOME } from '../../core/paths.ts';

const LOCK = join(LAB_HOME, 'run.lock');

/** Start time of a process in clock ticks (field 22 of /proc/PID/stat): with the pid, it names one for ever. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/**
 * Takes the lock; disposing gives it back. A lock whose owner is gone is taken over.
 * @throws LabError E_BUSY while another run holds it, E_PLACE when the folder cannot be written
 */
export function takeLock(file: string = LOCK): Disposable {
  const mine = `${process.pid} ${startOf(process.pid) ?? ''}`;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, mine, { flag: 'wx' });
      return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) {
        throw new LabError('E_PLACE', `the lab's folder cannot be written: ${messageOf(cause)}`, {
          facts: { file },
          cause,
        });
      }
      const [pid, start] = readFileSync(file, 'utf8').split(' ');
      if (startOf(Number(pid)) === (start ?? '') && start !== '') {
        throw new LabError('E_BUSY', 'another lab run is under way here', {
          facts: { pid: Number(pid) },
          hint: 'Wait for it: two runs at once would disturb each other. LAB_SHARED=1 allows it and marks the figures.',
        });
      }
      rmSync(file, { force: true });
    }
  }
  throw new LabError('E_BUSY', 'another lab run started at the same moment', { facts: { file } });
}
