/** The beginning of a content, where it can be read as text. */

const MOST_BYTES = 2_048;

/** null: there is nothing. What is no text is only counted. */
export function preview(bytes: Buffer): string | null {
  if (bytes.length === 0) return null;
  const start = bytes.subarray(0, MOST_BYTES);
  const text = start.toString('utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these tell text from other bytes
  if (/[\x00-\x08\x0e-\x1f]/.test(text)) return `(${bytes.length} bytes that are no text)`;
  const normal = text.replaceAll('\r\n', '\n');
  return bytes.length > MOST_BYTES ? `${normal}… (${bytes.length} bytes in all)` : normal;
}
