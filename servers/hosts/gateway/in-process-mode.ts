/** Embedded: the handler runs in the gateway's own process. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { callHandler, type Handler, loadHandler } from '../../backends/node/handler.ts';
import type { Mode } from './exchange.ts';

export async function createInProcessMode(file: string): Promise<Mode> {
  return handlerMode(await loadHandler<IncomingMessage, ServerResponse>(file));
}

export function handlerMode(handler: Handler<IncomingMessage, ServerResponse>): Mode {
  return {
    handle: (request, response) => callHandler(handler, request, response),
    stop: () => Promise.resolve(),
  };
}
