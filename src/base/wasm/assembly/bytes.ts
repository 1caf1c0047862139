import { copyBytes, SLACK, zeroes } from "./memory";

/** Bytes that grow at their end. All fields are 0 where nothing was added yet, so zeroed memory is an empty one. */
@unmanaged
export class Bytes {
  at: usize;
  used: usize;
  size: usize;
}

const SMALLEST: usize = 256;

export function newBytes(): Bytes {
  return changetype<Bytes>(zeroes(offsetof<Bytes>()));
}

export function freeBytes(bytes: Bytes): void {
  if (bytes.at !== 0) heap.free(bytes.at);
  heap.free(changetype<usize>(bytes));
}

/** Where the next byte goes; there is room for this many, and some more that copying may write over. */
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

/** Appends bytes that lie elsewhere. */
// @ts-expect-error: decorator
@inline
export function append(bytes: Bytes, from: usize, length: usize): void {
  copyBytes(room(bytes, length), from, length);
  bytes.used += length;
}

/** Appends bytes from a position in the same ones. */
export function appendOwn(bytes: Bytes, position: usize, length: usize): void {
  memory.copy(room(bytes, length), bytes.at + position, length);
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
