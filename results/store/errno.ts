/** What the operating system says when a file operation fails. */

/** The code of a system error (`ENOENT`), or null. */
export function errnoOf(failure: unknown): string | null {
  if (typeof failure !== 'object' || failure === null || !('code' in failure)) return null;
  return typeof failure.code === 'string' ? failure.code : null;
}

/** No room left: disk full, quota used up, or a file-size limit reached. */
export function isFull(failure: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(errnoOf(failure) ?? '');
}
