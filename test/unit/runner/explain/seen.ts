/** Processes and stacks as a look may find them. */
import type { SeenProcess } from '../../../../runner/explain/look.ts';

export function seen(x: Partial<SeenProcess> & { readonly pid: number }): SeenProcess {
  return {
    parent: 1,
    startTicks: String(x.pid),
    role: 'host',
    user: 'www-data',
    argv: ['/usr/sbin/apache2', '-DFOREGROUND'],
    pssBytes: 1_000_000,
    threads: 1,
    listens: [],
    standard: [['0 (standard input)', 'pipe:[1]']],
    holdsConnection: false,
    ...x,
  };
}

export const FRONT = '127.0.0.1:8080';
