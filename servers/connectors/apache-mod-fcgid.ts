import { dirname } from 'node:path';
import { apache } from '../config/apache.ts';
import { probeApacheModules } from '../config/apache-probe.ts';
import { scriptOf } from '../config/cgi-directory.ts';
import { fcgidSettings } from '../config/fcgid.ts';
import { slotsOf } from '../config/tuning.ts';
import { defineConnector } from '../define.ts';

const MODULES = ['fcgid', 'alias'];

/** Apache starts, and owns, a pool of FastCGI processes of one script. */
export default defineConnector({
  host: 'apache',
  title: 'mod_fcgid',
  takes: { speaks: 'fastcgi', starts: 'host', loads: ['fastcgi-script'] },
  workers: ({ capacity }) => slotsOf(capacity),
  probe: (tools) => probeApacheModules(tools, MODULES),
  fragment({ app, site }) {
    // An interpreter is a wrapper, as PHP was run: the script is what requests lead to.
    const script = app.script ?? scriptOf(app);
    const wrapper =
      app.script === undefined ? apache`` : apache`  FcgidWrapper ${apache.path(scriptOf(app))}\n`;
    const config = apache`${fcgidSettings(site, app.env)}
ScriptAlias / ${apache.folder(script)}
<Directory ${apache.path(dirname(script))}>
  Options +ExecCGI
  SetHandler fcgid-script
${wrapper}</Directory>`;
    return {
      modules: MODULES,
      config: config.text,
      files: [],
      hostVariant: 'event',
      basePath: '',
      unequal: ['a process per slot, each serving one request at a time'],
    };
  },
});
