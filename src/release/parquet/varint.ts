/** Numbers of up to 64 bits, seven in each byte, the lowest first (ULEB128): in Thrift, deltas and Snappy. */

/** Where to read next. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** Ten groups of seven bits hold the 64 of the largest number. */
const MAX_BITS = 70n;

/** Throws a `RangeError` where a number does not end. */
export function readVarint(cursor: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; shift < MAX_BITS; shift += 7n) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw new RangeError("a number ends too early");
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw new RangeError("a number is longer than 64 bits");
}

/** A signed number: its sign is in the lowest bit. */
export function readZigzag(cursor: Cursor): bigint {
  const value = readVarint(cursor);
  return (value >> 1n) ^ -(value & 1n);
}
