import { defineApp } from '../../define.ts';
import { probePython } from '../python-app.ts';
import { buildScript } from '../script-floor.ts';

/** A Python script as CGI that imports nothing of its own: what starting the interpreter costs. */
export default defineApp({
  title: 'Python script',
  interface: 'CGI',
  form: 'cgi-script',
  contract: 'hello',
  language: 'python',
  sources: ['floor-python/src'],
  entry: 'hello.cgi',
  build: (tools) => buildScript(tools, tools.python?.bin ?? 'python3'),
  probe: (tools) => probePython(tools, []),
});
