import { Bytes, room } from "../../../../base/wasm/assembly/bytes";
import { endPacking, pack, widthOf } from "./bits";
import { appendVarint, appendZigzag } from "./varint";

/**
 * Deltas between numbers, packed
 * (https://parquet.apache.org/docs/file-format/data-pages/encodings/#delta-encoding-delta_binary_packed--5).
 */

const BLOCK: u32 = 128;
const MINIBLOCKS: u32 = 4;
const MINIBLOCK: u32 = BLOCK / MINIBLOCKS;

/** Deltas of one block. */
const deltas: usize = memory.data(128 * 8, 8);

/** Encodes `count` numbers of the type, which lie one after the other. Deltas wrap around, as readers expect. */
export function appendDelta<T>(to: Bytes, numbers: usize, count: u32): void {
  appendVarint(to, BLOCK);
  appendVarint(to, MINIBLOCKS);
  appendVarint(to, count);
  appendZigzag(to, count > 0 ? <i64>load<T>(numbers) : 0);
  for (let i: u32 = 1; i < count; i += BLOCK) {
    appendBlock<T>(to, numbers + <usize>(i - 1) * sizeof<T>(), min<u32>(BLOCK, count - i));
  }
}

/** Encodes the deltas of `count` numbers to the ones before them. */
function appendBlock<T>(to: Bytes, before: usize, count: u32): void {
  let minDelta: i64 = i64.MAX_VALUE;
  let last = load<T>(before);
  for (let i: u32 = 0; i < count; i++) {
    const number = load<T>(before + <usize>(i + 1) * sizeof<T>());
    const delta = <i64>(<T>(number - last));
    store<i64>(deltas + 8 * i, delta);
    if (delta < minDelta) minDelta = delta;
    last = number;
  }
  appendZigzag(to, minDelta);
  const widths = room(to, MINIBLOCKS);
  const widthsAt: usize = to.used;
  memory.fill(widths, 0, MINIBLOCKS);
  to.used += MINIBLOCKS;
  for (let miniblock: u32 = 0; miniblock * MINIBLOCK < count; miniblock++) {
    const first = miniblock * MINIBLOCK;
    const width = appendMiniblock<T>(to, first, min<u32>(first + MINIBLOCK, count), minDelta);
    store<u8>(to.at + widthsAt + miniblock, <u8>width);
  }
}

/** Packs the deltas from `first` to `end` less the smallest, and zeroes where they are too few. */
function appendMiniblock<T>(to: Bytes, first: u32, end: u32, minDelta: i64): u32 {
  let all: u64 = 0;
  for (let i = first; i < end; i++) all |= rest<T>(i, minDelta);
  const width = widthOf(all);
  room(to, (MINIBLOCK * width) / 8 + 8);
  for (let i = first; i < first + MINIBLOCK; i++) pack(to, i < end ? rest<T>(i, minDelta) : 0, width);
  endPacking(to);
  return width;
}

// @ts-expect-error: decorator
@inline
function rest<T>(i: u32, minDelta: i64): u64 {
  const rest = <u64>(load<i64>(deltas + 8 * i) - minDelta);
  return sizeof<T>() === 4 ? rest & 0xffffffff : rest;
}
