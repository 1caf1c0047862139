/** Writes rows of Parquet as lines of JSON. `../module.ts` is the host. */
import { room } from "../../../../base/wasm/assembly/bytes";
import { Integer } from "../shared";
import { advance, Leaf } from "./leaf";
import { addIntegers, addTimestamps } from "./numbers";
import { endValue, clear, Table } from "./table";
import { addJson, addTexts } from "./texts";

export { input } from "../../../../base/wasm/assembly/memory";
export { freeLeaf, newLeaf, openBooleans, openPage, pageRoom } from "./leaf";
export {
  addBelow,
  addLeaf,
  freeNode,
  jsonRoom,
  keepRoom,
  keyRoom,
  linesAt,
  linesBytes,
  newNode,
  writeRows,
  wroteJson,
} from "./rows";

// @ts-expect-error: decorator
@inline
function tableOf(leaf: Leaf, isDictionary: bool): Table {
  return isDictionary ? leaf.dictionary : leaf.values;
}

/** Goes to the first entry. */
export function start(leaf: Leaf): void {
  advance(leaf);
}

export function isDone(leaf: Leaf): bool {
  return leaf.isDone;
}

export function setTexts(leaf: Leaf, isDictionary: bool, at: usize, starts: usize, count: u32, gap: u32): bool {
  return addTexts(tableOf(leaf, isDictionary), at, starts, count, gap);
}

export function setJson(leaf: Leaf, isDictionary: bool, at: usize, starts: usize, count: u32, gap: u32): bool {
  return addJson(tableOf(leaf, isDictionary), at, starts, count, gap);
}

export function setIntegers(leaf: Leaf, isDictionary: bool, at: usize, count: u32, kind: Integer): void {
  addIntegers(tableOf(leaf, isDictionary), at, count, kind);
}

export function setTimestamps(
  leaf: Leaf,
  isDictionary: bool,
  at: usize,
  count: u32,
  unitsPerSecond: i32,
  isUtc: bool,
): bool {
  return addTimestamps(tableOf(leaf, isDictionary), at, count, unitsPerSecond, isUtc);
}

/** The JSON that the host has made of values, which lie without a gap; `ends` has where each one ends. */
export function setMade(leaf: Leaf, isDictionary: bool, at: usize, ends: usize, count: u32): void {
  const table = tableOf(leaf, isDictionary);
  clear(table);
  const bytes: usize = count === 0 ? 0 : load<u32>(ends + 4 * (count - 1));
  memory.copy(room(table.json, bytes), at, bytes);
  for (let i: u32 = 0; i < count; i++) {
    table.json.used = load<u32>(ends + 4 * i);
    endValue(table);
  }
}
