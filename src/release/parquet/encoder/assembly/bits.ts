import { Bytes, room } from "../../../../base/wasm/assembly/bytes";

/** Packs numbers of the same width in bits, the lowest bit first, without gaps between them. */

let waiting: u64 = 0;
let bits: u32 = 0;

/** Adds a number of at most 64 bits. The caller makes room for it. */
// @ts-expect-error: decorator
@inline
export function pack(bytes: Bytes, value: u64, width: u32): void {
  if (width <= 32) pack32(bytes, value, width);
  else {
    pack32(bytes, value & 0xffffffff, 32);
    pack32(bytes, value >> 32, width - 32);
  }
}

// @ts-expect-error: decorator
@inline
function pack32(bytes: Bytes, value: u64, width: u32): void {
  waiting |= value << bits;
  bits += width;
  if (bits < 32) return;
  store<u32>(bytes.at + bytes.used, <u32>waiting);
  bytes.used += 4;
  waiting >>= 32;
  bits -= 32;
}

/** Writes what does not fill four bytes; a byte that is not full ends with zeroes. */
export function endPacking(bytes: Bytes): void {
  while (bits > 0) {
    store<u8>(room(bytes, 1), <u8>waiting);
    bytes.used++;
    waiting >>= 8;
    bits = bits > 8 ? bits - 8 : 0;
  }
  waiting = 0;
}

/** Bits of the largest of some numbers. */
// @ts-expect-error: decorator
@inline
export function widthOf(value: u64): u32 {
  return 64 - <u32>clz<u64>(value);
}
