import { defineConnector } from '../define.ts';
import { fileOf, gatewayFragment, oneProcess, PART_OF_THE_LAB } from '../hosts/gateway/fragment.ts';

export default defineConnector({
  host: 'gateway',
  title: 'files',
  takes: { loads: ['files'] },
  probe: () => PART_OF_THE_LAB,
  fragment: ({ app, site }) =>
    gatewayFragment(
      { kind: 'files', root: fileOf(app) },
      { unequal: oneProcess(site.capacity, 'the server that reads the files') },
    ),
});
