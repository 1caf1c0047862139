import { append, append32, Bytes, newBytes } from "../../../../base/wasm/assembly/bytes";
import { hashOf } from "../../../../base/wasm/assembly/hash";
import { sameBytes, zeroes } from "../../../../base/wasm/assembly/memory";

/** Distinct values of a column chunk, numbered in the order they came. */

/** A dictionary does not pay any more when its values have this many bytes. */
const MAX_BYTES: usize = 1 << 20;
const MIN_SLOTS: u32 = 64;

@unmanaged
export class Dictionary {
  /** The values, as a page has them: texts after their lengths, numbers as they are. */
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
  const dictionary = changetype<Dictionary>(zeroes(offsetof<Dictionary>()));
  dictionary.values = newBytes();
  dictionary.starts = newBytes();
  dictionary.slotCount = MIN_SLOTS;
  dictionary.slots = zeroes(4 * MIN_SLOTS);
  dictionary.prefix = isText ? 4 : 0;
  return dictionary;
}

/** Forgets all values; the memory stays. */
export function clearDictionary(dictionary: Dictionary): void {
  dictionary.values.used = 0;
  dictionary.starts.used = 0;
  append32(dictionary.starts, 0);
  dictionary.count = 0;
  memory.fill(dictionary.slots, 0, 4 * dictionary.slotCount);
}

export function isFull(dictionary: Dictionary): bool {
  return dictionary.values.used > MAX_BYTES;
}

/** The number of a value, which is added where it is new. */
export function indexOf(dictionary: Dictionary, at: usize, length: usize): u32 {
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
  dictionary.slots = zeroes(4 * dictionary.slotCount);
  const mask = dictionary.slotCount - 1;
  for (let number: u32 = 0; number < dictionary.count; number++) {
    const starts = dictionary.starts.at + 4 * number;
    const start = load<u32>(starts) + dictionary.prefix;
    let slot = hashOf(dictionary.values.at + start, load<u32>(starts, 4) - start) & mask;
    while (load<u32>(dictionary.slots + 4 * slot) !== 0) slot = (slot + 1) & mask;
    store<u32>(dictionary.slots + 4 * slot, number + 1);
  }
}
