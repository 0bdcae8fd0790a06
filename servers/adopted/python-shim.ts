/** The module through which an adopted WSGI application is loaded, alike under every deployment. */

export interface PythonShim {
  /** Folder of the application: the working directory, and where `path` is. */
  readonly home: string;
  /** Folders, absolute, that the application's own modules are in. */
  readonly path: readonly string[];
  /** Folders that the packages of its interpreter are in; they come before the lab's own. */
  readonly packages: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly load: PythonLoad;
  /** '' or `/shop`. */
  readonly mount: string;
}

export type PythonLoad =
  | { readonly kind: 'module'; readonly module: string; readonly name: string; readonly isFactory: boolean }
  /** A `.wsgi` file, which defines `application`. */
  | { readonly kind: 'file'; readonly file: string };

/** Name of the module: `lab_adopted.py` in the application's folder of the site. */
export const PYTHON_SHIM = 'lab_adopted';

/** `module:callable`, `module:factory()` or the path of a file. */
export function parsePythonEntry(entry: string): PythonLoad {
  const found = /^([A-Za-z_][\w.]*):([A-Za-z_]\w*)(\(\))?$/.exec(entry);
  const [, module, name, call] = found ?? [];
  if (module === undefined || name === undefined) return { kind: 'file', file: entry };
  return { kind: 'module', module, name, isFactory: call !== undefined };
}

export function pythonShim(x: PythonShim): string {
  return `"""Written by the lab. Loads an application of yours with its own packages, environment and working directory."""
import os
import sys

# No byte code is left beside its packages, or in its folder where it is used in place.
sys.dont_write_bytecode = True
os.environ.update(${json(x.env)})
sys.path[:0] = ${json(x.path)}
# Its packages come before those of the lab, and behind the standard library.
_at = next((i for i, p in enumerate(sys.path) if p.endswith(("site-packages", "dist-packages"))), len(sys.path))
sys.path[_at:_at] = ${json(x.packages)}
os.chdir(${json(x.home)})

${loadText(x.load)}
if not callable(application):
    raise TypeError(${json(described(x.load))} + " is not callable: it is a " + type(application).__name__)
${x.mount === '' ? '' : mountText(x.mount)}`;
}

const described = (load: PythonLoad): string =>
  load.kind === 'file' ? load.file : `${load.module}:${load.name}`;

function loadText(load: PythonLoad): string {
  if (load.kind === 'module') {
    const call = load.isFactory ? `\napplication = application()` : '';
    return `from ${load.module} import ${load.name} as application${call}`;
  }
  return `from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

_loader = SourceFileLoader("lab_adopted_file", ${json(load.file)})
_module = module_from_spec(spec_from_loader("lab_adopted_file", _loader))
sys.modules["lab_adopted_file"] = _module
_loader.exec_module(_module)
application = _module.application`;
}

/** PEP 3333: what the mount point takes from PATH_INFO is added to SCRIPT_NAME. */
const mountText = (mount: string): string => `
_mounted, _mount = application, ${json(mount)}


def application(environ, start_response):
    path = environ.get("PATH_INFO", "")
    if path != _mount and not path.startswith(_mount + "/"):
        start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "10")])
        return [b"not found\\n"]
    environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + _mount
    environ["PATH_INFO"] = path[len(_mount):]
    return _mounted(environ, start_response)
`;

/** A literal of Python: JSON's text, lists and objects of text are read alike. */
const json = (value: unknown): string => JSON.stringify(value);
