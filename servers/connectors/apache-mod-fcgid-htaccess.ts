import { basename, dirname, extname, join } from 'node:path';
import { apache } from '../config/apache.ts';
import { probeApacheModules } from '../config/apache-probe.ts';
import { scriptOf } from '../config/cgi-directory.ts';
import { fcgidSettings } from '../config/fcgid.ts';
import { slotsOf } from '../config/tuning.ts';
import { defineConnector } from '../define.ts';

const MODULES = ['fcgid', 'rewrite'];

/**
 * Shared hosting: the server's configuration only allows overrides; the site's own `.htaccess` makes its
 * `dispatch.fcgi` a FastCGI program and rewrites every path to it.
 */
export default defineConnector({
  host: 'apache',
  title: 'mod_fcgid + .htaccess',
  takes: { speaks: 'fastcgi', starts: 'host', loads: ['fastcgi-script'] },
  excludes: ({ app }) =>
    app.form === 'fastcgi-script' &&
    (extname(app.entry) !== '.fcgi' || (app.adopted?.script ?? null) !== null)
      ? 'shared hosting knows FastCGI programs by their suffix .fcgi'
      : null,
  workers: ({ capacity }) => slotsOf(capacity),
  probe: (tools) => probeApacheModules(tools, MODULES),
  fragment({ app, site }) {
    const script = scriptOf(app);
    const folder = dirname(script);
    const config = apache`${fcgidSettings(site, { ...app.env, LAB_HIDDEN_SCRIPT: '1' })}
DocumentRoot ${apache.path(folder)}
<Directory ${apache.path(folder)}>
  AllowOverride Options FileInfo
</Directory>`;
    const htaccess = apache`Options +ExecCGI
AddHandler fcgid-script .fcgi
RewriteEngine On
RewriteCond %{REQUEST_FILENAME} !-f
RewriteRule ^(.*)$ ${apache.fileName(basename(script))}/$1 [QSA,L]
`;
    return {
      modules: MODULES,
      config: config.text,
      files: [{ path: join(folder, '.htaccess'), content: htaccess.text }],
      hostVariant: 'event',
      basePath: '',
      unequal: ['a process per slot, each serving one request at a time'],
    };
  },
});
