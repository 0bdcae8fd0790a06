import { defineApp } from '../../define.ts';

/** A shell script as CGI: a floor. It answers every request with the contract's /hello. */
export default defineApp({
  title: 'shell script',
  interface: 'CGI',
  form: 'cgi-script',
  contract: 'hello',
  language: 'sh',
  sources: ['floor-sh/src'],
  entry: 'hello.cgi',
  probe: (tools) =>
    tools.find('sh') === null
      ? { available: false, reason: 'there is no /bin/sh', remedy: 'install a POSIX shell' }
      : { available: true, version: null },
});
