/**
 * A pool of HTTP workers that serve a node-handler:
 * `node node-pool.js HANDLER LISTEN PROCESSES`, LISTEN being `unix:/path` or `tcp:ADDRESS:PORT`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { callHandler, loadHandler } from '../backends/node/handler.ts';
import { listen, parseListen } from '../backends/node/listen.ts';
import { runWorkers } from '../backends/node/workers.ts';

/** Longer than any quiet time between windows, so that a kept connection is not closed as it is used. */
const KEEP_ALIVE_MS = 120_000;

const [file = '', place = '', processes = '1'] = process.argv.slice(2);

await runWorkers(Number(processes), {
  async serve() {
    const handler = await loadHandler<IncomingMessage, ServerResponse>(file);
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) =>
      callHandler(handler, request, response),
    );
    await listen(server, parseListen(place));
    return () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
  },
});
