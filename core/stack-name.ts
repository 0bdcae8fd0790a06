/**
 * The grammar of a stack's name, and of the patterns that select stacks.
 *
 *     connector[@variant][+backend[@variant]]/app
 *
 * The first variant of a definition is its default and is left out.
 */
import { NAME_PATTERN } from './words.ts';

export interface StackName {
  readonly connector: string;
  readonly connectorVariant: string | null;
  readonly backend: string | null;
  readonly backendVariant: string | null;
  readonly app: string;
}

/** The canonical text of a stack name. */
export function formatStackName(name: StackName): string {
  const at = (base: string, variant: string | null) => (variant === null ? base : `${base}@${variant}`);
  const backend = name.backend === null ? '' : `+${at(name.backend, name.backendVariant)}`;
  return `${at(name.connector, name.connectorVariant)}${backend}/${name.app}`;
}

/** Parses a stack name; `null` when the text is not one. */
export function parseStackName(text: string): StackName | null {
  const [chain, app, ...rest] = text.split('/');
  if (chain === undefined || app === undefined || rest.length > 0) return null;
  const [front, back, ...more] = chain.split('+');
  if (front === undefined || more.length > 0) return null;
  const split = (part: string): readonly [string, string | null] | null => {
    const [base, variant, ...extra] = part.split('@');
    if (base === undefined || extra.length > 0) return null;
    return [base, variant ?? null];
  };
  const connector = split(front);
  const backend = back === undefined ? ([null, null] as const) : split(back);
  if (connector === null || backend === null) return null;
  const parts = [connector[0], connector[1], backend[0], backend[1], app];
  if (!parts.every((part) => part === null || NAME_PATTERN.test(part))) return null;
  return {
    connector: connector[0],
    connectorVariant: connector[1],
    backend: backend[0],
    backendVariant: backend[1],
    app,
  };
}

/** What a pattern can see of a stack. */
export interface Selectable {
  readonly name: string;
  readonly model: string;
  readonly host: string;
  readonly app: string;
}

/**
 * Compiles a pattern: globs on the stack's name (`*` any run of characters, also across `/`), `model:cgi`,
 * `host:apache`, `app:django`, or `all`; joined by commas (any may match); `&` within one term requires all
 * (`model:cgi&host:apache`); a leading `!` excludes.
 */
export function compilePattern(pattern: string): (stack: Selectable) => boolean {
  const terms = pattern
    .split(',')
    .map((term) => term.trim())
    .filter((term) => term !== '');
  const excludes = terms.filter((term) => term.startsWith('!')).map((term) => compileTerm(term.slice(1)));
  const includes = terms.filter((term) => !term.startsWith('!')).map(compileTerm);
  return (stack) =>
    (includes.length === 0 || includes.some((test) => test(stack))) && !excludes.some((test) => test(stack));
}

function compileTerm(term: string): (stack: Selectable) => boolean {
  const factors = term.split('&').map(compileFactor);
  return (stack) => factors.every((test) => test(stack));
}

function compileFactor(factor: string): (stack: Selectable) => boolean {
  if (factor === 'all' || factor === '*') return () => true;
  const field = /^(model|host|app):(.+)$/.exec(factor);
  if (field === null) {
    const glob = compileGlob(factor);
    return (stack) => glob.test(stack.name);
  }
  const key = field[1] === 'model' ? 'model' : field[1] === 'host' ? 'host' : 'app';
  const glob = compileGlob(field[2] ?? '');
  return (stack) => glob.test(stack[key]);
}

function compileGlob(glob: string): RegExp {
  const escaped = glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`);
}
