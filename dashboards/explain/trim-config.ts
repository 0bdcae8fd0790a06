/** The part of a generated file that tells how things are joined, for a text that must stay short. */

export interface TrimmedConfig {
  readonly path: string;
  readonly lines: readonly string[];
  /** Lines left out. */
  readonly dropped: number;
}

/** A file of so many lines is shown whole. */
const SHORT_LINES = 14;
/** Directives that every stack has alike: where to log, how many workers, how long to wait. */
const HOUSEKEEPING =
  /^\s*(ServerRoot|ServerName|Listen|DefaultRuntimeDir|PidFile|Mutex|LoadModule (mpm_\w+|authz_core_module|mime_module|unixd_module|log_config_module)|ThreadLimit|ServerLimit|StartServers|ThreadsPerChild|MaxRequestWorkers|(Min|Max)Spare\w+|MaxConnectionsPerChild|TypesConfig|ErrorLog|LogLevel|ServerTokens|ServerSignature|Timeout|KeepAlive\w*|MaxKeepAliveRequests|AcceptFilter|LimitRequestBody|ProxyTimeout|daemon|pid|error_log|access_log|worker_\w+|\w+_temp_path|keepalive_\w+|client_\w+|sendfile|tcp_\w+|server_tokens|default_type|types|\w+_timeout|server\.(port|bind|pid-file|errorlog|max-\w+|tag)|include_shell)\b/;
/** Apache's rule for the root folder, the same everywhere. */
const ROOT_FOLDER = /^<Directory "\/">\n(.*\n)*?<\/Directory>\n?/m;

export function trimConfig({ path, content }: { path: string; content: string }): TrimmedConfig {
  const all = content.trimEnd().split('\n');
  if (path.includes(': command of '))
    return { path, lines: [all.filter((line) => !/^[A-Z_]+=/.test(line)).join(' ')], dropped: 0 };
  if (all.length <= SHORT_LINES) return { path, lines: all, dropped: 0 };
  const lines = content
    .replace(ROOT_FOLDER, '')
    .trimEnd()
    .split('\n')
    .filter((line) => line.trim() !== '' && !HOUSEKEEPING.test(line));
  const kept = lines.slice(0, 3 * SHORT_LINES);
  return { path, lines: kept, dropped: all.length - kept.length };
}
