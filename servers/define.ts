/**
 * Types of definitions. A definition describes: it never spawns, opens a port or writes a file; it returns
 * data, and the launcher acts on it. One definition is one file with one default export; the file's name
 * is the definition's name. See `servers/registry.ts` for how folders are scanned.
 */
import type { ContractName, Form, Role, Upstream } from '../core/words.ts';

// ── What is on this machine ────────────────────────────────────────────────────────────────────────────

export type Availability =
  | { readonly available: true; readonly version: string | null }
  | { readonly available: false; readonly reason: string; readonly remedy: string };

/** Facts about this machine, gathered once before any probe. Probes are pure functions of it. */
export interface Tools {
  /** Absolute path of a program (also looked for in /usr/sbin and /usr/local/sbin), or null. */
  find(program: string): string | null;
  /** First line of `program --version`-like output gathered at discovery; null when unknown. */
  version(program: string): string | null;
  /** The interpreter every Python app runs on, or null. */
  readonly python: PythonTool | null;
  /** Absolute path of the running Node binary. */
  readonly node: string;
  /** Absolute path of an Apache module file such as `mod_wsgi.so`, or null. */
  apacheModule(file: string): string | null;
  /** Absolute path of a lighttpd module file such as `mod_fastcgi.so`, or null. */
  lighttpdModule(file: string): string | null;
}

export interface PythonTool {
  /** The interpreter to execute: the lab's own virtual environment's when there is one. Never a shim. */
  readonly bin: string;
  /** `3.11.2` */
  readonly version: string;
  /** sys.prefix: what mod_wsgi calls python-home. */
  readonly prefix: string;
  /** site-packages that hold the lab's packages; mod_python adds it to its path. */
  readonly sitePackages: string;
  /** Whether `bin` belongs to the lab's own virtual environment. */
  readonly isLabVenv: boolean;
  /** Version of an installed distribution (`Django`, `flup`; case-insensitive, `_` and `.` equal `-`), or null. */
  package(distribution: string): string | null;
}

// ── Where a trial happens ──────────────────────────────────────────────────────────────────────────────

/** An unprivileged user that measured processes run as; null on `Site` when the lab itself is unprivileged. */
export interface MeasuredUser {
  readonly name: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
}

/** processes × threads = slots: how many requests a stack can work on at once. Rendered per server. */
export interface Capacity {
  readonly processes: number;
  readonly threads: number;
}

export type Listen =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly address: string; readonly port: number };

/** One trial's private folder and what is known of its surroundings. */
export interface Site {
  /** Short absolute path, 0700, owned by the measured user. Sockets, pid files, configs and logs live here. */
  readonly dir: string;
  readonly user: MeasuredUser | null;
  readonly tools: Tools;
  readonly capacity: Capacity;
  /** Where the host listens (always TCP on loopback; the port was free a moment ago). */
  readonly front: { readonly address: string; readonly port: number };
  /** Folder of the compiled `servers/entries` (JavaScript) as the measured user can read it. */
  readonly entries: string;
  /** Limits that every server is given alike. */
  readonly limits: Limits;
}

export interface Limits {
  /** Longest time a request may take before the server gives up on it. */
  readonly requestTimeoutMs: number;
  /** Largest request body accepted. */
  readonly bodyBytes: number;
}

/** A file written into the site before a program starts. `path` is absolute, inside `site.dir`. */
export interface RenderedFile {
  readonly path: string;
  readonly content: string;
  /** @default 0o644 */
  readonly mode?: number;
}

/** One process to start. Everything a launcher needs, and nothing it must guess. */
export interface ProgramSpec {
  /** Short name for logs: `apache`, `flup`. */
  readonly name: string;
  readonly role: Role;
  readonly argv: readonly [string, ...string[]];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly files: readonly RenderedFile[];
  /** Run before the start; a non-zero exit means the generated config is refused (E_CONFIG). */
  readonly check?: readonly [string, ...string[]];
  /** Log files inside the site, besides stdout and stderr, that are kept with the run. */
  readonly logs?: readonly string[];
  /** Listens when ready. null: the process listens on nothing of its own. */
  readonly listens: Listen | null;
  /**
   * Pass the listening socket, opened by the launcher, as file descriptor 0
   * (FCGI_LISTENSOCK_FILENO). @default false
   */
  readonly listenOnFd0?: boolean;
  readonly stop: {
    readonly signal: 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGWINCH';
    readonly graceMs: number;
    /** Send it to the whole process group: the program does not pass it on to its workers. @default false */
    readonly toGroup?: boolean;
  };
}

// ── Apps and adapters ──────────────────────────────────────────────────────────────────────────────────

export interface App {
  /** As in a pipeline: `Django`, `plain WSGI`, `C program`. */
  readonly title: string;
  /** What the app implements, shown in parentheses after its title: `WSGI`, `node:http`, `CGI`; null for files. */
  readonly interface: string | null;
  readonly form: Form;
  readonly contract: ContractName;
  /** Extra contract routes (Python apps: `rows`). @default [] */
  readonly extras?: readonly 'rows'[];
  readonly language: 'python' | 'node' | 'c' | 'sh' | 'perl' | 'none';
  /**
   * Folders or files, relative to `servers/apps/`, whose contents are copied into the app's folder of the
   * site, in order (`shared/data`, `wsgi-bare/src`).
   */
  readonly sources: readonly string[];
  /**
   * What to load or run, relative to the copied folder:
   * wsgi-callable `module:callable`; node-handler a module file whose default export is
   * `(req, res) => void`; cgi-script an executable file; files the document folder.
   */
  readonly entry: string;
  /** Compiles the entry in the copied folder (`cc …`), before it is run. */
  readonly build?: (tools: Tools) => readonly [string, ...string[]];
  /** Distributions whose versions the manifest names (`Django`). @default [] */
  readonly packages?: readonly string[];
  /** Where a user's own application is, and what is asked of it. Present where the contract is `own`. */
  readonly adopted?: Adopted;
  probe(tools: Tools): Availability;
}

/** A request to an adopted app, whose right answer is recorded from a reference deployment. */
export interface OwnRequest {
  /** Unique in the app; part of workload names. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'HEAD' | 'PUT' | 'DELETE' | 'PATCH';
  /** Path and query below the stack's base path. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** The status that it must be answered with; null: any below 500. */
  readonly status: number | null;
  /** Whether it is loaded and timed; otherwise it is only compared. */
  readonly load: boolean;
}

/** A file or folder to put into the app's folder of the site. */
export interface Placed {
  /** Absolute. */
  readonly from: string;
  /** Relative to the app's folder. */
  readonly to: string;
}

/** What the launcher needs to put an adopted app into a site, beyond what every app has. */
export interface Adopted {
  /** Copied into the app's folder. */
  readonly copies: readonly Placed[];
  /** Names of files and folders that are not copied. */
  readonly leaveOut: readonly string[];
  /** Symbolic links in the app's folder (`node_modules`): used where they are, read only. */
  readonly links: readonly Placed[];
  /** Environment of CGI and FastCGI programs. `{app}` stands for the app's folder in the site. */
  readonly env: Readonly<Record<string, string>>;
  /** Must be executable in the copy, relative to the app's folder; null: nothing. */
  readonly executable: string | null;
  /** Relative path of the script that a FastCGI interpreter (php-cgi) is told to run; null: none. */
  readonly script: string | null;
  /** The FastCGI program serves one request at a time: it is run once for each slot. */
  readonly servesOne: boolean;
  /** Files that join the app to the lab: the module that is loaded, the script that is run. */
  files(x: { readonly dir: string; readonly entries: string }): readonly RenderedFile[];
  /** Loads the app once by itself, so that its own error is seen before a server hides it; null: nothing to load. */
  check(x: { readonly dir: string; readonly tools: Tools }): readonly [string, ...string[]] | null;
  readonly requests: readonly OwnRequest[];
  /** Regular expressions for what may differ between two right answers. */
  readonly masks: readonly string[];
  /** Stack that the right answers are recorded from, without `/app`; null: the lab chooses. */
  readonly reference: string | null;
}

/** An app after its sources were copied into a site. */
export interface PreparedApp {
  readonly name: string;
  readonly title: string;
  readonly form: Form;
  readonly language: App['language'];
  /** Absolute folder in the site. */
  readonly dir: string;
  /** For wsgi-callable: [module, callable]; null otherwise. */
  readonly callable: readonly [module: string, name: string] | null;
  /** Absolute path: handler module, executable script or document folder; null for wsgi-callable. */
  readonly file: string | null;
  /** Environment the app itself needs, on top of what the server gives. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * The script that a FastCGI interpreter such as php-cgi is told to run for every request (SCRIPT_FILENAME).
   * Absent: the program is the app itself.
   */
  readonly script?: string;
  /** The FastCGI program serves one request at a time. @default false */
  readonly servesOne?: boolean;
}

/** A tiny entry program that turns one form into another. */
export interface Adapter {
  /** As in a pipeline: `wsgiref (CGI)`, `flup (FastCGI)`. */
  readonly title: string;
  readonly from: Form;
  readonly to: Form;
  probe(tools: Tools): Availability;
  /** Files to write beside the app, and the app in its new form. */
  adapt(app: PreparedApp, site: Site): { readonly files: readonly RenderedFile[]; readonly app: PreparedApp };
}

// ── Backends, hosts, connectors ────────────────────────────────────────────────────────────────────────

/** Variant name → what it means, in a few words. The first is the default and left out of names. */
export type Variants = Readonly<Record<string, string>>;

export interface Backend {
  /** As in a pipeline: `gunicorn`. */
  readonly title: string;
  readonly presents: readonly Upstream[];
  readonly runs: readonly Form[];
  /** Preferred first. */
  readonly listens: readonly ('unix' | 'tcp')[];
  /** Forks a process for each request (fcgiwrap): makes the stack's model cgi. @default false */
  readonly forksPerRequest?: boolean;
  readonly variants?: Variants;
  /**
   * How many processes run the app: the warm-up sees that each has served.
   * null: not known in advance. Absent: not known.
   */
  readonly workers?: (x: { readonly capacity: Capacity; readonly variant: string | null }) => number | null;
  /** Why a combination cannot be, or null. */
  readonly excludes?: (x: { upstream: Upstream; variant: string | null; app: App }) => string | null;
  probe(tools: Tools): Availability;
  program(x: {
    readonly app: PreparedApp;
    readonly upstream: Upstream;
    readonly listen: Listen;
    readonly variant: string | null;
    readonly site: Site;
  }): ProgramSpec;
}

/** What a connector contributes to its host's configuration. */
export interface Fragment {
  /** Host-specific module names to load (`cgid`, `proxy_fcgi`; `mod_fastcgi`). */
  readonly modules: readonly string[];
  /** Host-specific configuration text; for the gateway, one JSON object. */
  readonly config: string;
  readonly files: readonly RenderedFile[];
  /** Which of the host's variants to use (Apache's MPM); null for the host's default. */
  readonly hostVariant: string | null;
  /** Prefix of every route: '' or `/app.py`. Never ends in a slash. */
  readonly basePath: string;
  /**
   * The app runs in the host's own workers, so there are as many of them as the capacity has slots, neither
   * more nor fewer; else the host has room to spare. @default false
   */
  readonly embeds?: boolean;
  /** Settings that could not be made equal to other stacks', shown beside results. @default [] */
  readonly unequal?: readonly string[];
  /** Further environment for the host's process. @default {} */
  readonly env?: Readonly<Record<string, string>>;
}

export type Takes =
  /** The host itself serves, executes or imports the form. cgi-script → cgi, files → static, else embedded. */
  | { readonly loads: readonly Form[] }
  /** The host hands requests to a backend that the lab starts. */
  | { readonly speaks: Upstream; readonly starts: 'lab' }
  /** The host starts, and owns, processes that run the form (mod_fcgid, mod_wsgi daemon, gateway FastCGI). */
  | { readonly speaks: Upstream; readonly starts: 'host'; readonly loads: readonly Form[] };

export interface Connector {
  readonly host: string;
  /** As in a pipeline: `mod_proxy_fcgi`, `mod_cgid + .htaccess`. */
  readonly title: string;
  readonly takes: Takes;
  readonly variants?: Variants;
  /**
   * How many processes run the app, where there is no backend: the warm-up sees that each has served.
   * null: not known in advance. Absent: not known.
   */
  readonly workers?: (x: { readonly capacity: Capacity; readonly variant: string | null }) => number | null;
  /** Kinds of address it can reach a backend at. Preferred first. Needed when `starts` is `lab`. */
  readonly reaches?: readonly ('unix' | 'tcp')[];
  /** Why a combination cannot be, or null. */
  readonly excludes?: (x: {
    readonly app: App;
    readonly appName: string;
    readonly variant: string | null;
    readonly backend: string | null;
    readonly backendVariant: string | null;
  }) => string | null;
  probe(tools: Tools): Availability;
  fragment(x: {
    /** The app in the form that the connector loads; for a backend's app, the app that the backend runs. */
    readonly app: PreparedApp;
    /** Where the backend listens; null when there is none. */
    readonly upstream: Listen | null;
    readonly backend: string | null;
    readonly variant: string | null;
    readonly site: Site;
  }): Fragment;
}

export interface Host {
  /** As in a pipeline: `Apache`. */
  readonly title: string;
  readonly variants?: Variants;
  probe(tools: Tools): Availability;
  program(x: { readonly fragment: Fragment; readonly site: Site }): ProgramSpec;
}

// ── Identity helpers: give a definition its type and its editor completion ─────────────────────────────

export const defineApp = (app: App): App => app;
export const defineAdapter = (adapter: Adapter): Adapter => adapter;
export const defineBackend = (backend: Backend): Backend => backend;
export const defineConnector = (connector: Connector): Connector => connector;
export const defineHost = (host: Host): Host => host;
