/**
 * What a scenario may name: every connector, backend, app and host that is defined, whether or not this
 * machine can run it. A scenario that asks for Apache is valid where Apache is missing; one that asks for
 * `apahce` is not.
 */
import { nearest } from '../core/nearest.ts';
import { compilePattern, formatStackName, type Selectable } from '../core/stack-name.ts';
import { MODELS } from '../core/words.ts';
import { ADOPTED_APP } from './adopted.ts';

/** Names with their variants, the first of which is the default and left out of stack names. */
export interface Named {
  readonly name: string;
  readonly variants: readonly string[];
}

export interface Catalogue {
  readonly hosts: readonly string[];
  readonly connectors: readonly (Named & { readonly host: string })[];
  readonly backends: readonly Named[];
  readonly apps: readonly string[];
}

/** Why the pattern can match nothing that is defined, or null when it can match something. */
export function checkPattern(pattern: string, catalogue: Catalogue): string | null {
  for (const term of pattern.split(',').map((part) => part.trim())) {
    if (term === '') continue;
    const factors = term.replace(/^!/, '').split('&');
    for (const factor of factors) {
      const problem = checkFactor(factor, catalogue);
      if (problem !== null) return problem;
    }
  }
  return null;
}

function checkFactor(factor: string, catalogue: Catalogue): string | null {
  const [, field, value] = /^(\w+):(.*)$/.exec(factor) ?? [];
  if (field !== undefined && value !== undefined) {
    const known: Readonly<Record<string, readonly string[]>> = {
      model: MODELS,
      host: catalogue.hosts,
      app: appsOf(catalogue),
    };
    const names = known[field];
    if (names === undefined) return `"${field}:" is not a field${meant(field, Object.keys(known), ':')}`;
    const glob = compilePattern(value);
    if (names.some((name) => glob(selectable(name)))) return null;
    return `no ${field} is called "${value}"${meant(value, names)}`;
  }
  const matches = compilePattern(factor);
  for (const name of everyName(catalogue)) if (matches(selectable(name))) return null;
  return explainName(factor, catalogue);
}

/** Says which part of a stack's name is unknown. */
function explainName(text: string, catalogue: Catalogue): string {
  const [chain = '', app] = text.split('/');
  const [front = '', back] = chain.split('+');
  const parts: [kind: string, text: string | undefined, known: readonly string[]][] = [
    ['connector', front, catalogue.connectors.flatMap(withVariants)],
    ['backend', back, catalogue.backends.flatMap(withVariants)],
    ['app', app, appsOf(catalogue)],
  ];
  for (const [kind, part, known] of parts) {
    if (part === undefined || part === '') continue;
    const glob = compilePattern(part);
    if (known.some((name) => glob(selectable(name)))) continue;
    return `no ${kind} is called "${part}"${meant(part, known)}`;
  }
  if (app === undefined) return `"${text}" matches no stack: a stack's name is connector[+backend]/app`;
  return `"${text}" matches no stack`;
}

/** Every name that could be asked for, whether or not its parts can be joined. */
export function* everyName(catalogue: Catalogue): Iterable<string> {
  const backends = [null, ...catalogue.backends.flatMap(withVariants)];
  for (const connector of catalogue.connectors.flatMap(withVariants)) {
    for (const backend of backends) {
      for (const app of appsOf(catalogue)) {
        yield formatStackName({ connector, connectorVariant: null, backend, backendVariant: null, app });
      }
    }
  }
}

/** `adopted` stands for the application that --app names: a scenario may speak of it before there is one. */
const appsOf = ({ apps }: Catalogue): readonly string[] => [...apps, ADOPTED_APP];

const withVariants = ({ name, variants }: Named): string[] => [
  name,
  ...variants.slice(1).map((variant) => `${name}@${variant}`),
];

const selectable = (name: string): Selectable => ({ name, model: '', host: '', app: '' });

/** ` (did you mean "x"?)`, or nothing. */
export function meant(word: string, known: Iterable<string>, suffix = ''): string {
  const guess = nearest(word, known);
  return guess === null ? '' : ` (did you mean "${guess}${suffix}"?)`;
}
