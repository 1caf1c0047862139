/** Spans of bytes, for every module. */

/** Whether two spans of bytes are the same. */
export function sameBytes(a: usize, b: usize, length: usize): bool {
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) if (load<u64>(a + i) !== load<u64>(b + i)) return false;
  for (; i < length; i++) if (load<u8>(a + i) !== load<u8>(b + i)) return false;
  return true;
}

/** How many bytes after their ends may be read and written where bytes are copied. */
export const SLACK: usize = 16;
/** A call of the engine's own copying pays from this many bytes on. */
const MANY: usize = 256;

/** Copies bytes sixteen at a time, and with them up to fifteen more: there must be room after both ends. */
// @ts-expect-error: decorator
@inline
export function copyBytes(to: usize, from: usize, length: usize): void {
  if (length > MANY) memory.copy(to, from, length);
  else for (let i: usize = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i));
}

/** Memory that is zero. */
export function zeroes(bytes: usize): usize {
  const at = heap.alloc(bytes);
  memory.fill(at, 0, bytes);
  return at;
}

let inputBuffer: usize = 0;
let inputSize: usize = 0;

/** Where the host is to put bytes of the input; vectors may be read a little beyond them. */
export function input(bytes: usize): usize {
  if (bytes > inputSize) {
    if (inputBuffer !== 0) heap.free(inputBuffer);
    inputSize = bytes;
    inputBuffer = heap.alloc(bytes + 64);
  }
  return inputBuffer;
}
