/** A request of CGI or FastCGI in the shape of node:http's IncomingMessage, as far as handlers use it. */
import { Readable } from 'node:stream';
import { encodePath } from '../../protocols/cgi/target.ts';

export class HandlerRequest extends Readable {
  readonly method: string;
  /** PATH_INFO, encoded again, and the query. */
  readonly url: string;
  readonly httpVersion: string;
  readonly socket: {
    readonly remoteAddress: string;
    readonly remotePort: number;
    readonly encrypted: boolean;
  };
  /** The CGI variables that it was made from. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  complete = false;
  #headers: Record<string, string> | null = null;
  readonly #pull: () => void;

  /** `pull` is called when the handler wants more body; answer with `push`. */
  constructor(variables: Readonly<Record<string, string | undefined>>, pull: () => void) {
    super({ highWaterMark: 64 * 1024 });
    this.variables = variables;
    this.method = variables.REQUEST_METHOD ?? 'GET';
    const query = variables.QUERY_STRING;
    const path = encodePath(variables.PATH_INFO ?? '');
    this.url = (path === '' ? '/' : path) + (query === undefined || query === '' ? '' : `?${query}`);
    this.httpVersion = (variables.SERVER_PROTOCOL ?? 'HTTP/1.1').replace('HTTP/', '');
    this.socket = {
      remoteAddress: variables.REMOTE_ADDR ?? '',
      remotePort: Number(variables.REMOTE_PORT ?? 0),
      encrypted: variables.HTTPS === 'on' || variables.HTTPS === '1',
    };
    this.#pull = pull;
  }

  get connection(): HandlerRequest['socket'] {
    return this.socket;
  }

  get httpVersionMajor(): number {
    return Number(this.httpVersion.split('.')[0] ?? 1);
  }

  get httpVersionMinor(): number {
    return Number(this.httpVersion.split('.')[1] ?? 1);
  }

  /** Lower-case names. Made on first use: many handlers never look. */
  get headers(): Record<string, string> {
    this.#headers ??= headersFrom(this.variables);
    return this.#headers;
  }

  get rawHeaders(): string[] {
    return Object.entries(this.headers).flat();
  }

  /** Length of the body by CONTENT_LENGTH; missing, empty and malformed all mean none. */
  get bodyBytes(): number {
    const length = this.variables.CONTENT_LENGTH;
    return length !== undefined && /^[0-9]{1,15}$/.test(length) ? Number(length) : 0;
  }

  override _read(): void {
    this.#pull();
  }
}

function headersFrom(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name in variables) {
    const value = variables[name];
    if (value === undefined) continue;
    if (name.startsWith('HTTP_')) headers[name.slice(5).toLowerCase().replaceAll('_', '-')] = value;
  }
  // Servers give an empty CONTENT_TYPE or CONTENT_LENGTH for "none".
  const type = variables.CONTENT_TYPE;
  if (type !== undefined && type !== '') headers['content-type'] = type;
  const length = variables.CONTENT_LENGTH;
  if (length !== undefined && length !== '') headers['content-length'] = length;
  return headers;
}
