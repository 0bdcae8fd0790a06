/**
 * Serves a node-handler over FastCGI:
 * `node node-fastcgi.js HANDLER LISTEN PROCESSES`, LISTEN being `unix:/path`, `tcp:ADDRESS:PORT` or `fd:0`.
 */
import { createFastcgiServer } from '../backends/node/fastcgi-server.ts';
import { loadHandler } from '../backends/node/handler.ts';
import type { HandlerRequest } from '../backends/node/handler-request.ts';
import type { HandlerResponse } from '../backends/node/handler-response.ts';
import { listen, parseListen } from '../backends/node/listen.ts';
import { runWorkers } from '../backends/node/workers.ts';

const [file = '', place = '', processes = '1'] = process.argv.slice(2);

await runWorkers(Number(processes), {
  async serve() {
    const peers = process.env.FCGI_WEB_SERVER_ADDRS;
    const { server, stop } = createFastcgiServer(await loadHandler<HandlerRequest, HandlerResponse>(file), {
      allowedPeers: peers === undefined || peers === '' ? null : peers.split(','),
      maxConnections: 1024,
    });
    await listen(server, parseListen(place));
    return stop;
  },
});
