/** What source files tell of themselves, without being run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Names that WSGI callables have, in order; a factory is called. */
const CALLABLES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['application', /^(?:def application\(|application\s*[:=]|(?:from|import) .*\bapplication\b)/m],
  ['app', /^(?:def app\(|app\s*[:=]|from .* import .*\bapp\b)/m],
  ['create_app()', /^def create_app\(/m],
  ['make_app()', /^def make_app\(/m],
];

/** The name of the WSGI callable that a Python file seems to define; null: none, or no file. */
export function callableIn(file: string): string | null {
  const text = readOr(file);
  if (text === null) return null;
  return CALLABLES.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** `mysite.wsgi:application`, from manage.py and the folder it names; null: no wsgi.py. */
export function djangoEntry(folder: string): string | null {
  const settings = /DJANGO_SETTINGS_MODULE['"]\s*,\s*['"]([\w.]+)['"]/.exec(
    readOr(join(folder, 'manage.py')) ?? '',
  )?.[1];
  const named = settings === undefined ? [] : [settings.split('.').slice(0, -1).join('/')];
  const others = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  const found = [...named, ...others].find((name) => existsSync(join(folder, name, 'wsgi.py')));
  return found === undefined ? null : `${found.replaceAll('/', '.')}.wsgi:application`;
}

const packageSchema = z.object({
  main: z.string().optional(),
  scripts: z.record(z.string(), z.string()).optional(),
});

/** `main` of package.json, what `npm start` runs, or a usual name; null: none of them. */
export function nodeEntry(folder: string): string | null {
  const parsed = packageSchema.safeParse(parseJson(readOr(join(folder, 'package.json'))));
  const { main, scripts } = parsed.success ? parsed.data : {};
  const start = /\bnode\s+(?:--\S+\s+)*([\w./-]+\.[cm]?js)\b/.exec(scripts?.start ?? '')?.[1];
  const usual = ['server', 'app', 'index', 'main'].flatMap((name) =>
    ['js', 'mjs', 'cjs'].map((end) => `${name}.${end}`),
  );
  const candidates = [start, main, ...usual]
    .filter((name) => name !== undefined)
    .map((name) => name.replace(/^\.\//, ''));
  return candidates.find((name) => existsSync(join(folder, name))) ?? null;
}

function readOr(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
