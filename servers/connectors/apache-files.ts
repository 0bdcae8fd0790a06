import { LabError } from '../../core/errors.ts';
import { apache } from '../config/apache.ts';
import { defineConnector } from '../define.ts';

export default defineConnector({
  host: 'apache',
  title: 'a file',
  takes: { loads: ['files'] },
  probe: () => ({ available: true, version: null }),
  fragment({ app }) {
    if (app.file === null) throw new LabError('E_INTERNAL', `${app.name} has no folder of documents`);
    const folder = apache.path(app.file);
    const config = apache`DocumentRoot ${folder}
<Directory ${folder}>
  ForceType "text/plain; charset=utf-8"
</Directory>`;
    return { modules: [], config: config.text, files: [], hostVariant: null, basePath: '' };
  },
});
