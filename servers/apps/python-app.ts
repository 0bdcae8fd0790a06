/** What the definitions of Python apps and adapters share. */
import type { Availability, Tools } from '../define.ts';

/** Says how to get what a stack lacks. */
const SETUP = 'run `lab setup --yes`, which builds the lab’s own Python environment';

/** Available when there is an interpreter and all distributions; the version is that of the first of them. */
export function probePython(tools: Tools, distributions: readonly string[]): Availability {
  const python = tools.python;
  if (python === null) {
    return {
      available: false,
      reason: 'no Python interpreter was found',
      remedy: `install python3, then ${SETUP}`,
    };
  }
  const missing = distributions.filter((distribution) => python.package(distribution) === null);
  if (missing.length > 0) {
    return {
      available: false,
      reason: `the Python of the lab (${python.bin}) lacks ${missing.join(', ')}`,
      remedy: SETUP,
    };
  }
  const [first] = distributions;
  return { available: true, version: first === undefined ? python.version : python.package(first) };
}
