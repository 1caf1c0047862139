import { crc32 } from "node:zlib";
import {
  DATA_PAGE,
  DICTIONARY_PAGE,
  ENCODINGS,
  PAGE_HEADER,
  PAGE_TYPES,
  type PhysicalType,
} from "../format.js";
import { i32, struct, structBytes, type Value } from "../thrift.js";
import type { ArrowArray } from "./arrow.js";
import type { Compress } from "./compressors.js";
import { freeLeaf, newLeaf, pageResult, pages } from "./module.js";
import type { LeafColumn } from "./schema.js";
import { type Bounds, boundsOf, joinedBounds } from "./statistics.js";

/** A data page ends when its values have about this size. */
const PAGE_BYTES = 1024 * 1024;
/** The most rows of a data page, so that a reader who wants few rows need not read many. */
const PAGE_ROWS = 20_000;

/** Of a value in memory, without the bytes of a text; bits that say what is null are hardly worth counting. */
const ARROW_BYTES: Readonly<Record<PhysicalType, number>> = {
  BYTE_ARRAY: 4,
  INT32: 4,
  INT64: 8,
  DOUBLE: 8,
  BOOLEAN: 1 / 8,
};

/** What is known of a data page. */
export interface EncodedPage {
  /** In the file, with its header: `compressed_page_size` of its `PageLocation`. */
  readonly bytes: number;
  /** Counted from the first row of the row group. */
  readonly firstRowIndex: number;
  readonly nullCount: number;
  /** Whether nothing but nulls is in it. */
  readonly isNullPage: boolean;
  readonly bounds: Bounds | undefined;
}

/** A page as a file has it; its data have a buffer of their own. */
export type PageBytes = readonly [header: Uint8Array, data: Uint8Array<ArrayBuffer>];

/** What is known of a column chunk: where its pages lie is known by their sizes. */
export interface EncodedColumnChunk {
  readonly encodings: readonly number[];
  /** Values and nulls. */
  readonly numValues: number;
  readonly nullCount: number;
  readonly bounds: Bounds | undefined;
  readonly totalUncompressedSize: number;
  /** Bytes of the dictionary page, which is the first one; 0 where there is none. */
  readonly dictionaryPageBytes: number;
  readonly dataPages: readonly EncodedPage[];
}

/** Encodes the values of one leaf column in one row group. */
export class ColumnChunkEncoder {
  readonly #leaf: LeafColumn;
  /** Size of the values in memory as an Arrow array. */
  arrowBytes = 0;
  readonly #address: number;
  readonly #compress: Compress;
  readonly #written: PageBytes[] = [];
  readonly #dataPages: EncodedPage[] = [];
  readonly #encodings = new Set<number>();
  #numValues = 0;
  #nullCount = 0;
  #totalUncompressedSize = 0;
  /** The first row of the open page. */
  #firstRow = 0;

  constructor(leaf: LeafColumn, compress: Compress) {
    this.#leaf = leaf;
    this.#address = newLeaf(leaf);
    this.#compress = compress;
  }

  /** Adds the values of rows, whose column lies at `at`. */
  addColumn(column: ArrowArray, from: number, to: number, at: number): void {
    pages.addLevels(this.#address, from, to, validityAt(column, at));
    this.#addValues(column, from, to, at);
  }

  /** Adds the elements of rows of lists, or one member of them. */
  addLists(lists: ArrowArray, elements: ArrowArray, from: number, to: number, at: number): void {
    const offsets = at + lists.offsets;
    pages.addListLevels(this.#address, from, to, validityAt(lists, at), offsets, validityAt(elements, at));
    this.#addValues(elements, offsetAt(offsets, from), offsetAt(offsets, to), at);
  }

  #addValues(column: ArrowArray, from: number, to: number, at: number): void {
    const offsets = at + column.offsets;
    pages.addValues(this.#address, from, to, validityAt(column, at), offsets, at + column.values);
    const { physicalType } = this.#leaf;
    const texts = physicalType === "BYTE_ARRAY" ? offsetAt(offsets, to) - offsetAt(offsets, from) : 0;
    this.arrowBytes += texts + (to - from) * ARROW_BYTES[physicalType];
  }

  /** Ends the open page if it is large enough; `rows` is how many rows the row group has so far. */
  afterRows(rows: number): void {
    const isFull = pages.isDictionaryFull(this.#address) !== 0;
    if (isFull || rows - this.#firstRow >= PAGE_ROWS || pages.pageBytes(this.#address) >= PAGE_BYTES) {
      this.#endPage(rows);
      if (isFull) pages.fallBack(this.#address);
    }
  }

  /** Ends the column chunk; gives its pages and what is known of them. Nothing can be added after that. */
  end(rows: number): { chunk: EncodedColumnChunk; pages: readonly PageBytes[] } {
    if (rows > this.#firstRow) this.#endPage(rows);
    const dictionary = this.#encodings.has(ENCODINGS.RLE_DICTIONARY) ? this.#dictionaryPage() : undefined;
    const chunk = {
      // Levels are encoded, too.
      encodings: [ENCODINGS.RLE, ...this.#encodings],
      numValues: this.#numValues,
      nullCount: this.#nullCount,
      bounds: joinedBounds(
        this.#leaf.physicalType,
        this.#dataPages.filter(({ isNullPage }) => !isNullPage).map(({ bounds }) => bounds),
      ),
      totalUncompressedSize: this.#totalUncompressedSize,
      dictionaryPageBytes: dictionary ? sizeOf(dictionary) : 0,
      dataPages: this.#dataPages,
    };
    freeLeaf(this.#leaf, this.#address);
    return { chunk, pages: dictionary ? [dictionary, ...this.#written] : this.#written };
  }

  #endPage(rows: number): void {
    pages.endPage(this.#address);
    const page = pageResult();
    const header = struct(
      [DATA_PAGE.num_values, i32(page.levels)],
      [DATA_PAGE.encoding, i32(page.encoding)],
      [DATA_PAGE.definition_level_encoding, i32(ENCODINGS.RLE)],
      [DATA_PAGE.repetition_level_encoding, i32(ENCODINGS.RLE)],
    );
    const written = this.#write(PAGE_TYPES.data, page.data, [PAGE_HEADER.data_page_header, header]);
    this.#written.push(written);
    this.#dataPages.push({
      bytes: sizeOf(written),
      firstRowIndex: this.#firstRow,
      nullCount: page.nulls,
      isNullPage: page.nulls === page.levels,
      bounds: boundsOf(this.#leaf.physicalType, page),
    });
    this.#encodings.add(page.encoding);
    this.#numValues += page.levels;
    this.#nullCount += page.nulls;
    this.#firstRow = rows;
  }

  #dictionaryPage(): PageBytes {
    this.#encodings.add(ENCODINGS.PLAIN);
    pages.endDictionary(this.#address);
    const { data, levels } = pageResult();
    const header = struct(
      [DICTIONARY_PAGE.num_values, i32(levels)],
      [DICTIONARY_PAGE.encoding, i32(ENCODINGS.PLAIN)],
    );
    return this.#write(PAGE_TYPES.dictionary, data, [PAGE_HEADER.dictionary_page_header, header]);
  }

  /** A page's header, with the checksum of its data as they are compressed, and these. */
  #write(type: number, data: Uint8Array, header: readonly [field: number, value: Value]): PageBytes {
    const compressed = this.#compress(data);
    const head = structBytes(
      [PAGE_HEADER.type, i32(type)],
      [PAGE_HEADER.uncompressed_page_size, i32(data.length)],
      [PAGE_HEADER.compressed_page_size, i32(compressed.length)],
      // The field is signed.
      [PAGE_HEADER.crc, i32(crc32(compressed) | 0)],
      header,
    );
    this.#totalUncompressedSize += head.length + data.length;
    return [head, compressed];
  }
}

/** 0 where nothing is null. */
function validityAt({ nulls, validity }: ArrowArray, at: number): number {
  return nulls === 0 ? 0 : at + validity;
}

/** The offset of a row. */
function offsetAt(offsets: number, row: number): number {
  return new DataView(pages.memory.buffer).getInt32(offsets + 4 * row, true);
}

function sizeOf([header, data]: PageBytes): number {
  return header.length + data.length;
}
