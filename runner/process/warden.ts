/**
 * The warden is one small process beside the lab that outlives it: when the lab vanishes, even by SIGKILL, the
 * pipe between them ends, and the warden ends the groups and removes the folders it was still told of.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { DIST } from '../../core/paths.ts';

/** Something that must not outlive the lab. */
export type Ward =
  | { readonly kind: 'cgroup'; readonly path: string }
  /** Every process of the session that a started program leads. */
  | { readonly kind: 'session'; readonly pid: number; readonly startTicks: string }
  | { readonly kind: 'folder'; readonly path: string };

/** One line from the lab to the warden. */
export type WardenLine =
  | { readonly op: 'watch'; readonly id: number; readonly ward: Ward }
  | { readonly op: 'forget'; readonly id: number };

export interface Watch {
  /** The thing is gone: the warden need not mind it any more. */
  forget(): void;
}

export interface Warden {
  /** Resolves when the warden is sure to learn of it. Call it *before* the thing is made. */
  watch(ward: Ward): Promise<Watch>;
  /** Null until something was watched. */
  readonly pid: number | null;
}

let only: Warden | null = null;

/** The lab process's one warden, started when it is first needed. It never keeps the lab from ending. */
export function warden(): Warden {
  only ??= makeWarden();
  return only;
}

function makeWarden(): Warden {
  const wards = new Map<number, Ward>();
  let child: ChildProcess | null = null;
  let nextId = 0;

  const send = (line: WardenLine): Promise<void> =>
    new Promise((resolve) => {
      // A dead warden is started again by the next watch; there is nobody to tell here.
      const pipe = child?.stdin;
      if (pipe === undefined || pipe === null || !pipe.writable) resolve();
      else pipe.write(`${JSON.stringify(line)}\n`, () => resolve());
    });

  const start = async () => {
    const started = spawnWarden();
    child = started;
    started.once('exit', () => {
      if (child === started) child = null;
    });
    for (const [id, ward] of wards) await send({ op: 'watch', id, ward });
  };

  return {
    get pid() {
      return child?.pid ?? null;
    },
    async watch(ward) {
      nextId += 1;
      const id = nextId;
      wards.set(id, ward);
      if (child === null) await start();
      else await send({ op: 'watch', id, ward });
      return {
        forget() {
          if (wards.delete(id)) void send({ op: 'forget', id });
        },
      };
    },
  };
}

/** In a session of its own: an interrupt typed at the lab's terminal must not end it first. */
function spawnWarden(): ChildProcess {
  const child = spawn(process.execPath, [join(DIST, 'runner', 'entries', 'warden.js')], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  child.unref();
  // The pipe alone would keep the lab's event loop alive.
  const pipe: unknown = child.stdin;
  if (isRefable(pipe)) pipe.unref();
  return child;
}

function isRefable(pipe: unknown): pipe is { unref(): void } {
  return typeof pipe === 'object' && pipe !== null && 'unref' in pipe && typeof pipe.unref === 'function';
}
