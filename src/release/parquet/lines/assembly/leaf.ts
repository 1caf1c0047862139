import { Bytes, freeBytes, newBytes, room } from "../../../../base/wasm/assembly/bytes";
import { zeroes } from "../../../../base/wasm/assembly/memory";
import { Problem, Values } from "../shared";
import { fail, nextPage, nextValues } from "./host";
import { Hybrid, newHybrid, nextOf, openBits, openHybrid } from "./hybrid";
import { freeTable, newTable, Table } from "./table";

/** A column of values: its entries, each a value or a null, in order, as `../../column-reader.ts` takes them. */
@unmanaged
export class Leaf {
  /** Of the host. */
  number: i32;
  maxDefinitionLevel: u32;
  maxRepetitionLevel: u32;
  /** Entries left in the page. */
  left: u32;
  /** Levels of the entry that is next to be taken; both are 0 after the last one. */
  repetitionLevel: u32;
  definitionLevel: u32;
  isDone: bool;
  repetitions: Hybrid;
  definitions: Hybrid;
  indexes: Hybrid;
  kind: Values;
  /** The levels and indexes of the page. */
  page: Bytes;
  /** The dictionary, or values of the page. */
  dictionary: Table;
  values: Table;
  /** Of the next one among the values. */
  index: u32;
}

export function newLeaf(number: i32, maxDefinitionLevel: u32, maxRepetitionLevel: u32): Leaf {
  const leaf = changetype<Leaf>(zeroes(offsetof<Leaf>()));
  leaf.number = number;
  leaf.maxDefinitionLevel = maxDefinitionLevel;
  leaf.maxRepetitionLevel = maxRepetitionLevel;
  leaf.repetitions = newHybrid();
  leaf.definitions = newHybrid();
  leaf.indexes = newHybrid();
  leaf.page = newBytes();
  leaf.dictionary = newTable();
  leaf.values = newTable();
  return leaf;
}

export function freeLeaf(leaf: Leaf): void {
  heap.free(changetype<usize>(leaf.repetitions));
  heap.free(changetype<usize>(leaf.definitions));
  heap.free(changetype<usize>(leaf.indexes));
  freeBytes(leaf.page);
  freeTable(leaf.dictionary);
  freeTable(leaf.values);
  heap.free(changetype<usize>(leaf));
}

/** Where the host puts the levels and indexes of a page. */
export function pageRoom(leaf: Leaf, bytes: usize): usize {
  leaf.page.used = 0;
  return room(leaf.page, bytes);
}

/** Opens a page: its repetition levels lie first, then its definition levels, then indexes, as many bytes as are said. */
export function openPage(
  leaf: Leaf,
  entries: u32,
  repetitionBytes: usize,
  definitionBytes: usize,
  indexBytes: usize,
  kind: Values,
): void {
  const definitions = leaf.page.at + repetitionBytes;
  const indexes = definitions + definitionBytes;
  leaf.left = entries;
  openHybrid(leaf.repetitions, leaf.page.at, definitions, widthOf(leaf.maxRepetitionLevel));
  openHybrid(leaf.definitions, definitions, indexes, widthOf(leaf.maxDefinitionLevel));
  leaf.kind = kind;
  leaf.index = 0;
  leaf.values.count = 0;
  if (kind === Values.direct) return;
  // Where all are null, there may be no byte that says how many bits an index has.
  const width: u32 = indexBytes === 0 ? 1 : load<u8>(indexes);
  if (width > 32) fail(Problem.notInDictionary);
  openHybrid(leaf.indexes, indexes + min<usize>(1, indexBytes), indexes + indexBytes, width);
}

/** Opens the booleans of a page that is open, which are indexes without a byte before them. */
export function openBooleans(leaf: Leaf, repetitionBytes: usize, definitionBytes: usize, bytes: usize, hasRuns: bool): void {
  const start = leaf.page.at + repetitionBytes + definitionBytes;
  leaf.kind = Values.indexed;
  if (hasRuns) openHybrid(leaf.indexes, start, start + bytes, 1);
  else openBits(leaf.indexes, start, start + bytes);
}

function widthOf(max: u32): u32 {
  return 32 - clz<u32>(max);
}

/** Goes to the next entry. */
// @ts-expect-error: decorator
@inline
export function advance(leaf: Leaf): void {
  while (leaf.left === 0) {
    if (nextPage(leaf.number)) continue;
    leaf.isDone = true;
    leaf.repetitionLevel = 0;
    leaf.definitionLevel = 0;
    return;
  }
  leaf.left--;
  if (leaf.maxRepetitionLevel !== 0) {
    leaf.repetitionLevel = nextOf(leaf.repetitions);
    if (leaf.repetitionLevel > leaf.maxRepetitionLevel) fail(Problem.tooHighLevel);
  }
  if (leaf.maxDefinitionLevel !== 0) {
    leaf.definitionLevel = nextOf(leaf.definitions);
    if (leaf.definitionLevel > leaf.maxDefinitionLevel) fail(Problem.tooHighLevel);
  }
}

/** The table with the next value, and its index there in `valueIndex`. */
// @ts-expect-error: decorator
@inline
export function nextValue(leaf: Leaf): Table {
  if (leaf.kind === Values.indexed) {
    valueIndex = nextOf(leaf.indexes);
    if (valueIndex >= leaf.dictionary.count) fail(Problem.notInDictionary);
    return leaf.dictionary;
  }
  if (leaf.index === leaf.values.count) {
    nextValues(leaf.number);
    leaf.index = 0;
    if (leaf.values.count === 0) fail(Problem.tooFewValues);
  }
  valueIndex = leaf.index++;
  return leaf.values;
}

export let valueIndex: u32 = 0;
