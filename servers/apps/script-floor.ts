/** What the definitions of floors in interpreted languages share. */
import type { Tools } from '../define.ts';

/**
 * Puts the interpreter's absolute path in front of `hello.src`, in the copied folder, as `hello.cgi`.
 * `/usr/bin/env` in its place would cost every request another exec.
 * @param interpreter a path, or a path and one flag: the kernel passes all after the path as one argument
 */
export function buildScript(tools: Tools, interpreter: string): readonly [string, ...string[]] {
  const script = '{ printf "#!%s\\n" "$1"; cat hello.src; } > hello.cgi && chmod 755 hello.cgi';
  return [tools.find('sh') ?? '/bin/sh', '-c', script, 'sh', interpreter];
}
