import { defineApp } from '../../define.ts';
import { buildScript } from '../script-floor.ts';

/** A Perl script as CGI: a floor, and what most CGI programs once were. */
export default defineApp({
  title: 'Perl script',
  interface: 'CGI',
  form: 'cgi-script',
  contract: 'hello',
  language: 'perl',
  sources: ['floor-perl/src'],
  entry: 'hello.cgi',
  build: (tools) => buildScript(tools, tools.find('perl') ?? 'perl'),
  probe: (tools) =>
    tools.find('perl') === null
      ? { available: false, reason: 'there is no perl', remedy: 'install perl' }
      : { available: true, version: tools.version('perl') },
});
