/** What a node-handler module exports, and how it is called by everything that is no HTTP server. */
import { pathToFileURL } from 'node:url';

/** As far as the lab looks at a request or response: node:http's own, or one of this folder's. */
export interface AnsweredResponse {
  statusCode: number;
  readonly headersSent: boolean;
  setHeader(name: string, value: string): unknown;
  end(body?: string): unknown;
  destroy(error?: Error): unknown;
}

/** `(req, res) => void`, or a promise of it. The parameter types are the caller's own. */
export type Handler<Request, Response> = (request: Request, response: Response) => unknown;

/** Imports a handler module. */
export async function loadHandler<Request, Response>(file: string): Promise<Handler<Request, Response>> {
  const module: { default?: Handler<Request, Response> } = await import(pathToFileURL(file).href);
  if (typeof module.default !== 'function')
    throw new Error(`${file} has no default export that is a function`);
  return module.default;
}

/**
 * Calls a handler. What it throws, or rejects with, becomes a 500, or a cut response once headers are out:
 * one broken request must not end a process that serves others.
 */
export function callHandler<Request, Response extends AnsweredResponse>(
  handler: Handler<Request, Response>,
  request: Request,
  response: Response,
): void {
  try {
    const returned = handler(request, response);
    if (returned instanceof Promise) returned.catch((failure) => refuse(response, failure));
  } catch (failure) {
    refuse(response, failure);
  }
}

function refuse(response: AnsweredResponse, failure: unknown): void {
  const text = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  process.stderr.write(`handler failed: ${text}\n`);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.statusCode = 500;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end('internal server error\n');
}
