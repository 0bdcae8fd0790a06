/**
 * Every error a user can meet has a code, the facts, and a hint that says what to do.
 * `docs/errors.md` is made from this table.
 */

/** Process exit codes. 0 ok; 129, 130, 143 hung up, interrupted, terminated (finished launches are kept). */
export const EXIT = {
  ok: 0,
  regression: 1,
  usage: 2,
  missing: 3,
  failed: 4,
  bug: 5,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** code → [exit code, what it means]. */
export const ERROR_CODES = {
  E_USAGE: [EXIT.usage, 'The command line cannot be understood.'],
  E_SCENARIO: [EXIT.usage, 'A scenario file has mistakes; all of them are named.'],
  E_LABAPP: [
    EXIT.usage,
    'The description of your application (labapp.yaml) has mistakes; all of them are named.',
  ],
  E_ADOPT: [EXIT.usage, 'The lab finds no application that it can adopt.'],
  E_APP: [EXIT.failed, 'Your application cannot be loaded, or does not answer where it runs alone.'],
  E_NO_STACKS: [EXIT.usage, 'The pattern selects no stack that can run here.'],
  E_UNKNOWN_STACK: [EXIT.usage, 'No stack has this name.'],
  E_PORT_IN_USE: [EXIT.usage, 'A port that the lab was told to use is taken by another process.'],
  E_BUSY: [EXIT.usage, 'Another lab run holds this project.'],
  E_PLACE: [EXIT.usage, 'A folder that the lab needs cannot be used.'],
  E_NOT_A_RUN: [EXIT.usage, 'The path given is not a run folder.'],
  E_NEWER_SCHEMA: [EXIT.usage, 'The run was written by a newer lab.'],
  E_MISSING: [EXIT.missing, 'A program or package that this command needs is not installed.'],
  E_CONFIG: [EXIT.bug, 'A server refused the configuration that the lab generated.'],
  E_START: [EXIT.failed, 'A program ended before it was ready.'],
  E_NOT_READY: [EXIT.failed, 'A stack did not answer as it should within its deadline.'],
  E_CONTRACT: [EXIT.failed, 'A stack does not answer as the contract says.'],
  E_MODEL: [EXIT.failed, 'A stack is not of the model that its name says.'],
  E_DRIVER: [EXIT.failed, 'The load driver failed.'],
  E_CORRUPT: [EXIT.failed, 'A record on disk is damaged.'],
  E_NO_SPACE: [EXIT.failed, 'The disk is full; finished trials are safe.'],
  E_DEFINITION: [EXIT.bug, 'A definition file cannot be loaded or is not valid.'],
  E_INTERNAL: [EXIT.bug, 'The lab met a state that should not exist.'],
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An expected failure, with what a reader needs to act on it. */
export class LabError extends Error {
  readonly code: ErrorCode;
  /** Facts in the order in which they are shown: command, port, milliseconds waited, last log lines … */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
  /** What to do about it. */
  readonly hint: string | null;

  constructor(
    code: ErrorCode,
    message: string,
    more: {
      facts?: Readonly<Record<string, string | number | boolean | null>>;
      hint?: string;
      cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'LabError';
    this.code = code;
    this.facts = more.facts ?? {};
    this.hint = more.hint ?? null;
  }

  get exitCode(): number {
    return ERROR_CODES[this.code][0];
  }
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
