/** One trial's private folder: short, 0700, owned by the measured user, and gone afterwards. */
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LabError, messageOf } from '../../core/errors.ts';
import type { MeasuredUser, RenderedFile } from '../../servers/define.ts';
import { runCommand } from '../process/command.ts';
import { ownerTag } from '../process/owner.ts';
import { SITE_MARKER, SITE_PREFIX } from '../process/stale.ts';
import { canUse } from '../process/user.ts';
import { warden } from '../process/warden.ts';

/** sun_path holds 108 bytes on Linux with the final zero (104 on macOS), see unix(7). */
const SOCKET_PATH_BYTES = process.platform === 'linux' ? 107 : 103;
/** Room for the longest socket name that a server makes of its own inside the folder. */
const SOCKET_NAME_BYTES = process.platform === 'linux' ? 32 : 24;
const PROBE_TIMEOUT_MS = 5_000;

export interface Place extends AsyncDisposable {
  readonly dir: string;
}

/** Where sites are made: the user's own runtime folder, else the machine's temporary one. */
export function defaultSiteRoot(user: MeasuredUser | null): string {
  const runtime = process.env.XDG_RUNTIME_DIR;
  const usable = runtime !== undefined && canUse(runtime, user, 'execute') && canUse(runtime, null, 'read');
  return usable ? runtime : tmpdir();
}

/** Makes the folder; dispose removes it, and the warden does should the lab vanish. */
export async function makePlace(
  root: string,
  user: MeasuredUser | null,
  signal: AbortSignal,
): Promise<Place> {
  const prefix = join(root, `${SITE_PREFIX}${ownerTag()}-`);
  const longest = Buffer.byteLength(prefix) + 'XXXXXX/'.length + SOCKET_NAME_BYTES;
  if (longest > SOCKET_PATH_BYTES) {
    throw new LabError('E_PLACE', 'the path of the folder for sites is too long for sockets', {
      facts: { path: root, bytes: longest, most: SOCKET_PATH_BYTES },
      hint: 'Set TMPDIR (or XDG_RUNTIME_DIR) to a shorter path, such as /tmp.',
    });
  }
  const dir = makeFolder(prefix, root);
  const watch = await warden().watch({ kind: 'folder', path: dir });
  const place: Place = {
    dir,
    async [Symbol.asyncDispose]() {
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
      watch.forget();
    },
  };
  try {
    writeFileSync(join(dir, SITE_MARKER), '');
    if (user !== null) chownSync(dir, user.uid, user.gid);
    await seeThatProgramsRun(dir, root, user, signal);
    return place;
  } catch (failure) {
    await place[Symbol.asyncDispose]();
    throw failure;
  }
}

function makeFolder(prefix: string, root: string): string {
  try {
    return mkdtempSync(prefix);
  } catch (cause) {
    throw new LabError('E_PLACE', `no folder for sites can be made in ${root}: ${messageOf(cause)}`, {
      facts: { path: root },
      hint: 'Set TMPDIR (or XDG_RUNTIME_DIR) to a folder that can be written.',
      cause,
    });
  }
}

/** A folder can be out of the measured user's reach, or on a file system mounted noexec. */
async function seeThatProgramsRun(
  dir: string,
  root: string,
  user: MeasuredUser | null,
  signal: AbortSignal,
): Promise<void> {
  const file = join(dir, 'probe');
  writeFileSync(file, '#!/bin/sh\nexit 0\n');
  chmodSync(file, 0o755);
  const tried = await runCommand([file], { env: {}, user, timeoutMs: PROBE_TIMEOUT_MS, signal });
  rmSync(file);
  if (tried.ok) return;
  const who = user === null ? 'this user' : `the user ${user.name}`;
  throw new LabError('E_PLACE', `${who} cannot execute programs in ${root}`, {
    facts: { path: root, output: tried.output },
    hint: 'Set TMPDIR to a folder that other users can enter, on a file system that is not mounted noexec.',
  });
}

/** Writes rendered files; the last of one path wins. */
export function writeFiles(files: readonly RenderedFile[]): void {
  for (const file of files) {
    try {
      mkdirSync(dirname(file.path), { recursive: true });
      writeFileSync(file.path, file.content);
      chmodSync(file.path, file.mode ?? 0o644);
    } catch (cause) {
      throw new LabError('E_PLACE', `cannot write ${file.path}: ${messageOf(cause)}`, {
        facts: { path: file.path },
        cause,
      });
    }
  }
}

/** Gives a folder and all in it to the measured user. */
export function giveTo(user: MeasuredUser | null, path: string): void {
  if (user === null) return;
  lchownSync(path, user.uid, user.gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) giveTo(user, child);
    else lchownSync(child, user.uid, user.gid);
  }
}
