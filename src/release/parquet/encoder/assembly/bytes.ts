import { copyBytes, SLACK } from "../../../../record/decoder/assembly/memory";

/** Bytes that grow at their end. */
@unmanaged
export class Bytes {
  at: usize;
  used: usize;
  size: usize;
}

const SMALLEST: usize = 256;

export function newBytes(): Bytes {
  const bytes = changetype<Bytes>(heap.alloc(offsetof<Bytes>()));
  bytes.at = 0;
  bytes.used = 0;
  bytes.size = 0;
  return bytes;
}

export function freeBytes(bytes: Bytes): void {
  if (bytes.at !== 0) heap.free(bytes.at);
  heap.free(changetype<usize>(bytes));
}

/** Where the next byte goes; there is room for so many, and some more that copying may write over. */
// @ts-expect-error: decorator
@inline
export function room(bytes: Bytes, more: usize): usize {
  if (bytes.used + more + SLACK > bytes.size) grow(bytes, more);
  return bytes.at + bytes.used;
}

function grow(bytes: Bytes, more: usize): void {
  bytes.size = max<usize>(max<usize>(2 * bytes.size, SMALLEST), bytes.used + more + SLACK);
  bytes.at = bytes.at === 0 ? heap.alloc(bytes.size) : heap.realloc(bytes.at, bytes.size);
}

// @ts-expect-error: decorator
@inline
export function append(bytes: Bytes, from: usize, length: usize): void {
  copyBytes(room(bytes, length), from, length);
  bytes.used += length;
}

// @ts-expect-error: decorator
@inline
export function append8(bytes: Bytes, value: u8): void {
  store<u8>(room(bytes, 1), value);
  bytes.used++;
}

// @ts-expect-error: decorator
@inline
export function append32(bytes: Bytes, value: u32): void {
  store<u32>(room(bytes, 4), value);
  bytes.used += 4;
}

/** ULEB128: seven bits a byte, the lowest first. */
export function appendVarint(bytes: Bytes, value: u64): void {
  let rest = value;
  while (rest >= 0x80) {
    append8(bytes, <u8>(rest | 0x80));
    rest >>= 7;
  }
  append8(bytes, <u8>rest);
}

/** A signed number as an unsigned one that is small when it is near 0. */
export function appendZigzag(bytes: Bytes, value: i64): void {
  appendVarint(bytes, <u64>((value << 1) ^ (value >> 63)));
}
