/** FastCGI name–value pairs (§3.4): lengths below 128 take one byte, others four with the high bit set. */

/** Pairs that cannot be read. */
export class BadPairs extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadPairs';
  }
}

/** Bytes that pairs of byte strings will take. */
export function pairsBytes(pairs: Readonly<Record<string, string>>): number {
  let bytes = 0;
  for (const name in pairs) {
    const value = pairs[name] ?? '';
    bytes += (name.length < 128 ? 1 : 4) + (value.length < 128 ? 1 : 4) + name.length + value.length;
  }
  return bytes;
}

/** Writes pairs of byte strings (one character, one byte) and returns the offset behind them. */
export function writePairs(buffer: Buffer, offset: number, pairs: Readonly<Record<string, string>>): number {
  let at = offset;
  for (const name in pairs) {
    const value = pairs[name] ?? '';
    at = writeLength(buffer, at, name.length);
    at = writeLength(buffer, at, value.length);
    at += buffer.write(name, at, 'latin1');
    at += buffer.write(value, at, 'latin1');
  }
  return at;
}

function writeLength(buffer: Buffer, offset: number, length: number): number {
  if (length < 128) {
    buffer[offset] = length;
    return offset + 1;
  }
  return buffer.writeUInt32BE((length | 0x80000000) >>> 0, offset);
}

/**
 * Reads all pairs of a complete stream into an object without prototype.
 * @throws BadPairs when a length points past the end: lengths come from the peer (CVE-2025-23016).
 */
export function readPairs(bytes: Buffer): Record<string, string> {
  const pairs: Record<string, string> = Object.create(null);
  let at = 0;
  while (at < bytes.length) {
    let nameBytes = bytes[at] ?? 0;
    at += 1;
    if (nameBytes > 127) {
      nameBytes = longLength(bytes, at - 1);
      at += 3;
    }
    let valueBytes = bytes[at] ?? -1;
    at += 1;
    if (valueBytes > 127) {
      valueBytes = longLength(bytes, at - 1);
      at += 3;
    }
    const valueAt = at + nameBytes;
    const end = valueAt + valueBytes;
    if (valueBytes < 0 || end > bytes.length)
      throw new BadPairs('a name–value pair is longer than its stream');
    pairs[bytes.toString('latin1', at, valueAt)] = bytes.toString('latin1', valueAt, end);
    at = end;
  }
  return pairs;
}

/** Numbers stay below 2^31, so sums of them are exact. */
function longLength(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) throw new BadPairs('a length is cut short');
  return bytes.readUInt32BE(at) & 0x7fffffff;
}
