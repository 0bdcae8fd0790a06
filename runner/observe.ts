/** How somebody who looks on (`lab explain`) is let in between the parts of a stack. Never used in a trial. */
import type { Listen, PreparedApp, RenderedFile, Site } from '../servers/define.ts';

export interface Observe {
  /** Puts an observer before the backend. @returns where the connector shall find it */
  readonly upstream?: (listen: Listen, site: Site) => Promise<Listen>;
  /** Puts an observer round the app as its author wrote it, before any adapter. */
  readonly app?: (
    app: PreparedApp,
    site: Site,
  ) => { readonly files: readonly RenderedFile[]; readonly app: PreparedApp };
}
