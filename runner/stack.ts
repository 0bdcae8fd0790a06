/** A stack: connector → [backend] → [adapter] → app, as derived from definitions. */
import type { StackRecord } from '../results/schema/stack.ts';
import type { Adapter, App, Backend, Connector, Host } from '../servers/define.ts';

export interface Stack {
  /** What records keep; names and derived facts. */
  readonly record: StackRecord;
  readonly host: Host;
  readonly connector: Connector;
  readonly backend: Backend | null;
  readonly adapter: Adapter | null;
  readonly app: App;
}

/** Where a stack answers. Classic CGI lives below a script: basePath is then `/app.py`. */
export interface Endpoint {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** '' or `/app.py`; never ends in a slash. */
  readonly basePath: string;
}
