import type { Availability, Tools } from '../define.ts';

/** Whether a Python distribution is installed where apps run. */
export function probePython(tools: Tools, distribution: string): Availability {
  const remedy = 'lab setup --yes';
  if (tools.python === null) return { available: false, reason: 'no Python 3 was found', remedy };
  const version = tools.python.package(distribution);
  if (version !== null) return { available: true, version };
  return { available: false, reason: `${distribution} is not installed in ${tools.python.prefix}`, remedy };
}
