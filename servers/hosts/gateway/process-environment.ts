/** A CGI environment of byte strings as one that Node can give to a process. */
import { BadTarget } from '../../protocols/cgi/target.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Node encodes environment values as UTF-8, so bytes survive if they are UTF-8; others cannot be passed to a
 * process at all and are refused. Changes the object it is given.
 * @throws BadTarget (400)
 */
export function asProcessEnvironment(environment: Record<string, string>): Record<string, string> {
  for (const name in environment) {
    const value = environment[name] ?? '';
    if (!/[\x80-\xff]/.test(value)) continue;
    try {
      environment[name] = decoder.decode(Buffer.from(value, 'latin1'));
    } catch {
      throw new BadTarget(400, `${name} has bytes that are not UTF-8`);
    }
  }
  return environment;
}
