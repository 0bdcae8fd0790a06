import { defineApp } from '../../define.ts';
import { buildC, probeCompiler } from '../c-program.ts';

/** A C program as CGI, dynamically linked as programs are: the usual floor of a process per request. */
export default defineApp({
  title: 'C program',
  interface: 'CGI',
  form: 'cgi-script',
  contract: 'hello',
  language: 'c',
  sources: ['shared/c'],
  entry: 'hello.cgi',
  build: (tools) => buildC(tools, []),
  probe: probeCompiler,
});
