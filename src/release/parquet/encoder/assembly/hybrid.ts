import { append8, Bytes, room } from "../../../../base/wasm/assembly/bytes";
import { endPacking, pack } from "./bits";
import { appendVarint } from "./varint";

/**
 * Runs and packed numbers in turn
 * (https://parquet.apache.org/docs/file-format/data-pages/encodings/#run-length-encoding--bit-packing-hybrid-rle--3).
 */

/** Packed numbers come in groups of this many. */
const GROUP: u32 = 8;

/** Encodes `count` numbers of 32 bits, none of which has more than `width` bits. */
export function appendHybrid(to: Bytes, numbers: usize, count: u32, width: u32): void {
  let i: u32 = 0;
  while (i < count) {
    const run = runLength(numbers, i, count, count);
    if (run >= GROUP) {
      appendRun(to, load<u32>(numbers + 4 * i), run, width);
      i += run;
    } else i = appendGroups(to, numbers, i, count, width);
  }
}

/** How many numbers from `i` on are the same; at most `longest` of them are looked at. */
function runLength(numbers: usize, i: u32, count: u32, longest: u32): u32 {
  const value = load<u32>(numbers + 4 * i);
  const end = min<u32>(count, i + longest);
  let next = i + 1;
  while (next < end && load<u32>(numbers + 4 * next) === value) next++;
  return next - i;
}

function appendRun(to: Bytes, value: u32, length: u32, width: u32): void {
  appendVarint(to, (<u64>length) << 1);
  for (let bits: u32 = 0; bits < width; bits += 8) append8(to, <u8>(value >> bits));
}

/** Packs groups until one begins a run, or to the end; gives the number after them. */
function appendGroups(to: Bytes, numbers: usize, first: u32, count: u32, width: u32): u32 {
  let end = first;
  do end += GROUP;
  while (end < count && runLength(numbers, end, count, GROUP) < GROUP);
  const groups = (end - first) / GROUP;
  appendVarint(to, ((<u64>groups) << 1) | 1);
  room(to, groups * width + 8);
  for (let i = first; i < end; i++) pack(to, i < count ? load<u32>(numbers + 4 * i) : 0, width);
  endPacking(to);
  return min<u32>(end, count);
}
