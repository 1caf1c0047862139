import { Bytes, freeBytes, newBytes, room } from "../../../../base/wasm/assembly/bytes";

/** The smallest and the largest text of a page, by their bytes; of long ones, as many as statistics have. */

const MOST: usize = 64;

@unmanaged
export class Range {
  least: Bytes;
  most: Bytes;
  /** Whether the texts are longer than what is kept of them. */
  leastGoesOn: bool;
  mostGoesOn: bool;
  isEmpty: bool;
}

export function newRange(): Range {
  const range = changetype<Range>(heap.alloc(offsetof<Range>()));
  range.least = newBytes();
  range.most = newBytes();
  clearRange(range);
  return range;
}

export function clearRange(range: Range): void {
  range.isEmpty = true;
  range.leastGoesOn = false;
  range.mostGoesOn = false;
  range.least.used = 0;
  range.most.used = 0;
}

export function freeRange(range: Range): void {
  freeBytes(range.least);
  freeBytes(range.most);
  heap.free(changetype<usize>(range));
}

export function include(range: Range, at: usize, length: usize): void {
  const kept = min<usize>(length, MOST);
  const goesOn = length > MOST;
  if (range.isEmpty) {
    range.isEmpty = false;
    range.leastGoesOn = goesOn;
    range.mostGoesOn = goesOn;
    put(range.least, at, kept);
    put(range.most, at, kept);
    return;
  }
  if (compare(at, kept, range.least.at, range.least.used) < 0) {
    put(range.least, at, kept);
    range.leastGoesOn = goesOn;
  }
  const order = compare(at, kept, range.most.at, range.most.used);
  if (order > 0) {
    put(range.most, at, kept);
    range.mostGoesOn = goesOn;
  } else if (order === 0 && goesOn) range.mostGoesOn = true;
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
