import { defineApp } from '../../define.ts';
import { buildScript } from '../script-floor.ts';

/** A Node script as CGI that imports nothing: what starting Node costs. */
export default defineApp({
  title: 'Node script',
  interface: 'CGI',
  form: 'cgi-script',
  contract: 'hello',
  language: 'node',
  sources: ['floor-node/src'],
  entry: 'hello.cgi',
  build: (tools) => buildScript(tools, tools.node),
  probe: () => ({ available: true, version: process.versions.node }),
});
