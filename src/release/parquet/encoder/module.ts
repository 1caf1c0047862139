import { readFileSync } from "node:fs";
import { ENCODINGS, type PhysicalType } from "../format.js";
import type { LeafColumn } from "./schema.js";

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
  freeLeaf(leaf: number): void;
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
  leaveDictionary(leaf: number): void;
  pageResult(): number;
  endPage(leaf: number): void;
  endDictionary(leaf: number): void;
}

/** Numbers of the types of values there. */
const KINDS: Readonly<Record<PhysicalType, number>> = {
  BYTE_ARRAY: 0,
  INT32: 1,
  DOUBLE: 2,
  BOOLEAN: 3,
  INT64: 4,
};

const { exports } = new WebAssembly.Instance(
  new WebAssembly.Module(readFileSync(new URL("./pages.wasm", import.meta.url))),
  {
    env: {
      abort: () => {
        throw new Error("the encoder of pages is out of memory");
      },
    },
  },
);

/** One a thread. */
export const pages = exports as PagesModule;

/** The address of a new leaf. */
export function newLeaf(leaf: LeafColumn): number {
  const { physicalType, encoding, hasDictionary, maxDefinitionLevel, maxRepetitionLevel } = leaf;
  return pages.newLeaf(
    KINDS[physicalType],
    ENCODINGS[encoding],
    Number(hasDictionary),
    maxDefinitionLevel,
    maxRepetitionLevel,
  );
}

/** Bytes in the module's memory. They move when it grows: take them anew after every call. */
export function bytesAt(at: number, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(pages.memory.buffer, at, length);
}

/** What is known of the page that was ended last. Its bytes stay where they are until values are added again. */
export interface PageResult {
  readonly data: Uint8Array;
  /** Values and nulls; of a dictionary, its values. */
  readonly levels: number;
  readonly nulls: number;
  readonly encoding: number;
  /** The smallest and the largest text as far as they are kept, and whether they go on behind that. */
  readonly leastText: Uint8Array;
  readonly leastGoesOn: boolean;
  readonly mostText: Uint8Array;
  readonly mostGoesOn: boolean;
  readonly leastNumber: number;
  readonly mostNumber: number;
}

/** Reads the fields in the order of the class `Page` there. */
export function pageResult(): PageResult {
  const at = pages.pageResult();
  const view = new DataView(pages.memory.buffer, at);
  const field = (number: number) => view.getUint32(4 * number, true);
  return {
    data: bytesAt(field(0), field(1)),
    levels: field(2),
    nulls: field(3),
    encoding: field(4),
    leastText: bytesAt(field(5), field(6)),
    leastGoesOn: field(7) !== 0,
    mostText: bytesAt(field(8), field(9)),
    mostGoesOn: field(10) !== 0,
    leastNumber: view.getFloat64(48, true),
    mostNumber: view.getFloat64(56, true),
  };
}
