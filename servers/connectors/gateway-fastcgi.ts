import { LabError } from '../../core/errors.ts';
import { notesOn, refusesReuse, runsCgiItself } from '../config/upstream-notes.ts';
import { defineConnector } from '../define.ts';
import { gatewayFragment, oneProcess, PART_OF_THE_LAB } from '../hosts/gateway/fragment.ts';

export default defineConnector({
  host: 'gateway',
  title: 'FastCGI client',
  takes: { speaks: 'fastcgi', starts: 'lab' },
  reaches: ['unix', 'tcp'],
  excludes: ({ backend }) => runsCgiItself('the gateway', backend),
  probe: () => PART_OF_THE_LAB,
  fragment: ({ app, upstream, backend, site }) => {
    if (upstream === null) throw new LabError('E_INTERNAL', 'gateway-fastcgi needs a backend');
    const keep = !refusesReuse(backend, 'fastcgi');
    return gatewayFragment(
      { kind: 'fastcgi', upstream, keep, ...(app.script === undefined ? {} : { scriptFile: app.script }) },
      {
        unequal: [...oneProcess(site.capacity, 'the server in front'), ...notesOn(backend, 'fastcgi', keep)],
      },
    );
  },
});
