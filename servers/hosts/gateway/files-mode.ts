/** The floor: the gateway answers with a file itself. */
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { BadTarget, decodePath, parseTarget } from '../../protocols/cgi/target.ts';
import { answerError, type Mode } from './exchange.ts';

/**
 * Up to this size a file is read with plain system calls on the event loop, which is several times cheaper
 * than four trips through the thread pool; larger ones are streamed.
 */
const INLINE_BYTES = 64 * 1024;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.bin': 'application/octet-stream',
};
/** For a file without a known extension: the contract's /hello. */
const DEFAULT_TYPE = 'text/plain; charset=utf-8';

/**
 * Reads the folder once: a file's name is looked up, never joined to the folder, so that no path can leave
 * it. Contents are read for each request, as any file server does.
 */
export async function createFilesMode(root: string): Promise<Mode> {
  const files = await findFiles(root);
  return { handle: (request, response) => answer(files, request, response), stop: () => Promise.resolve() };
}

async function findFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const base = await realpath(root);
  const files = new Map<string, string>();
  for (const entry of await readdir(base, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files.set(`/${relative(base, file).split(sep).join('/')}`, file);
  }
  return files;
}

function answer(
  files: ReadonlyMap<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const file = lookUp(files, request.url ?? '/');
  if (typeof file === 'number') {
    answerError(request, response, file);
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    answerError(request, response, 405, ['Allow', 'GET, HEAD']);
  } else {
    try {
      send(file, request, response);
    } catch {
      answerError(request, response, 404);
    }
  }
}

function lookUp(files: ReadonlyMap<string, string>, url: string): string | 400 | 404 {
  const direct = files.get(url);
  if (direct !== undefined) return direct;
  try {
    // Names on disk are UTF-8; a decoded path is a string of bytes.
    return files.get(Buffer.from(decodePath(parseTarget(url).path), 'latin1').toString('utf8')) ?? 404;
  } catch (failure) {
    if (failure instanceof BadTarget) return failure.status;
    throw failure;
  }
}

function send(file: string, request: IncomingMessage, response: ServerResponse): void {
  const fd = openSync(file, 'r');
  let streams = false;
  try {
    const { size } = fstatSync(fd);
    const head = ['Content-Type', TYPES[extname(file)] ?? DEFAULT_TYPE, 'Content-Length', String(size)];
    if (request.method === 'HEAD') {
      response.writeHead(200, head).end();
    } else if (size <= INLINE_BYTES) {
      const body = Buffer.allocUnsafe(size);
      let have = 0;
      for (let read = 1; have < size && read > 0; have += read)
        read = readSync(fd, body, have, size - have, have);
      response.writeHead(200, head);
      // A file that shrank meanwhile must not look complete.
      if (have < size) response.destroy();
      else response.end(body);
    } else {
      streams = true;
      response.writeHead(200, head);
      const stream = createReadStream('', { fd, start: 0, end: size - 1 });
      stream.on('error', () => response.destroy());
      response.on('close', () => stream.destroy());
      stream.pipe(response);
    }
  } finally {
    if (!streams) closeSync(fd);
  }
}
