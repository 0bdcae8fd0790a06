import type { Capacity } from '../../servers/define.ts';
import type { Stack } from '../stack.ts';

/**
 * How many processes of a stack run the app, as its definitions say: the backend's where there is one, else
 * the connector's. null: not known in advance (processes started on demand), or not said.
 */
export function expectedWorkers(
  stack: Pick<Stack, 'backend' | 'connector' | 'record'>,
  capacity: Capacity,
): number | null {
  const { record, backend, connector } = stack;
  return backend === null
    ? (connector.workers?.({ capacity, variant: record.connectorVariant }) ?? null)
    : (backend.workers?.({ capacity, variant: record.backendVariant }) ?? null);
}
