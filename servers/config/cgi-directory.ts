/** CGI under Apache the way shared hosting has it: the site's own `.htaccess` turns execution on. */
import { basename, dirname, extname, join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import type { Fragment, PreparedApp } from '../define.ts';
import { type ApacheText, apache, apacheEnvironment } from './apache.ts';

/**
 * The part of a fragment that mod_cgi and mod_cgid share: the server's configuration allows the overrides and
 * no more; `.htaccess` beside the script does the rest.
 */
export function cgiByHtaccess(
  app: PreparedApp,
  serverConfig: ApacheText,
): Pick<Fragment, 'config' | 'files' | 'basePath' | 'embeds'> {
  const script = scriptOf(app);
  const folder = dirname(script);
  const config = apache.lines(
    apache`DocumentRoot ${apache.path(folder)}`,
    serverConfig,
    apacheEnvironment('SetEnv', app.env),
    apache`<Directory ${apache.path(folder)}>
  AllowOverride Options FileInfo
</Directory>`,
  );
  return {
    config: config.text,
    files: [{ path: join(folder, '.htaccess'), content: `${htaccess(basename(script)).text}\n` }],
    basePath: `/${basename(script)}`,
    embeds: false,
  };
}

/** The classic three lines, and one more for a program with another extension, or with none. */
function htaccess(script: string): ApacheText {
  const classic = apache`Options +ExecCGI
AddType text/html py
AddHandler cgi-script .py`;
  switch (extname(script)) {
    case '.py':
      return classic;
    case '.cgi':
      return apache.lines(classic, apache`AddHandler cgi-script .cgi`);
    default:
      return apache.lines(
        classic,
        apache`<Files ${apache.text(script)}>
  SetHandler cgi-script
</Files>`,
      );
  }
}

/** The executable that a cgi-script or fastcgi-script app is. */
export function scriptOf(app: PreparedApp): string {
  if (app.file === null) throw new LabError('E_INTERNAL', `${app.name} has no script to run`);
  return app.file;
}
