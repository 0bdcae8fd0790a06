/** How a scenario speaks of an application that only the command line knows: as `adopted`, and `/{adopted}`. Pure. */
import type { Request, Scenario, Workload } from './define.ts';

/** Stands in patterns for the name of the adopted app: `app:adopted`. */
export const ADOPTED_APP = 'adopted';

/** As the path of a workload's request it stands for each request that labapp.yaml marks with `load: true`. */
export const ADOPTED_PATH = '/{adopted}';

/** What a scenario needs to know of an adopted app. */
export interface AdoptedName {
  readonly name: string;
  readonly requests: readonly (Request & { readonly name: string })[];
}

/** A pattern with the real name in the place of `adopted`. */
export function namePattern(pattern: string, name: string): string {
  return pattern.replaceAll(/(app:|\/)adopted(?=$|[,&\s])/g, `$1${name}`);
}

/** Whether a scenario speaks of an adopted app. */
export const asksForAdopted = (scenario: Scenario): boolean =>
  scenario.stacks.some((pattern) => namePattern(pattern, '') !== pattern) ||
  scenario.workloads.some(({ request }) => request.path === ADOPTED_PATH);

/** The scenario with name and requests of the adopted app in their places. */
export function nameAdopted(scenario: Scenario, app: AdoptedName): Scenario {
  return {
    ...scenario,
    title: asksForAdopted(scenario) ? `${scenario.title}: ${app.name}` : scenario.title,
    stacks: scenario.stacks.map((pattern) => namePattern(pattern, app.name)),
    workloads: scenario.workloads.flatMap((workload) => loadsOf(workload, app)),
  };
}

function loadsOf(workload: Workload, app: AdoptedName): Workload[] {
  if (workload.request.path !== ADOPTED_PATH) return [workload];
  return app.requests.map(({ name, ...request }) => ({
    ...workload,
    // A workload's name has 64 characters at most.
    name: `${name}-${workload.name}`.slice(-64).replace(/^[^a-z0-9]+/, ''),
    request,
    owner: app.name,
  }));
}
