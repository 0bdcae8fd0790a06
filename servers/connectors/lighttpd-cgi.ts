import { basename, dirname } from 'node:path';
import { scriptOf } from '../config/cgi-directory.ts';
import { programEnvironment } from '../config/environment.ts';
import { lighttpd, lighttpdEnvironment } from '../config/lighttpd.ts';
import { probeLighttpdModules } from '../config/lighttpd-probe.ts';
import { defineConnector } from '../define.ts';

const MODULES = ['mod_setenv', 'mod_cgi'];

/** The server itself forks and executes the script, by its name's end. */
export default defineConnector({
  host: 'lighttpd',
  title: 'mod_cgi',
  takes: { loads: ['cgi-script'] },
  probe: (tools) => probeLighttpdModules(tools, MODULES),
  fragment({ app, site }) {
    const script = scriptOf(app);
    const timeout = lighttpd.seconds(site.limits.requestTimeoutMs);
    const config = lighttpd.lines(
      lighttpd`server.document-root := ${lighttpd.path(dirname(script))}
cgi.assign = ( "/${lighttpd.fileName(basename(script))}" => "" )
cgi.limits = ( "read-timeout" => ${timeout}, "write-timeout" => ${timeout} )`,
      lighttpdEnvironment({ ...programEnvironment(), ...app.env }),
    );
    return {
      modules: MODULES,
      config: config.text,
      files: [],
      hostVariant: null,
      basePath: `/${basename(script)}`,
    };
  },
});
