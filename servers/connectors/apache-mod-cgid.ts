import { join } from 'node:path';
import { apache } from '../config/apache.ts';
import { probeApacheModules } from '../config/apache-probe.ts';
import { cgiByHtaccess } from '../config/cgi-directory.ts';
import { defineConnector } from '../define.ts';

/** A helper process, forked before there are threads, forks and executes each script. */
export default defineConnector({
  host: 'apache',
  title: 'mod_cgid + .htaccess',
  takes: { loads: ['cgi-script'] },
  probe: (tools) => probeApacheModules(tools, ['cgid', 'env']),
  fragment({ app, site }) {
    const server = apache`ScriptSock ${apache.socket(join(site.dir, 'cgid.sock'))}
CGIDScriptTimeout ${apache.seconds(site.limits.requestTimeoutMs)}`;
    return { modules: ['cgid', 'env'], hostVariant: 'event', ...cgiByHtaccess(app, server) };
  },
});
