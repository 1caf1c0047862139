import { builtFile } from "../../../base/own-files.js";
import { moduleAt } from "../../../base/wasm/index.js";
import { ENCODINGS } from "../format.js";
import type { LeafColumn } from "./schema.js";
import { PageField, ValueType } from "./shared.js";

/** What the module offers; see assembly/index.ts. Numbers named `leaf` and those of Arrow buffers are addresses. */
export interface PagesModule {
  readonly memory: WebAssembly.Memory;
  newLeaf(
    kind: number,
    encoding: number,
    hasDictionary: number,
    maxDefinitionLevel: number,
    maxRepetitionLevel: number,
  ): number;
  resetLeaf(leaf: number): void;
  input(bytes: number): number;
  addLevels(leaf: number, from: number, to: number, validity: number): void;
  addListLevels(
    leaf: number,
    from: number,
    to: number,
    validity: number,
    offsets: number,
    elements: number,
  ): void;
  addValues(leaf: number, from: number, to: number, validity: number, offsets: number, values: number): void;
  pageBytes(leaf: number): number;
  isDictionaryFull(leaf: number): number;
  fallBack(leaf: number): void;
  pageResult(): number;
  endPage(leaf: number): void;
  endDictionary(leaf: number): void;
}

/** One a thread. */
export const pages = moduleAt<PagesModule>(
  builtFile("release/parquet/encoder/pages.wasm"),
  "the encoder of pages",
)();

/**
 * Leaves that are done with, by their columns. Those of the next row group take them over: as their memory is large, and
 * different for each column, freeing it left holes: eight subsets took half as much again.
 */
const idle = new Map<string, number[]>();

/** The address of a new leaf. */
export function newLeaf(leaf: LeafColumn): number {
  const { physicalType, encoding, hasDictionary, maxDefinitionLevel, maxRepetitionLevel } = leaf;
  const known = idle.get(JSON.stringify(leaf))?.pop();
  if (known !== undefined) return known;
  return pages.newLeaf(
    ValueType[physicalType],
    ENCODINGS[encoding],
    Number(hasDictionary),
    maxDefinitionLevel,
    maxRepetitionLevel,
  );
}

/** Takes back a leaf, with its column. */
export function freeLeaf(leaf: LeafColumn, address: number): void {
  pages.resetLeaf(address);
  const key = JSON.stringify(leaf);
  const others = idle.get(key);
  if (others) others.push(address);
  else idle.set(key, [address]);
}

/** Bytes in the module's memory. They move when it grows: ask for them again after every call. */
export function bytesAt(at: number, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(pages.memory.buffer, at, length);
}

export type PageResult = ReturnType<typeof pageResult>;

/** What is known of the page that was ended last (`PageField`). Its bytes stay where they are until values are added again. */
export function pageResult() {
  const view = new DataView(pages.memory.buffer, pages.pageResult());
  const field = (number: PageField) => view.getUint32(4 * number, true);
  const number = (number: PageField) => view.getFloat64(4 * number, true);
  return {
    data: bytesAt(field(PageField.data), field(PageField.bytes)),
    /** Values and nulls; of a dictionary, its values. */
    levels: field(PageField.levels),
    nulls: field(PageField.nulls),
    encoding: field(PageField.encoding),
    minText: bytesAt(field(PageField.min), field(PageField.minLength)),
    isMinExact: field(PageField.isMinExact) !== 0,
    maxText: bytesAt(field(PageField.max), field(PageField.maxLength)),
    isMaxExact: field(PageField.isMaxExact) !== 0,
    minNumber: number(PageField.minNumber),
    maxNumber: number(PageField.maxNumber),
  };
}
