import { Bytes, newBytes } from "../../../../base/wasm/assembly/bytes";
import { ValueEncoding, ValueType } from "../shared";
import { clearDictionary, Dictionary, newDictionary } from "./dictionary";
import { clearRange, newRange, Range } from "./range";

/** A column of values. */
@unmanaged
export class Leaf {
  kind: i32;
  /** The encoding of the page that is open. */
  encoding: i32;
  /** The encoding of pages without a dictionary. */
  fallbackEncoding: i32;
  maxDefinitionLevel: u32;
  maxRepetitionLevel: u32;
  /** Of the open page: how many levels it has (values and nulls), nulls among them, and values. */
  levels: u32;
  nulls: u32;
  count: u32;
  /** The minimum and the maximum of the texts in the open page. */
  range: Range;
  dictionary: usize;
  /** The first of its buffers. Levels have a byte each: they are below 4. */
  definitionLevels: Bytes;
  repetitionLevels: Bytes;
  /** Numbers and plain texts as pages have them; other texts one after the other; indexes into the dictionary. */
  values: Bytes;
  /** Lengths of texts, and how many bytes each shares with the one before. */
  lengths: Bytes;
  prefixes: Bytes;
  /** The text before, where prefixes are looked for. */
  before: Bytes;
  /** The minimum and the maximum of its numbers. */
  minNumber: f64;
  maxNumber: f64;
}

/** From `definitionLevels` to `before`. */
const BUFFERS: i32 = 6;

function bufferAt(leaf: Leaf, buffer: i32): usize {
  return changetype<usize>(leaf) + offsetof<Leaf>("definitionLevels") + <usize>buffer * sizeof<usize>();
}

export function newLeaf(
  kind: i32,
  encoding: i32,
  hasDictionary: bool,
  maxDefinitionLevel: u32,
  maxRepetitionLevel: u32,
): Leaf {
  const leaf = changetype<Leaf>(heap.alloc(offsetof<Leaf>()));
  leaf.kind = kind;
  leaf.fallbackEncoding = encoding;
  leaf.maxDefinitionLevel = maxDefinitionLevel;
  leaf.maxRepetitionLevel = maxRepetitionLevel;
  leaf.range = newRange();
  leaf.dictionary = hasDictionary ? changetype<usize>(newDictionary(kind === ValueType.BYTE_ARRAY)) : 0;
  for (let i = 0; i < BUFFERS; i++) store<Bytes>(bufferAt(leaf, i), newBytes());
  resetLeaf(leaf);
  return leaf;
}

/** Makes a leaf a new one: its memory stays, for as many values again. */
export function resetLeaf(leaf: Leaf): void {
  const hasDictionary = leaf.dictionary !== 0;
  leaf.encoding = hasDictionary ? ValueEncoding.RLE_DICTIONARY : leaf.fallbackEncoding;
  if (hasDictionary) clearDictionary(changetype<Dictionary>(leaf.dictionary));
  clear(leaf);
}

/** Forgets what is in the open page. */
export function clear(leaf: Leaf): void {
  leaf.levels = 0;
  leaf.nulls = 0;
  leaf.count = 0;
  for (let i = 0; i < BUFFERS; i++) load<Bytes>(bufferAt(leaf, i)).used = 0;
  leaf.minNumber = Infinity;
  leaf.maxNumber = -Infinity;
  clearRange(leaf.range);
}
