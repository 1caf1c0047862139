import { Bytes, newBytes, room } from "../../../../base/wasm/assembly/bytes";

/** The minimum and the maximum of a page's texts, by their bytes; of long ones, as many bytes as statistics have. */

const MAX_BYTES: usize = 64;

@unmanaged
export class Range {
  min: Bytes;
  max: Bytes;
  /** False where the text is longer than what is kept of it. */
  isMinExact: bool;
  isMaxExact: bool;
  isEmpty: bool;
}

export function newRange(): Range {
  const range = changetype<Range>(heap.alloc(offsetof<Range>()));
  range.min = newBytes();
  range.max = newBytes();
  clearRange(range);
  return range;
}

export function clearRange(range: Range): void {
  range.isEmpty = true;
  range.isMinExact = true;
  range.isMaxExact = true;
  range.min.used = 0;
  range.max.used = 0;
}

export function include(range: Range, at: usize, length: usize): void {
  const kept = min<usize>(length, MAX_BYTES);
  const isExact = length <= MAX_BYTES;
  if (range.isEmpty || compare(at, kept, range.min.at, range.min.used) < 0) {
    put(range.min, at, kept);
    range.isMinExact = isExact;
  }
  const order = range.isEmpty ? 1 : compare(at, kept, range.max.at, range.max.used);
  if (order > 0) {
    put(range.max, at, kept);
    range.isMaxExact = isExact;
  } else if (order === 0 && !isExact) range.isMaxExact = false;
  range.isEmpty = false;
}

function put(bytes: Bytes, at: usize, length: usize): void {
  bytes.used = 0;
  memory.copy(room(bytes, length), at, length);
  bytes.used = length;
}

/** Below 0 where the first text comes before the second one. */
// @ts-expect-error: decorator
@inline
function compare(a: usize, aLength: usize, b: usize, bLength: usize): i32 {
  const both = min<usize>(aLength, bLength);
  let i: usize = 0;
  for (; i + 8 <= both; i += 8) {
    const first = load<u64>(a + i);
    const second = load<u64>(b + i);
    if (first !== second) return bswap<u64>(first) < bswap<u64>(second) ? -1 : 1;
  }
  for (; i < both; i++) {
    const difference = <i32>load<u8>(a + i) - <i32>load<u8>(b + i);
    if (difference !== 0) return difference;
  }
  return <i32>aLength - <i32>bLength;
}
