import { LabError } from '../../core/errors.ts';
import { notesOn, refusesReuse } from '../config/upstream-notes.ts';
import { defineConnector } from '../define.ts';
import { gatewayFragment, oneProcess, PART_OF_THE_LAB } from '../hosts/gateway/fragment.ts';

export default defineConnector({
  host: 'gateway',
  title: 'HTTP proxy',
  takes: { speaks: 'http', starts: 'lab' },
  reaches: ['unix', 'tcp'],
  probe: () => PART_OF_THE_LAB,
  fragment: ({ upstream, backend, site }) => {
    if (upstream === null) throw new LabError('E_INTERNAL', 'gateway-proxy needs a backend');
    const keep = !refusesReuse(backend, 'http');
    return gatewayFragment(
      { kind: 'proxy', upstream, keep },
      { unequal: [...oneProcess(site.capacity, 'the server in front'), ...notesOn(backend, 'http', keep)] },
    );
  },
});
