import { LabError } from '../../core/errors.ts';
import { lighttpd } from '../config/lighttpd.ts';
import { defineConnector } from '../define.ts';

export default defineConnector({
  host: 'lighttpd',
  title: 'a file',
  takes: { loads: ['files'] },
  probe: () => ({ available: true, version: null }),
  fragment({ app }) {
    if (app.file === null) throw new LabError('E_INTERNAL', `${app.name} has no folder of documents`);
    const config = lighttpd`server.document-root := ${lighttpd.path(app.file)}
mimetype.assign = ( "" => "text/plain; charset=utf-8" )`;
    return { modules: [], config: config.text, files: [], hostVariant: null, basePath: '' };
  },
});
