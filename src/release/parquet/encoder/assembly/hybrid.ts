import { append8, Bytes, room } from "../../../../base/wasm/assembly/bytes";
import { endPacking, pack } from "./bits";
import { appendVarint } from "./varint";

/**
 * Runs and packed numbers in turn
 * (https://parquet.apache.org/docs/file-format/data-pages/encodings/#run-length-encoding--bit-packing-hybrid-rle--3).
 */

/** Packed numbers come in groups of this many. */
const GROUP: u32 = 8;

/** Encodes `count` numbers of the type, none of which has more than `width` bits. */
export function appendHybrid<T>(to: Bytes, numbers: usize, count: u32, width: u32): void {
  let i: u32 = 0;
  while (i < count) {
    const run = runLength<T>(numbers, i, count, count);
    if (run >= GROUP) {
      appendRun(to, numberAt<T>(numbers, i), run, width);
      i += run;
    } else i = appendGroups<T>(to, numbers, i, count, width);
  }
}

// @ts-expect-error: decorator
@inline
function numberAt<T>(numbers: usize, i: u32): u32 {
  return <u32>load<T>(numbers + <usize>i * sizeof<T>());
}

/** How many numbers from `i` on are the same; at most `longest` of them are looked at. */
function runLength<T>(numbers: usize, i: u32, count: u32, longest: u32): u32 {
  const value = numberAt<T>(numbers, i);
  const end = min<u32>(count, i + longest);
  let next = i + 1;
  while (next < end && numberAt<T>(numbers, next) === value) next++;
  return next - i;
}

function appendRun(to: Bytes, value: u32, length: u32, width: u32): void {
  appendVarint(to, (<u64>length) << 1);
  for (let bits: u32 = 0; bits < width; bits += 8) append8(to, <u8>(value >> bits));
}

/** Packs groups until one begins a run, or to the end; gives the number after them. */
function appendGroups<T>(to: Bytes, numbers: usize, first: u32, count: u32, width: u32): u32 {
  let end = first;
  do end += GROUP;
  while (end < count && runLength<T>(numbers, end, count, GROUP) < GROUP);
  const groups = (end - first) / GROUP;
  appendVarint(to, ((<u64>groups) << 1) | 1);
  room(to, groups * width + 8);
  for (let i = first; i < end; i++) pack(to, i < count ? numberAt<T>(numbers, i) : 0, width);
  endPacking(to);
  return min<u32>(end, count);
}
