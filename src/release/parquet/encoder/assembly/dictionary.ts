import { sameBytes } from "../../../../record/decoder/assembly/memory";
import { append, append32, Bytes, freeBytes, newBytes } from "./bytes";

/** Distinct values of a column chunk, numbered in the order they came. */

/** A dictionary does not pay any more when its values have so many bytes. */
const MOST_BYTES: usize = 1 << 20;
const LEAST_SLOTS: u32 = 64;

@unmanaged
export class Dictionary {
  /** The values, as a page has them: texts behind their lengths, numbers as they are. */
  values: Bytes;
  /** Where each value begins, in 32 bits, and the end of the last one. */
  starts: Bytes;
  count: u32;
  /** The number that was asked for last: many columns hardly change from row to row. */
  last: u32;
  /** Open addressing: numbers of values, from 1 on. */
  slots: usize;
  slotCount: u32;
  /** Bytes before each value: the length of a text. */
  prefix: u32;
}

export function newDictionary(isText: bool): Dictionary {
  const dictionary = changetype<Dictionary>(heap.alloc(offsetof<Dictionary>()));
  dictionary.values = newBytes();
  dictionary.starts = newBytes();
  append32(dictionary.starts, 0);
  dictionary.count = 0;
  dictionary.last = 0;
  dictionary.slotCount = LEAST_SLOTS;
  dictionary.slots = newSlots(LEAST_SLOTS);
  dictionary.prefix = isText ? 4 : 0;
  return dictionary;
}

export function freeDictionary(dictionary: Dictionary): void {
  freeBytes(dictionary.values);
  freeBytes(dictionary.starts);
  heap.free(dictionary.slots);
  heap.free(changetype<usize>(dictionary));
}

export function isFull(dictionary: Dictionary): bool {
  return dictionary.values.used > MOST_BYTES;
}

function newSlots(count: u32): usize {
  const slots = heap.alloc(4 * count);
  memory.fill(slots, 0, 4 * count);
  return slots;
}

/** The number of a value, which is added where it is new. */
export function numberOf(dictionary: Dictionary, at: usize, length: usize): u32 {
  if (dictionary.count > 0 && isValue(dictionary, dictionary.last, at, length)) return dictionary.last;
  const hash = hashOf(at, length);
  const mask = dictionary.slotCount - 1;
  let slot = hash & mask;
  for (;;) {
    const number = load<u32>(dictionary.slots + 4 * slot);
    if (number === 0) break;
    if (isValue(dictionary, number - 1, at, length)) {
      dictionary.last = number - 1;
      return number - 1;
    }
    slot = (slot + 1) & mask;
  }
  store<u32>(dictionary.slots + 4 * slot, ++dictionary.count);
  if (dictionary.prefix > 0) append32(dictionary.values, <u32>length);
  append(dictionary.values, at, length);
  append32(dictionary.starts, <u32>dictionary.values.used);
  if (dictionary.slotCount < dictionary.count << 1) spread(dictionary);
  dictionary.last = dictionary.count - 1;
  return dictionary.last;
}

// @ts-expect-error: decorator
@inline
function isValue(dictionary: Dictionary, number: u32, at: usize, length: usize): bool {
  const starts = dictionary.starts.at + 4 * number;
  const start = load<u32>(starts) + dictionary.prefix;
  return load<u32>(starts, 4) - start === <u32>length && sameBytes(dictionary.values.at + start, at, length);
}

/** Puts all numbers into four times as many slots. */
function spread(dictionary: Dictionary): void {
  heap.free(dictionary.slots);
  dictionary.slotCount *= 4;
  dictionary.slots = newSlots(dictionary.slotCount);
  const mask = dictionary.slotCount - 1;
  for (let number: u32 = 0; number < dictionary.count; number++) {
    const starts = dictionary.starts.at + 4 * number;
    const start = load<u32>(starts) + dictionary.prefix;
    let slot = hashOf(dictionary.values.at + start, load<u32>(starts, 4) - start) & mask;
    while (load<u32>(dictionary.slots + 4 * slot) !== 0) slot = (slot + 1) & mask;
    store<u32>(dictionary.slots + 4 * slot, number + 1);
  }
}

/** FNV-1a, eight bytes at a time, and its bits mixed at the end. */
function hashOf(at: usize, length: usize): u32 {
  let hash: u64 = 0xcbf29ce484222325 ^ length;
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) hash = rotl<u64>((hash ^ load<u64>(at + i)) * 0x100000001b3, 29);
  for (; i < length; i++) hash = (hash ^ load<u8>(at + i)) * 0x100000001b3;
  hash ^= hash >> 32;
  hash *= 0x9e3779b97f4a7c15;
  return <u32>(hash >> 32);
}
