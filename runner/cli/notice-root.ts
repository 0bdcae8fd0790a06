import type { MeasuredUser } from '../../servers/define.ts';
import type { Terminal } from './terminal.ts';

/** Said once by commands that launch stacks: root itself is never measured. */
export function noticeRoot(terminal: Terminal, user: MeasuredUser | null): void {
  if (process.getuid?.() !== 0) return;
  const who = user === null ? 'no unprivileged user was found: they run as root' : `they run as ${user.name}`;
  terminal.err.write(`started as root; the processes that are measured do not need it: ${who}\n`);
}
