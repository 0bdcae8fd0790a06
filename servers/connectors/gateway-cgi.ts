import { basename, dirname } from 'node:path';
import { defineConnector } from '../define.ts';
import { fileOf, gatewayFragment, oneProcess, PART_OF_THE_LAB } from '../hosts/gateway/fragment.ts';

export default defineConnector({
  host: 'gateway',
  title: 'CGI',
  takes: { loads: ['cgi-script'] },
  probe: () => PART_OF_THE_LAB,
  fragment: ({ app, site }) => {
    const file = fileOf(app);
    return gatewayFragment(
      {
        kind: 'cgi',
        root: dirname(file),
        env: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', ...app.env },
      },
      {
        basePath: `/${basename(file)}`,
        unequal: oneProcess(site.capacity, 'the server that starts the programs'),
      },
    );
  },
});
