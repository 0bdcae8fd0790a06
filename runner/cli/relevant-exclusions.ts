/** Of all that cannot run here, what these scenarios ask for. */
import { compilePattern, parseStackName, type Selectable } from '../../core/stack-name.ts';
import type { Exclusion } from '../../results/schema/stack.ts';
import { type Catalogue, everyName } from '../../scenarios/catalogue.ts';
import type { NamedScenario } from '../../scenarios/load.ts';

/**
 * Keeps the exclusions that take something away from the scenarios. The model of a stack that cannot be joined
 * is not known, so `model:…` is taken to match.
 */
export function relevantExclusions(
  exclusions: readonly Exclusion[],
  scenarios: readonly NamedScenario[],
  catalogue: Catalogue,
): Exclusion[] {
  const asks = scenarios.map(({ scenario }) => compilePattern(withoutModels(scenario.stacks.join(','))));
  const hosts = new Map(catalogue.connectors.map(({ name, host }) => [name, host]));
  const asked: Selectable[] = [];
  for (const name of everyName(catalogue)) {
    const parsed = parseStackName(name);
    if (parsed === null) continue;
    const stack = { name, model: '', host: hosts.get(parsed.connector) ?? '', app: parsed.app };
    if (asks.some((ask) => ask(stack))) asked.push(stack);
  }
  return exclusions.filter(({ what }) => {
    // Adapters and the like are not named by patterns: better one line too many.
    if (what.includes(' ')) return true;
    return asked.some(compilePattern(what));
  });
}

function withoutModels(patterns: string): string {
  return patterns
    .split(',')
    .filter((term) => !(term.startsWith('!') && term.includes('model:')))
    .map((term) => term.replaceAll(/model:[^&]+/g, '*'))
    .join(',');
}
