import { join } from 'node:path';
import { apache } from '../config/apache.ts';
import { probeApacheModules } from '../config/apache-probe.ts';
import { assetFile } from '../config/entry-file.ts';
import { pythonEnvironment } from '../config/environment.ts';
import { pythonOf } from '../config/python-app.ts';
import { slotsOf } from '../config/tuning.ts';
import { callableOf } from '../config/wsgi-script.ts';
import { defineConnector } from '../define.ts';

/**
 * The app runs in Apache's workers under mod_python. The WSGI handler that mod_python ships loses the status of
 * an answer, so the lab brings one of its own. Debian's mod_python is linked to the system's Python: the lab's
 * packages are put on its path.
 */
export default defineConnector({
  host: 'apache',
  title: 'mod_python',
  takes: { loads: ['wsgi-callable'] },
  workers: ({ capacity }) => slotsOf(capacity),
  probe(tools) {
    const probed = probeApacheModules(tools, ['python', 'mpm_prefork']);
    if (!probed.available || tools.python !== null) return probed;
    return { available: false, reason: 'no Python 3 was found', remedy: 'sudo apt-get install python3' };
  },
  fragment({ app, site }) {
    const handler = assetFile(join('apps', 'shared', 'python', 'mod_python_handler.py'), site);
    const [module, callable] = callableOf(app);
    const folder = apache.barePath(site.dir);
    const appFolder = apache.barePath(app.dir);
    const packages = apache.barePath(pythonOf(site).sitePackages);
    const config = apache`PythonInterpreter main_interpreter
PythonPath "['${folder}', '${appFolder}', '${packages}'] + sys.path"
PythonAutoReload Off
PythonDebug Off
PythonOption mod_python.mutex_directory ${apache.path(site.dir)}
PythonOption wsgi.application ${apache.identifier(module)}:${apache.identifier(callable)}
PythonImport mod_python_handler main_interpreter
PythonImport ${apache.identifier(module)} main_interpreter
<Location "/">
  SetHandler mod_python
  PythonHandler mod_python_handler
</Location>`;
    return {
      modules: ['python'],
      config: config.text,
      files: [handler],
      hostVariant: 'prefork',
      basePath: '',
      embeds: true,
      env: pythonEnvironment(app, site),
    };
  },
});
