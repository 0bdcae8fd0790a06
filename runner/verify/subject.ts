import type { Role } from '../../core/words.ts';
import type { Capacity } from '../../servers/define.ts';
import type { StackGroups } from '../process/group.ts';
import type { Endpoint, Stack } from '../stack.ts';
import type { Client, Reply } from './ask.ts';
import type { ProcessReader } from './process-reader.ts';

/** What a verification looks at. */
export interface Subject {
  readonly stack: Stack;
  readonly endpoint: Endpoint;
  /** Only the processes of each role are of interest here. */
  readonly groups: { group(role: Role): Pick<ReturnType<StackGroups['group']>, 'pids'> };
  readonly capacity: Capacity;
  readonly client: Client;
  /** Told of every answer to the contract's exact routes. */
  readonly onAnswer?:
    | ((route: string, reply: Pick<Reply, 'status' | 'headers' | 'body'>) => void)
    | undefined;
  /** null: this system does not tell of processes and sockets. */
  readonly processes: ProcessReader | null;
  readonly signal: AbortSignal;
}

/** The role whose processes answer: the backend's where there is one, else the host's or its children. */
export const answeringRole = ({ stack }: Subject): Role =>
  stack.record.backend === null ? 'host' : 'backend';
