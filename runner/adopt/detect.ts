/** Looks at a path and says what application is there. Reads only. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { LabError } from '../../core/errors.ts';
import type { AdoptedForm } from '../../servers/adopted/define.ts';
import { callableIn, djangoEntry, nodeEntry } from './look-inside.ts';
import { firstLine } from './surroundings.ts';

export interface Found {
  readonly form: AdoptedForm;
  /** Absolute; null: an installed module, or a program elsewhere. */
  readonly source: string | null;
  readonly entry: string;
  readonly script: string | null;
  /** Interpreter of a wsgi-callable; null for others. */
  readonly interpreter: string | null;
  readonly nodeModules: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly static: readonly string[];
  /** What was seen, and what else it could have been. */
  readonly notes: readonly string[];
}

export interface Wishes {
  readonly cwd: string;
  readonly form: AdoptedForm | null;
  /** Interpreter or virtual environment; null: the one that is found. */
  readonly python: string | null;
  /** What to load or run, for when it cannot be told. */
  readonly entry: string | null;
  /** Path of php-cgi; null: not installed. */
  readonly phpCgi: string | null;
}

const MODULE = /^[A-Za-z_][\w.]*:[A-Za-z_]\w*(\(\))?$/;
/** Programs lie here together with everything else: only the one file is copied. */
const SHARED_FOLDER = /^\/(usr\/|usr\/local\/)?(s?bin|lib\/cgi-bin)$/;

/** @throws LabError E_ADOPT that says what was looked for */
export function detect(path: string, wishes: Wishes): Found {
  const place = resolve(wishes.cwd, path);
  if (existsSync(place)) {
    const found = statSync(place).isDirectory() ? inFolder(place, wishes) : forFile(place, wishes);
    if (found !== null) return found;
    throw nothing(place);
  }
  if (MODULE.test(path)) return wsgi(null, path, wishes, ['an installed Python module']);
  throw new LabError('E_ADOPT', 'there is nothing at this path', {
    facts: { path: place },
    hint: 'Give a file, a folder, or an installed Python module as module:callable.',
  });
}

const nothing = (path: string): LabError =>
  new LabError('E_ADOPT', 'no application was found', {
    facts: {
      path,
      'looked for':
        'manage.py, *.wsgi, a WSGI callable in wsgi.py, app.py, application.py, main.py or a package; package.json, server.js, app.js, index.js; *.fcgi; *.cgi or *.pl; index.php',
    },
    hint: 'Give the file itself, or say --form and --entry.',
  });

function inFolder(folder: string, wishes: Wishes): Found | null {
  const { form, entry } = wishes;
  if (entry !== null) return byHand(folder, entry, wishes);
  const finders: readonly (readonly [AdoptedForm, () => Found | null])[] = [
    ['wsgi-callable', () => pythonIn(folder, wishes)],
    ['node-handler', () => nodeIn(folder)],
    ['fastcgi-script', () => fileIn(folder, ['.fcgi'], wishes) ?? phpIn(folder, wishes)],
    ['cgi-script', () => fileIn(folder, ['.cgi', '.pl', '.sh'], wishes)],
  ];
  for (const [finds, find] of finders) {
    const found = form === null || form === finds ? find() : null;
    if (found !== null) return found;
  }
  return null;
}

function byHand(folder: string, entry: string, wishes: Wishes): Found | null {
  if (MODULE.test(entry)) return wsgi(folder, entry, wishes, []);
  const file = resolve(folder, entry);
  return existsSync(file) ? forFile(file, wishes, folder) : null;
}

function forFile(file: string, wishes: Wishes, within: string = dirname(file)): Found | null {
  const entry = within === dirname(file) ? basename(file) : file.slice(within.length + 1);
  const first = firstLine(file);
  const isProgram = first.startsWith('#!') || first.startsWith('\u007fELF');
  const form = wishes.form ?? formOf(file, isProgram);
  switch (form) {
    case null:
      return null;
    case 'wsgi-callable': {
      if (extname(file) !== '.py') return wsgi(within, entry, wishes, []);
      const name = callableIn(file) ?? 'application';
      return wsgi(within, `${entry.slice(0, -3).replaceAll('/', '.')}:${name}`, wishes, []);
    }
    case 'node-handler':
      return node(within, entry);
    case 'fastcgi-script':
      if (extname(file) === '.php') return php(within, entry, wishes);
      return program(form, file, entry, within, isProgram);
    case 'cgi-script':
      return program(form, file, entry, within, isProgram);
  }
}

function formOf(file: string, isProgram: boolean): AdoptedForm | null {
  switch (extname(file)) {
    case '.wsgi':
      return 'wsgi-callable';
    case '.php':
    case '.fcgi':
      return 'fastcgi-script';
    case '.js':
    case '.mjs':
    case '.cjs':
      return 'node-handler';
    case '.py':
      if (callableIn(file) !== null) return 'wsgi-callable';
      break;
  }
  if (!isProgram) return null;
  // A program that has the library in it, or a script that imports one.
  const text = readFileSync(file, 'latin1');
  return /libfcgi|FCGI_Accept|FCGX_|use FCGI\b|use CGI::Fast|flup\.server\.fcgi/.test(text)
    ? 'fastcgi-script'
    : 'cgi-script';
}

function program(
  form: 'cgi-script' | 'fastcgi-script',
  file: string,
  entry: string,
  within: string,
  isProgram: boolean,
): Found {
  if (!isProgram) {
    throw new LabError('E_ADOPT', 'a program begins with #! and its interpreter, or is a binary', {
      facts: { file, 'begins with': firstLine(file).slice(0, 40) },
    });
  }
  const isShared = SHARED_FOLDER.test(dirname(file));
  return {
    ...EMPTY,
    form,
    source: isShared ? file : within,
    entry,
    notes: isShared ? ['only this file is copied, not its folder'] : [],
  };
}

const EMPTY = { script: null, interpreter: null, nodeModules: null, env: {}, static: [], notes: [] } as const;

function fileIn(folder: string, extensions: readonly string[], wishes: Wishes): Found | null {
  const names = readdirSync(folder).sort();
  const fitting = extensions.flatMap((extension) =>
    names.filter((name) => extname(name) === extension && firstLine(join(folder, name)).startsWith('#!')),
  );
  const [first, ...rest] = fitting;
  if (first === undefined) return null;
  const found = forFile(join(folder, first), wishes);
  if (found === null || rest.length === 0) return found;
  return { ...found, notes: [...found.notes, `there are also ${rest.join(', ')}`] };
}

function pythonIn(folder: string, wishes: Wishes): Found | null {
  const names = readdirSync(folder);
  const django = names.includes('manage.py') ? djangoEntry(folder) : null;
  if (django !== null) return wsgi(folder, django, wishes, ['a Django project (manage.py)']);
  const script = names.sort().find((name) => name.endsWith('.wsgi'));
  if (script !== undefined) return wsgi(folder, script, wishes, ['a .wsgi file']);
  for (const module of ['wsgi', 'app', 'application', 'main', 'server']) {
    const name = callableIn(join(folder, `${module}.py`));
    if (name !== null) return wsgi(folder, `${module}:${name}`, wishes, [`${name} in ${module}.py`]);
  }
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const module = entry.isDirectory() && /^[A-Za-z_]\w*$/.test(entry.name) ? entry.name : null;
    const name = module === null ? null : callableIn(join(folder, module, '__init__.py'));
    if (name !== null) return wsgi(folder, `${module}:${name}`, wishes, [`${name} in the package ${module}`]);
  }
  return null;
}

function wsgi(source: string | null, entry: string, wishes: Wishes, notes: readonly string[]): Found {
  const folder = source === null ? null : findVenv(source);
  const interpreter =
    wishes.python === null
      ? (folder ?? '/usr/bin/python3')
      : interpreterOf(resolve(wishes.cwd, wishes.python));
  const said =
    folder !== null && wishes.python === null ? [`its virtual environment ${dirname(dirname(folder))}`] : [];
  const hasStatic = source !== null && existsSync(join(source, 'static'));
  return {
    ...EMPTY,
    form: 'wsgi-callable',
    source,
    entry,
    interpreter,
    static: hasStatic ? ['/static/'] : [],
    notes: [...notes, ...said],
  };
}

function findVenv(folder: string): string | null {
  const names = ['.venv', 'venv', 'env'];
  const found = names.find((name) => existsSync(join(folder, name, 'pyvenv.cfg')));
  return found === undefined ? null : join(folder, found, 'bin', 'python');
}

/** A virtual environment's folder, or an interpreter. */
const interpreterOf = (path: string): string =>
  existsSync(join(path, 'pyvenv.cfg')) ? join(path, 'bin', 'python') : path;

function nodeIn(folder: string): Found | null {
  const entry = nodeEntry(folder);
  return entry === null ? null : node(folder, entry);
}

function node(folder: string, entry: string): Found {
  let at = folder;
  while (!existsSync(join(at, 'node_modules')) && dirname(at) !== at) at = dirname(at);
  const modules = join(at, 'node_modules');
  return {
    ...EMPTY,
    form: 'node-handler',
    source: folder,
    entry,
    nodeModules: existsSync(modules) ? modules : null,
  };
}

function phpIn(folder: string, wishes: Wishes): Found | null {
  return existsSync(join(folder, 'index.php')) ? php(folder, 'index.php', wishes) : null;
}

function php(folder: string, script: string, wishes: Wishes): Found {
  if (wishes.phpCgi === null) {
    throw new LabError(
      'E_MISSING',
      'a PHP application needs php-cgi, the PHP interpreter that speaks FastCGI',
      {
        hint: 'Install it: sudo apt-get install --no-install-recommends php-cgi',
      },
    );
  }
  return {
    ...EMPTY,
    form: 'fastcgi-script',
    source: folder,
    entry: wishes.phpCgi,
    script,
    // php-cgi ends after 500 requests unless it is told otherwise.
    env: { PHP_FCGI_MAX_REQUESTS: '0' },
    notes: ['run by php-cgi; every path goes to this one script'],
  };
}
