import { join } from 'node:path';
import { apache } from '../config/apache.ts';
import { upstreamOf } from '../config/apache-proxy.ts';
import { notesOn, runsCgiItself } from '../config/upstream-notes.ts';
import { defineConnector } from '../define.ts';

/**
 * The module of the first FastCGI deployments. No distribution ships it; its last public source still compiles
 * with `apxs -c` against Apache 2.4 and is used here as it mostly was: with an external server.
 */
export default defineConnector({
  host: 'apache',
  title: 'mod_fastcgi',
  takes: { speaks: 'fastcgi', starts: 'lab' },
  reaches: ['unix', 'tcp'],
  excludes: ({ backend }) => runsCgiItself('Apache', backend),
  probe(tools) {
    if (tools.apacheModule('mod_fastcgi.so') !== null) return { available: true, version: null };
    return {
      available: false,
      reason: 'mod_fastcgi is in no distribution any more; mod_fcgid and mod_proxy_fcgi succeeded it',
      remedy:
        'build mod_fastcgi 2.4.7 with apxs and name its folder: --apache-modules DIR or LAB_APACHE_MODULES',
    };
  },
  fragment({ upstream, backend, site }) {
    const listen = upstreamOf(upstream);
    // A name that requests are mapped to; no such file needs to exist.
    const name = join(site.dir, 'app.fcgi');
    const address =
      listen.kind === 'unix'
        ? apache`-socket ${apache.socket(listen.path)}`
        : apache`-host ${apache.address(listen.address)}:${apache.port(listen.port)}`;
    const config = apache`FastCgiIpcDir ${apache.path(join(site.dir, 'fastcgi'))}
FastCgiExternalServer ${apache.path(name)} ${address} -idle-timeout ${apache.seconds(site.limits.requestTimeoutMs)} -flush
ScriptAlias / ${apache.folder(name)}`;
    return {
      modules: ['fastcgi', 'alias'],
      config: config.text,
      files: [],
      hostVariant: 'prefork',
      basePath: '',
      unequal: notesOn(backend, 'fastcgi', false),
    };
  },
});
