/** Turning text from disk into values that a schema may see. */
import type { z } from 'zod';
import { messageOf } from '../../core/errors.ts';

export type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string };

/**
 * Parses JSON and refuses the key `__proto__` anywhere: assigned to an object it would change the object's
 * prototype, and no record has it.
 */
export function parseJson(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text, (key, inner: unknown) => {
      if (key === '__proto__') throw new Error('the key "__proto__" is not allowed');
      return inner;
    });
    return { ok: true, value };
  } catch (failure) {
    return { ok: false, reason: messageOf(failure) };
  }
}

/** The first few problems that a schema found, each with its place, in one line. */
export function placesOf(error: z.ZodError): string {
  const shown = error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.map(String).join('.') || 'record'}: ${issue.message}`);
  const more = error.issues.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
