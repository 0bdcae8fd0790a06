import { defineApp } from '../../define.ts';
import { probePython } from '../python-app.ts';
import { buildScript } from '../script-floor.ts';

/** The Python floor with `-IS`: no site packages, no user settings. The difference is what `site` costs. */
export default defineApp({
  title: 'Python script (-IS)',
  interface: 'CGI',
  form: 'cgi-script',
  contract: 'hello',
  language: 'python',
  sources: ['floor-python/src'],
  entry: 'hello.cgi',
  build: (tools) => buildScript(tools, `${tools.python?.bin ?? 'python3'} -IS`),
  probe: (tools) => probePython(tools, []),
});
