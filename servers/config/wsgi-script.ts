/** What mod_wsgi shares between its embedded and its daemon mode. */
import { join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import type { Availability, PreparedApp, RenderedFile, Site, Tools } from '../define.ts';
import { apache } from './apache.ts';
import { probeApacheModules } from './apache-probe.ts';
import { checkedIdentifier, checkedPath } from './checked.ts';

/** The module and callable of a WSGI app, checked. */
export function callableOf(app: PreparedApp): readonly [module: string, name: string] {
  if (app.callable === null) throw new LabError('E_INTERNAL', `${app.name} has no WSGI callable`);
  return [checkedIdentifier(app.callable[0]), checkedIdentifier(app.callable[1])];
}

/** The script file that mod_wsgi wants: it imports the app and names it `application`. */
export function wsgiScript(app: PreparedApp, site: Site): RenderedFile {
  const [module, name] = callableOf(app);
  const content = `import sys
sys.path.insert(0, ${JSON.stringify(checkedPath(app.dir))})
from ${module} import ${name} as application
`;
  return { path: join(site.dir, 'app.wsgi'), content };
}

/** `python-home`: the lab's virtual environment; empty where apps run on the system's own Python. */
export function pythonHome(site: Site) {
  const { python } = site.tools;
  return python?.isLabVenv === true ? apache.path(python.prefix) : null;
}

export function probeModWsgi(tools: Tools, modules: readonly string[]): Availability {
  const probed = probeApacheModules(tools, ['wsgi', ...modules]);
  if (!probed.available || tools.python !== null) return probed;
  return { available: false, reason: 'no Python 3 was found', remedy: 'sudo apt-get install python3' };
}
