/** Runs the built `lab` as a user would, in a folder of its own. Never throws for a command that fails. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { PROJECT_ROOT } from '../../core/paths.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Outcome>;
  /** Resolves when stderr holds the text. */
  says(text: string | RegExp): Promise<void>;
}

/** A working folder; disposing removes it. */
export async function makeFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'lab-e2e-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export function startLab(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
  /** @default this checkout's */
  program = join(PROJECT_ROOT, 'bin', 'lab.js'),
): Running {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    // Other labs may run on a developer's machine; nothing here is about speed.
    env: { ...process.env, NO_COLOR: '1', LAB_SHARED: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    for (const look of waiting) look();
  });
  const done = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (/\(node:\d+\)|DeprecationWarning/.test(stderr)) reject(new Error(`a Node warning:\n${stderr}`));
      else
        resolve({ code, stdout: stripVTControlCharacters(stdout), stderr: stripVTControlCharacters(stderr) });
    });
  });
  const says = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (typeof text === 'string' ? stderr.includes(text) : text.test(stderr)) resolve();
      };
      waiting.add(look);
      look();
      done.then(() => reject(new Error(`it ended without saying ${text}:\n${stderr}`)), reject);
    });
  return { child, done, says };
}

export const lab = (cwd: string, ...args: string[]): Promise<Outcome> => startLab(cwd, args).done;
