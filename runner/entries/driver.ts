/**
 * The load driver: a process of its own, so that neither the lab's work nor its garbage collection is in the
 * measured path, and so that the generator's CPU is known. One command, one answer, one at a time.
 */
import { messageOf } from '../../core/errors.ts';
import { driveWindow } from '../load/drive-window.ts';
import { warmDriver } from '../load/warm-driver.ts';
import { type DriverAnswer, driverCommandSchema } from '../load/window-spec.ts';

const answer = (message: DriverAnswer): void => {
  process.send?.(message);
};

// The lab holds the other end of the channel: when it is gone, so is the reason to drive load.
process.on('disconnect', () => process.exit(0));

process.on('message', (message) => {
  const command = driverCommandSchema.safeParse(message);
  if (!command.success) {
    answer({ kind: 'failed', message: `the driver does not understand: ${command.error.message}` });
    return;
  }
  driveWindow(command.data.spec).then(
    (record) => answer({ kind: 'record', record }),
    (thrown: unknown) => answer({ kind: 'failed', message: messageOf(thrown) }),
  );
});

await warmDriver();
answer({ kind: 'ready' });
