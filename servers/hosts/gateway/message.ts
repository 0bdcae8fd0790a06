/** The message of anything thrown. (core/errors.ts has one too; a measured process loads no more than it needs.) */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
