/**
 * Gathers the values of column chunks and makes the data of their pages, uncompressed. One `Leaf` is one column of
 * values: a column of the schema, or a member of its elements. `../module.ts` is the host.
 */

import { append, append32, append8, Bytes, newBytes, room } from "../../../../base/wasm/assembly/bytes";
import { PageField, ValueEncoding, ValueType } from "../shared";
import { endPacking, pack, widthOf } from "./bits";
import { appendDelta } from "./delta";
import { Dictionary, isFull, indexOf } from "./dictionary";
import { appendHybrid } from "./hybrid";
import { clear, Leaf } from "./leaf";
import { include } from "./range";

export { input } from "../../../../base/wasm/assembly/memory";
export { newLeaf, resetLeaf } from "./leaf";

/** Whether a row has a value; without validity, all have one. */
// @ts-expect-error: decorator
@inline
function isThere(validity: usize, row: u32): bool {
  return validity === 0 || ((load<u8>(validity + (row >> 3)) >> <u8>(row & 7)) & 1) !== 0;
}

/** Adds the levels of the rows from one to before another, which have one value each, or none. */
export function addLevels(leaf: Leaf, from: u32, to: u32, validity: usize): void {
  leaf.levels += to - from;
  if (leaf.maxDefinitionLevel === 0) return;
  const at = room(leaf.definitionLevels, to - from);
  leaf.definitionLevels.used += to - from;
  if (validity === 0) {
    memory.fill(at, 1, to - from);
    return;
  }
  for (let row = from; row < to; row++) {
    const defined = <u32>isThere(validity, row);
    leaf.nulls += 1 - defined;
    store<u8>(at + row - from, <u8>defined);
  }
}

/**
 * Adds the levels of rows that have lists: `validity` and `offsets` are those of the lists, `elements` is the validity
 * of their elements, 0 where none of them is null. Lists may be null.
 */
export function addListLevels(
  leaf: Leaf,
  from: u32,
  to: u32,
  validity: usize,
  offsets: usize,
  elements: usize,
): void {
  for (let row = from; row < to; row++) {
    const first = load<u32>(offsets + 4 * row);
    const end = load<u32>(offsets + 4 * row, 4);
    if (!isThere(validity, row)) addLevel(leaf, 0, 0);
    else if (first === end) addLevel(leaf, 1, 0);
    else {
      for (let element = first; element < end; element++) {
        addLevel(leaf, leaf.maxDefinitionLevel - <u32>!isThere(elements, element), <u32>(element > first));
      }
    }
  }
}

function addLevel(leaf: Leaf, defined: u32, repeated: u32): void {
  append8(leaf.definitionLevels, <u8>defined);
  append8(leaf.repetitionLevels, <u8>repeated);
  leaf.levels++;
  if (defined < leaf.maxDefinitionLevel) leaf.nulls++;
}

/** Adds the values of rows as Arrow has them: texts with their offsets, times and numbers, booleans in bits. */
export function addValues(
  leaf: Leaf,
  from: u32,
  to: u32,
  validity: usize,
  offsets: usize,
  values: usize,
): void {
  switch (leaf.kind) {
    case ValueType.BYTE_ARRAY:
      addTexts(leaf, from, to, validity, offsets, values);
      break;
    case ValueType.INT32:
      addNumbers<i32>(leaf, from, to, validity, values);
      break;
    case ValueType.INT64:
      addNumbers<i64>(leaf, from, to, validity, values);
      break;
    case ValueType.DOUBLE:
      addNumbers<f64>(leaf, from, to, validity, values);
      break;
    default:
      addBooleans(leaf, from, to, validity, values);
  }
}

function addNumbers<T>(leaf: Leaf, from: u32, to: u32, validity: usize, values: usize): void {
  const width = sizeof<T>();
  const dictionary = changetype<Dictionary>(leaf.dictionary);
  const hasDictionary = leaf.encoding === ValueEncoding.RLE_DICTIONARY;
  for (let row = from; row < to; row++) {
    if (!isThere(validity, row)) continue;
    const at = values + <usize>row * width;
    const number = <f64>load<T>(at);
    if (number < leaf.minNumber) leaf.minNumber = number;
    if (number > leaf.maxNumber) leaf.maxNumber = number;
    leaf.count++;
    if (hasDictionary) append32(leaf.values, indexOf(dictionary, at, width));
    else append(leaf.values, at, width);
  }
}

function addBooleans(leaf: Leaf, from: u32, to: u32, validity: usize, values: usize): void {
  for (let row = from; row < to; row++) {
    if (!isThere(validity, row)) continue;
    const value = <u8>isThere(values, row);
    if (value < leaf.minNumber) leaf.minNumber = value;
    if (value > leaf.maxNumber) leaf.maxNumber = value;
    leaf.count++;
    append8(leaf.values, value);
  }
}

function addTexts(leaf: Leaf, from: u32, to: u32, validity: usize, offsets: usize, values: usize): void {
  const dictionary = changetype<Dictionary>(leaf.dictionary);
  for (let row = from; row < to; row++) {
    if (!isThere(validity, row)) continue;
    const start = load<u32>(offsets + 4 * row);
    const length: usize = load<u32>(offsets + 4 * row, 4) - start;
    const at = values + start;
    include(leaf.range, at, length);
    leaf.count++;
    switch (leaf.encoding) {
      case ValueEncoding.RLE_DICTIONARY:
        append32(leaf.values, indexOf(dictionary, at, length));
        break;
      case ValueEncoding.DELTA_BYTE_ARRAY:
        addSuffix(leaf, at, length);
        break;
      case ValueEncoding.DELTA_LENGTH_BYTE_ARRAY:
        append32(leaf.lengths, <u32>length);
        append(leaf.values, at, length);
        break;
      default:
        append32(leaf.values, <u32>length);
        append(leaf.values, at, length);
    }
  }
}

/** Adds what a text does not share with the start of the one before. */
function addSuffix(leaf: Leaf, at: usize, length: usize): void {
  const before = leaf.before;
  const longest = min<usize>(length, before.used);
  let shared: usize = 0;
  while (shared + 8 <= longest && load<u64>(before.at + shared) === load<u64>(at + shared)) shared += 8;
  while (shared < longest && load<u8>(before.at + shared) === load<u8>(at + shared)) shared++;
  append32(leaf.prefixes, <u32>shared);
  append32(leaf.lengths, <u32>(length - shared));
  append(leaf.values, at + shared, length - shared);
  before.used = 0;
  append(before, at, length);
}

/** Whether the dictionary is so large that pages from the next one on should do without. */
export function isDictionaryFull(leaf: Leaf): bool {
  return leaf.encoding === ValueEncoding.RLE_DICTIONARY && isFull(changetype<Dictionary>(leaf.dictionary));
}

/** Pages from the next one on have no dictionary. To be called when no page is open. */
export function fallBack(leaf: Leaf): void {
  leaf.encoding = leaf.fallbackEncoding;
}

/** About how many bytes the open page has. */
export function pageBytes(leaf: Leaf): usize {
  return leaf.values.used + leaf.lengths.used + leaf.prefixes.used;
}

const result: usize = memory.data(64, 8);
const page: Bytes = newBytes();

/** What is known of the page that was ended last lies here, as `PageField` says. */
export function pageResult(): usize {
  return result;
}

// @ts-expect-error: decorator
@inline
function setField<T>(field: i32, value: T): void {
  store<T>(result + 4 * field, value);
}

/** Makes the data of the open page, and opens the next one. The result stays until values are added again. */
export function endPage(leaf: Leaf): void {
  page.used = 0;
  if (leaf.maxRepetitionLevel > 0) appendLevels(leaf.repetitionLevels, leaf.levels, leaf.maxRepetitionLevel);
  if (leaf.maxDefinitionLevel > 0) appendLevels(leaf.definitionLevels, leaf.levels, leaf.maxDefinitionLevel);
  appendValues(leaf);
  const range = leaf.range;
  setField(PageField.data, page.at);
  setField(PageField.bytes, page.used);
  setField(PageField.levels, leaf.levels);
  setField(PageField.nulls, leaf.nulls);
  setField(PageField.encoding, leaf.encoding);
  setField(PageField.min, range.min.at);
  setField(PageField.minLength, range.min.used);
  setField(PageField.isMinExact, <u32>range.isMinExact);
  setField(PageField.max, range.max.at);
  setField(PageField.maxLength, range.max.used);
  setField(PageField.isMaxExact, <u32>range.isMaxExact);
  setField(PageField.minNumber, leaf.minNumber);
  setField(PageField.maxNumber, leaf.maxNumber);
  clear(leaf);
}

/** Levels follow their length in bytes. */
function appendLevels(levels: Bytes, count: u32, maxLevel: u32): void {
  const start: usize = page.used;
  append32(page, 0);
  appendHybrid<u8>(page, levels.at, count, widthOf(maxLevel));
  store<u32>(page.at + start, <u32>(page.used - start - 4));
}

function appendValues(leaf: Leaf): void {
  const values = leaf.values;
  const count = leaf.count;
  if (leaf.encoding === ValueEncoding.RLE_DICTIONARY) {
    const width = max<u32>(1, widthOf(changetype<Dictionary>(leaf.dictionary).count - 1));
    append8(page, <u8>width);
    appendHybrid<u32>(page, values.at, count, width);
  } else if (leaf.encoding === ValueEncoding.DELTA_BINARY_PACKED) {
    if (leaf.kind === ValueType.INT32) appendDelta<i32>(page, values.at, count);
    else appendDelta<i64>(page, values.at, count);
  } else if (leaf.kind === ValueType.BOOLEAN) {
    room(page, count / 8 + 8);
    for (let i: u32 = 0; i < count; i++) pack(page, load<u8>(values.at + i), 1);
    endPacking(page);
  } else {
    if (leaf.encoding === ValueEncoding.DELTA_BYTE_ARRAY) appendDelta<i32>(page, leaf.prefixes.at, count);
    if (leaf.encoding !== ValueEncoding.PLAIN) appendDelta<i32>(page, leaf.lengths.at, count);
    append(page, values.at, values.used);
  }
}

/** Makes the data of the dictionary's page, which has `levels` values. */
export function endDictionary(leaf: Leaf): void {
  const dictionary = changetype<Dictionary>(leaf.dictionary);
  page.used = 0;
  append(page, dictionary.values.at, dictionary.values.used);
  setField(PageField.data, page.at);
  setField(PageField.bytes, page.used);
  setField(PageField.levels, dictionary.count);
}
