/**
 * The first signal asks the command to end in order; a second one ends it now. What it had started is then
 * ended by the warden (runner/process/warden.ts), which learns at once that the lab is gone.
 */
import { EXIT } from '../../core/errors.ts';

/** Why a command was asked to stop. Its exit code is 128 + the signal's number. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals, exitCode: number) {
    super(`interrupted by ${signal}`);
    this.name = 'Interrupted';
    this.exitCode = exitCode;
  }
}

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hangup } as const;

/** The source of the signals, as much of `process` as is needed. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP.
 * @param onFirst tells the user that the lab is stopping
 */
export function listenForSignals(
  source: SignalSource,
  x: { readonly onFirst: () => void; readonly exit: (code: number) => void },
): AbortSignal {
  const controller = new AbortController();
  for (const [name, code] of [
    ['SIGINT', CODES.SIGINT],
    ['SIGTERM', CODES.SIGTERM],
    ['SIGHUP', CODES.SIGHUP],
  ] as const) {
    source.on(name, () => {
      if (!controller.signal.aborted) {
        controller.abort(new Interrupted(name, code));
        x.onFirst();
        return;
      }
      x.exit(code);
    });
  }
  return controller.signal;
}

/** The exit code of an interrupted command, or null when it was not interrupted. */
export function interruptionCode(signal: AbortSignal): number | null {
  if (!signal.aborted) return null;
  const reason: unknown = signal.reason;
  return reason instanceof Interrupted ? reason.exitCode : EXIT.interrupted;
}
