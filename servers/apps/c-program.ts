/** What the definitions of C floors share. */
import type { Availability, Tools } from '../define.ts';

/** Compiles `hello.c` in the copied folder to `hello.cgi`. */
export function buildC(tools: Tools, flags: readonly string[]): readonly [string, ...string[]] {
  return [tools.find('cc') ?? 'cc', '-O2', ...flags, '-o', 'hello.cgi', 'hello.c'];
}

export function probeCompiler(tools: Tools): Availability {
  return tools.find('cc') === null
    ? { available: false, reason: 'there is no C compiler (cc)', remedy: 'install gcc and libc6-dev' }
    : { available: true, version: tools.version('cc') };
}
