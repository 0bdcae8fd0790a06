/** Reads a scenario from YAML or JSON text, and knows the line and column of every key and value. */
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Catalogue } from './catalogue.ts';
import { checkScenario, type Mistake, valueAt } from './check.ts';
import type { Scenario } from './define.ts';
import { formatPath, type Problem } from './problem.ts';

export type Loaded =
  | { readonly ok: true; readonly scenario: Scenario }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** What the file says of `inAll`, as far as it can be read; null: it cannot. */
      readonly inAll: boolean | null;
    };

type Document = ReturnType<typeof parseDocument>;

/** JSON is read as YAML 1.2, of which it is a subset: one parser, one way to name places. */
export function parseScenarioText(text: string, file: string, catalogue: Catalogue | null): Loaded {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number, path: string, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), path, message };
  };
  const syntax = [...document.errors, ...document.warnings].map((error) =>
    at(error.pos[0], '', error.message),
  );
  // A key written twice leaves data that can still be checked; other syntax errors leave guesses.
  if (document.errors.some((error) => error.code !== 'DUPLICATE_KEY'))
    return { ok: false, problems: syntax, inAll: null };
  if (document.contents === null) {
    return { ok: false, problems: [at(0, '', 'the file is empty')], inAll: null };
  }
  const data: unknown = document.toJS();
  const checked = checkScenario(data, catalogue);
  if (checked.ok && syntax.length === 0) return checked;
  const mistakes = checked.ok ? [] : checked.mistakes;
  const problems = mistakes.map((mistake) =>
    at(offsetOf(document, mistake), pathOf(mistake), mistake.message),
  );
  return { ok: false, problems: inOrder([...syntax, ...problems]), inAll: valueAt(data, ['inAll']) === true };
}

const pathOf = (mistake: Mistake): string =>
  formatPath(mistake.key === null ? mistake.path : [...mistake.path, mistake.key]);

const inOrder = (problems: Problem[]): Problem[] =>
  problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));

/** Offset of the key that is wrong, of the value, or of the nearest thing above that exists. */
function offsetOf(document: Document, mistake: Mistake): number {
  if (mistake.key !== null) {
    const map = nodeAt(document, mistake.path);
    if (isMap(map)) {
      const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === mistake.key);
      if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
    }
  }
  for (let depth = mistake.path.length; depth >= 0; depth -= 1) {
    const node = nodeAt(document, mistake.path.slice(0, depth));
    if (isNode(node) && node.range != null) return node.range[0];
  }
  return 0;
}

const nodeAt = (document: Document, path: readonly PropertyKey[]): unknown =>
  path.length === 0 ? document.contents : document.getIn(path, true);
