import { apache } from '../config/apache.ts';
import { probeApacheModules } from '../config/apache-probe.ts';
import { cgiByHtaccess } from '../config/cgi-directory.ts';
import { defineConnector } from '../define.ts';

/** The worker that has the request forks and executes the script itself: prefork, where that is safe. */
export default defineConnector({
  host: 'apache',
  title: 'mod_cgi + .htaccess',
  takes: { loads: ['cgi-script'] },
  probe: (tools) => probeApacheModules(tools, ['cgi', 'env', 'mpm_prefork']),
  fragment({ app, site }) {
    const server = apache`CGIScriptTimeout ${apache.seconds(site.limits.requestTimeoutMs)}`;
    return { modules: ['cgi', 'env'], hostVariant: 'prefork', ...cgiByHtaccess(app, server) };
  },
});
