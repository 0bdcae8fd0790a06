import { defineApp } from '../../define.ts';
import { buildC, probeCompiler } from '../c-program.ts';

/** The C floor linked statically: no dynamic linker runs, the least that a process per request can cost. */
export default defineApp({
  title: 'static C program',
  interface: 'CGI',
  form: 'cgi-script',
  contract: 'hello',
  language: 'c',
  sources: ['shared/c'],
  entry: 'hello.cgi',
  build: (tools) => buildC(tools, ['-static']),
  probe: probeCompiler,
});
