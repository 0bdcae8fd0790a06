import { LabError } from '../../core/errors.ts';
import { nginx, nginxServer } from '../config/nginx.ts';
import { defineConnector } from '../define.ts';

export default defineConnector({
  host: 'nginx',
  title: 'a file',
  takes: { loads: ['files'] },
  probe: () => ({ available: true, version: null }),
  fragment({ app, site }) {
    if (app.file === null) throw new LabError('E_INTERNAL', `${app.name} has no folder of documents`);
    const config = nginxServer(
      site,
      nginx`  root ${nginx.path(app.file)};
  types { }
  default_type text/plain;
  charset utf-8;`,
    );
    return { modules: [], config: config.text, files: [], hostVariant: null, basePath: '' };
  },
});
