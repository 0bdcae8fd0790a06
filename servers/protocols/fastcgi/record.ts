/** FastCGI 1.0 records: constants (§8) and encoding. */

export const TYPE = {
  begin: 1,
  abort: 2,
  end: 3,
  params: 4,
  stdin: 5,
  stdout: 6,
  stderr: 7,
  data: 8,
  getValues: 9,
  getValuesResult: 10,
  unknown: 11,
} as const;

export const VERSION = 1;
export const ROLE_RESPONDER = 1;
export const FLAG_KEEP_CONN = 1;
export const HEADER_BYTES = 8;
/** contentLength is 16 bits. */
export const MAX_CONTENT_BYTES = 0xffff;
/** Largest multiple of 8: full records of a long stream then need no padding. */
export const STREAM_CONTENT_BYTES = 0xfff8;

/** protocolStatus of END_REQUEST (§5.5). */
export const PROTOCOL_STATUS = { complete: 0, cantMultiplex: 1, overloaded: 2, unknownRole: 3 } as const;

/** Writes a record's header and returns the offset behind it. */
export function writeHeader(
  buffer: Buffer,
  offset: number,
  type: number,
  id: number,
  contentBytes: number,
  paddingBytes: number,
): number {
  buffer[offset] = VERSION;
  buffer[offset + 1] = type;
  buffer[offset + 2] = id >> 8;
  buffer[offset + 3] = id & 0xff;
  buffer[offset + 4] = contentBytes >> 8;
  buffer[offset + 5] = contentBytes & 0xff;
  buffer[offset + 6] = paddingBytes;
  buffer[offset + 7] = 0;
  return offset + HEADER_BYTES;
}

/** One whole record. Padding may be 0–255 bytes; readers skip it (§3.3). */
export function encodeRecord(type: number, id: number, content: Uint8Array, paddingBytes = 0): Buffer {
  if (content.length > MAX_CONTENT_BYTES)
    throw new RangeError(`a record holds at most ${MAX_CONTENT_BYTES} bytes`);
  const record = Buffer.alloc(HEADER_BYTES + content.length + paddingBytes);
  record.set(content, writeHeader(record, 0, type, id, content.length, paddingBytes));
  return record;
}

/** Bytes that a stream's content takes as records. */
export function streamBytes(contentBytes: number): number {
  return contentBytes + HEADER_BYTES * Math.ceil(contentBytes / STREAM_CONTENT_BYTES);
}

/** Splits content into as many stream records as it needs; none for empty content. */
export function writeStream(
  buffer: Buffer,
  offset: number,
  type: number,
  id: number,
  content: Uint8Array,
): number {
  let at = offset;
  for (let from = 0; from < content.length; from += STREAM_CONTENT_BYTES) {
    const part = content.subarray(from, from + STREAM_CONTENT_BYTES);
    at = writeHeader(buffer, at, type, id, part.length, 0);
    buffer.set(part, at);
    at += part.length;
  }
  return at;
}

/** BEGIN_REQUEST for the responder role; reserved bytes are 0 (§5.1). Returns the offset behind it. */
export function writeBegin(buffer: Buffer, offset: number, id: number, keepConnection: boolean): number {
  const at = writeHeader(buffer, offset, TYPE.begin, id, 8, 0);
  buffer.fill(0, at, at + 8);
  buffer[at + 1] = ROLE_RESPONDER;
  buffer[at + 2] = keepConnection ? FLAG_KEEP_CONN : 0;
  return at + 8;
}

/** END_REQUEST (§5.5). Returns the offset behind it. */
export function writeEnd(
  buffer: Buffer,
  offset: number,
  id: number,
  appStatus: number,
  protocolStatus: number,
): number {
  const at = writeHeader(buffer, offset, TYPE.end, id, 8, 0);
  buffer.fill(0, at, at + 8);
  buffer.writeUInt32BE(appStatus >>> 0, at);
  buffer[at + 4] = protocolStatus;
  return at + 8;
}
