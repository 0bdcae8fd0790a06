import type { Tools } from '../define.ts';

/** uWSGI's program: Debian's core has no app servers built in, and `uwsgi` is an alternative of it. */
export function uwsgiBinary(tools: Tools): string | null {
  return tools.find('uwsgi') ?? tools.find('uwsgi-core');
}
