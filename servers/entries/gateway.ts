/** The embedded gateway: `node gateway.js CONFIG.json`. SIGTERM and SIGINT stop it gracefully. */
import { readFileSync } from 'node:fs';
import { parseConfig } from '../hosts/gateway/config.ts';
import { startGateway } from '../hosts/gateway/server.ts';

const config = parseConfig(readFileSync(process.argv[2] ?? '', 'utf8'));
const gateway = await startGateway(config, (line) => process.stderr.write(`${line}\n`));

const stop = () => {
  void gateway.stop().then(() => {
    process.stderr.write(`gateway stopped: ${JSON.stringify(gateway.counters)}\n`);
    process.exit(0);
  });
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
