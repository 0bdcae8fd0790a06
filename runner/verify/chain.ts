import type { Model } from '../../core/words.ts';
import type { Stack } from '../stack.ts';

/** The model that a stack's chain makes it, read from its definitions and not from its record. */
export function modelOfChain({ connector, backend, record }: Stack): Model {
  if (backend?.forksPerRequest === true) return 'cgi';
  if ('speaks' in connector.takes) return connector.takes.speaks === 'http' ? 'pool' : 'daemon';
  if (record.form === 'files') return 'static';
  return record.form === 'cgi-script' ? 'cgi' : 'embedded';
}
