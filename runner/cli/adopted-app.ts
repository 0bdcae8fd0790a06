/** The `--app` option: an application of the user's own takes part under its own name. */
import { LabError } from '../../core/errors.ts';
import { asksForAdopted, nameAdopted, namePattern } from '../../scenarios/adopted.ts';
import type { NamedScenario } from '../../scenarios/load.ts';
import type { AdoptedApp } from '../adopt/surroundings.ts';

/** A pattern in which `adopted` stands for the application's name. */
export const namedPattern = (pattern: string, adopted: AdoptedApp | null): string =>
  adopted === null ? pattern : namePattern(pattern, adopted.name);

/** @throws LabError E_USAGE when the scenario is about an application and none was named */
export function withAdoptedApp(named: NamedScenario, adopted: AdoptedApp | null): NamedScenario {
  if (!asksForAdopted(named.scenario)) return named;
  if (adopted === null) {
    throw new LabError(
      'E_USAGE',
      `the scenario ${named.name} is about an application of yours, and none was named`,
      {
        hint: '`lab adopt PATH` describes one in labapp.yaml; then add: --app labapp.yaml',
      },
    );
  }
  const requests = adopted.requests
    .filter(({ load }) => load)
    .map(({ name, method, path, headers, body }) => ({ name, method, path, headers: { ...headers }, body }));
  return { ...named, scenario: nameAdopted(named.scenario, { name: adopted.name, requests }) };
}
