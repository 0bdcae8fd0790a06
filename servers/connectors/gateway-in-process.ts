import { defineConnector } from '../define.ts';
import { fileOf, gatewayFragment, oneProcess, PART_OF_THE_LAB } from '../hosts/gateway/fragment.ts';

export default defineConnector({
  host: 'gateway',
  title: 'in-process',
  takes: { loads: ['node-handler'] },
  workers: () => 1,
  probe: () => PART_OF_THE_LAB,
  fragment: ({ app, site }) =>
    gatewayFragment(
      { kind: 'in-process', module: fileOf(app) },
      { env: app.env, unequal: oneProcess(site.capacity, 'the server with the application in it') },
    ),
});
