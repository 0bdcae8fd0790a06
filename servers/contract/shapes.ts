/** Answers that differ from call to call: what they must look like, and how to read them. */

/** What `/who` answers: which process, and how much it did. */
export interface Who {
  readonly pid: number;
  /** Clock ticks after boot (field 22 of /proc/self/stat); '' where that cannot be read. */
  readonly start: string;
  /** Requests this process served, this one included. */
  readonly requests: number;
}

/** What `/env` answers: the request as the app saw it. */
export interface Env {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly scheme: string;
  readonly script_name: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** null: not a WSGI app. */
  readonly wsgi: {
    readonly run_once: boolean;
    readonly multithread: boolean;
    readonly multiprocess: boolean;
  } | null;
  /** '' embedded, a name in a daemon, null where mod_wsgi is not involved. */
  readonly mod_wsgi_process_group: string | null;
  readonly versions: Readonly<Record<string, string>>;
}

/** Reads an answer of `/who`; a string says what is wrong with it. */
export function parseWho(text: string): Who | string {
  const fields = fieldsOf(text, ['pid', 'requests', 'start']);
  if (typeof fields === 'string') return fields;
  const { pid, start, requests } = fields;
  if (!isCount(pid) || pid < 1) return `pid is ${show(pid)}`;
  if (typeof start !== 'string' || !/^[0-9]*$/.test(start)) return `start is ${show(start)}`;
  if (!isCount(requests) || requests < 1) return `requests is ${show(requests)}`;
  return { pid, start, requests };
}

const ENV_FIELDS = [
  'headers',
  'method',
  'mod_wsgi_process_group',
  'path',
  'query',
  'scheme',
  'script_name',
  'versions',
  'wsgi',
];

/** Reads an answer of `/env`; a string says what is wrong with it. */
export function parseEnv(text: string): Env | string {
  const fields = fieldsOf(text, ENV_FIELDS);
  if (typeof fields === 'string') return fields;
  const { method, path, query, scheme, script_name, headers, versions, mod_wsgi_process_group } = fields;
  if (typeof method !== 'string') return `method is ${show(method)}`;
  if (typeof path !== 'string') return `path is ${show(path)}`;
  if (typeof query !== 'string') return `query is ${show(query)}`;
  if (typeof scheme !== 'string') return `scheme is ${show(scheme)}`;
  if (typeof script_name !== 'string') return `script_name is ${show(script_name)}`;
  if (!isTexts(headers)) return `headers is ${show(headers)}`;
  if (!isTexts(versions)) return `versions is ${show(versions)}`;
  if (mod_wsgi_process_group !== null && typeof mod_wsgi_process_group !== 'string') {
    return `mod_wsgi_process_group is ${show(mod_wsgi_process_group)}`;
  }
  const wsgi = parseWsgi(fields.wsgi);
  if (typeof wsgi === 'string') return wsgi;
  return { method, path, query, scheme, script_name, headers, wsgi, mod_wsgi_process_group, versions };
}

function parseWsgi(value: unknown): Env['wsgi'] | string {
  if (value === null) return null;
  if (typeof value !== 'object') return `wsgi is ${show(value)}`;
  const { run_once, multithread, multiprocess }: Record<string, unknown> = { ...value };
  if (
    typeof run_once !== 'boolean' ||
    typeof multithread !== 'boolean' ||
    typeof multiprocess !== 'boolean'
  ) {
    return `wsgi is ${show(value)}`;
  }
  return { run_once, multithread, multiprocess };
}

function fieldsOf(text: string, names: readonly string[]): Record<string, unknown> | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return `not JSON: ${show(text)}`;
  }
  if (typeof value !== 'object' || value === null) return `not an object: ${show(value)}`;
  const found = Object.keys(value).sort().join(', ');
  if (found !== names.join(', ')) return `its fields are ${found} where ${names.join(', ')} were expected`;
  return { ...value };
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);

const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((item) => typeof item === 'string');

const show = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, 120);
