import { zeroes } from "../../../../base/wasm/assembly/memory";
import { Problem } from "../shared";
import { fail } from "./host";

/** Levels, indexes and booleans: the hybrid of runs and packed bits, as `../../hybrid-reader.ts` reads it. */
@unmanaged
export class Hybrid {
  at: usize;
  end: usize;
  /** In a packed run: the byte where it begins, and the bit of the next number from there. */
  packed: usize;
  bit: u64;
  /** Numbers left in the run. */
  left: u64;
  /** Bits of a number, up to 32. */
  width: u32;
  /** That of a run of one number. */
  value: u32;
}

export function newHybrid(): Hybrid {
  return changetype<Hybrid>(zeroes(offsetof<Hybrid>()));
}

/** There must be room for eight bytes to be read after the end. */
export function openHybrid(hybrid: Hybrid, at: usize, end: usize, width: u32): void {
  hybrid.at = at;
  hybrid.end = end;
  hybrid.width = width;
  hybrid.packed = 0;
  hybrid.value = 0;
  hybrid.left = width === 0 ? u64.MAX_VALUE : 0;
}

/** Bits without runs, as booleans are in PLAIN. */
export function openBits(hybrid: Hybrid, at: usize, end: usize): void {
  openHybrid(hybrid, end, end, 1);
  hybrid.packed = at;
  hybrid.bit = 0;
  hybrid.left = 8 * <u64>(end - at);
}

// @ts-expect-error: decorator
@inline
export function nextOf(hybrid: Hybrid): u32 {
  while (hybrid.left === 0) readRun(hybrid);
  hybrid.left--;
  if (hybrid.packed === 0) return hybrid.value;
  const bit = hybrid.bit;
  hybrid.bit = bit + hybrid.width;
  const bits = load<u64>(hybrid.packed + <usize>(bit >> 3)) >> (bit & 7);
  return <u32>(bits & ((<u64>1 << hybrid.width) - 1));
}

function readRun(hybrid: Hybrid): void {
  const header = readVarint(hybrid);
  if (header & 1) {
    const count = <u64>(header >>> 1) * 8;
    // Some writers leave out the end of the last eight.
    const room = (<u64>(hybrid.end - hybrid.at) * 8) / hybrid.width;
    hybrid.packed = hybrid.at;
    hybrid.bit = 0;
    hybrid.left = min<u64>(count, room);
    hybrid.at += <usize>min<u64>(hybrid.end - hybrid.at, <u64>(header >>> 1) * hybrid.width);
    return;
  }
  hybrid.packed = 0;
  hybrid.left = header >>> 1;
  hybrid.value = 0;
  for (let shift: u32 = 0; shift < hybrid.width; shift += 8) hybrid.value |= <u32>readByte(hybrid) << shift;
}

function readVarint(hybrid: Hybrid): u32 {
  let value: u32 = 0;
  for (let shift: u32 = 0; shift < 35; shift += 7) {
    const byte = <u32>readByte(hybrid);
    if (shift < 32) value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  fail(Problem.longRun);
  return 0;
}

function readByte(hybrid: Hybrid): u8 {
  if (hybrid.at >= hybrid.end) fail(Problem.tooFewValues);
  return load<u8>(hybrid.at++);
}
