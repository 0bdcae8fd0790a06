/** Classes of requests that failed for want of a whole answer. */
export const ERROR_CLASSES = ['connect', 'reset', 'timeout', 'emfile', 'eaddrnotavail', 'other'] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/**
 * The class of a socket's failure.
 * @param code system error code; null: the server closed the connection without one
 * @param wasConnected whether the connection had been established
 */
export function classifyFailure(code: string | null, wasConnected: boolean): ErrorClass {
  switch (code) {
    case 'EMFILE':
    case 'ENFILE':
      return 'emfile';
    case 'EADDRNOTAVAIL':
      return 'eaddrnotavail';
    case null:
    case 'ECONNRESET':
    case 'EPIPE':
      return wasConnected ? 'reset' : 'connect';
    case 'ETIMEDOUT':
      return wasConnected ? 'timeout' : 'connect';
    default:
      return wasConnected ? 'other' : 'connect';
  }
}
