import { crc32 } from "node:zlib";
import type { ColumnPlace } from "../../../record/decoder/index.js";
import {
  DATA_PAGE,
  DICTIONARY_PAGE,
  ENCODINGS,
  PAGE_HEADER,
  PAGE_TYPES,
  type PhysicalType,
} from "../format.js";
import type { Leaf } from "../layout.js";
import { fieldsOf, i32, struct, type Value, writeStruct } from "../thrift.js";
import { type Bounds, boundsOf, joined } from "./bounds.js";
import type { Compress } from "./compressors.js";
import { newLeaf, pageResult, pages } from "./module.js";

/** A page ends when its values have about so many bytes. */
const PAGE_BYTES = 1024 * 1024;
/** The most rows of a page, so that a reader who wants few rows need not read many. */
const PAGE_ROWS = 20_000;

/** Of a value in memory, without the bytes of a text; bits that say what is null are hardly worth counting. */
const ARROW_BYTES: Readonly<Record<PhysicalType, number>> = {
  BYTE_ARRAY: 4,
  INT32: 4,
  INT64: 8,
  DOUBLE: 8,
  BOOLEAN: 1 / 8,
};

/** What is known of a page of a column chunk. */
export interface EncodedPage {
  /** In the file, with its header. */
  readonly bytes: number;
  /** Counted from the first row of the row group. */
  readonly firstRow: number;
  readonly nulls: number;
  readonly isNull: boolean;
  readonly bounds: Bounds | undefined;
}

/** A page as it stands in a file. */
export type PageBytes = readonly [header: Uint8Array, data: Uint8Array];

/** What is known of a column chunk: where its pages lie is known by their sizes. */
export interface EncodedChunk {
  readonly encodings: readonly number[];
  /** Values and nulls. */
  readonly levels: number;
  readonly nulls: number;
  readonly bounds: Bounds | undefined;
  readonly uncompressedBytes: number;
  /** Bytes of the dictionary's page, which is the first one; 0 where there is none. */
  readonly dictionaryBytes: number;
  readonly pages: readonly EncodedPage[];
}

/** Encodes the values of one leaf in one row group. */
export class ChunkEncoder {
  readonly leaf: Leaf;
  /** Size of the values in memory as an Arrow array. */
  arrowBytes = 0;
  readonly #address: number;
  readonly #compress: Compress;
  readonly #written: PageBytes[] = [];
  readonly #pages: EncodedPage[] = [];
  readonly #encodings = new Set<number>();
  #levels = 0;
  #nulls = 0;
  #uncompressedBytes = 0;
  /** The first row of the open page. */
  #firstRow = 0;

  constructor(leaf: Leaf, compress: Compress) {
    this.leaf = leaf;
    this.#address = newLeaf(leaf);
    this.#compress = compress;
  }

  /** Adds the values of rows, whose column lies at `at`. */
  addColumn(column: ColumnPlace, from: number, to: number, at: number): void {
    pages.addLevels(this.#address, from, to, validityAt(column, at));
    this.#addValues(column, from, to, at);
  }

  /** Adds the elements of rows of lists, or one member of them. */
  addLists(lists: ColumnPlace, elements: ColumnPlace, from: number, to: number, at: number): void {
    const offsets = at + lists.offsets;
    pages.addListLevels(this.#address, from, to, validityAt(lists, at), offsets, validityAt(elements, at));
    this.#addValues(elements, offsetAt(offsets, from), offsetAt(offsets, to), at);
  }

  #addValues(column: ColumnPlace, from: number, to: number, at: number): void {
    const offsets = at + column.offsets;
    pages.addValues(this.#address, from, to, validityAt(column, at), offsets, at + column.values);
    const texts = this.leaf.type === "BYTE_ARRAY" ? offsetAt(offsets, to) - offsetAt(offsets, from) : 0;
    this.arrowBytes += texts + (to - from) * ARROW_BYTES[this.leaf.type];
  }

  /** Ends the open page if it is large enough; `rows` is how many rows the row group has so far. */
  afterRows(rows: number): void {
    const isFull = pages.isDictionaryFull(this.#address) !== 0;
    if (isFull || rows - this.#firstRow >= PAGE_ROWS || pages.pageBytes(this.#address) >= PAGE_BYTES) {
      this.#endPage(rows);
      if (isFull) pages.leaveDictionary(this.#address);
    }
  }

  /** Ends the chunk; gives its pages and what is known of them. Nothing can be added after that. */
  end(rows: number): { chunk: EncodedChunk; written: readonly PageBytes[] } {
    if (rows > this.#firstRow) this.#endPage(rows);
    const dictionary = this.#encodings.has(ENCODINGS.RLE_DICTIONARY) ? this.#dictionaryPage() : undefined;
    const chunk = {
      // Levels are encoded, too.
      encodings: [ENCODINGS.RLE, ...this.#encodings],
      levels: this.#levels,
      nulls: this.#nulls,
      bounds: joined(
        this.leaf.type,
        this.#pages.filter(({ isNull }) => !isNull).map(({ bounds }) => bounds),
      ),
      uncompressedBytes: this.#uncompressedBytes,
      dictionaryBytes: dictionary ? sizeOf(dictionary) : 0,
      pages: this.#pages,
    };
    pages.freeLeaf(this.#address);
    return { chunk, written: dictionary ? [dictionary, ...this.#written] : this.#written };
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
    this.#pages.push({
      bytes: sizeOf(written),
      firstRow: this.#firstRow,
      nulls: page.nulls,
      isNull: page.nulls === page.levels,
      bounds: boundsOf(this.leaf.type, page),
    });
    this.#encodings.add(page.encoding);
    this.#levels += page.levels;
    this.#nulls += page.nulls;
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
    const head = writeStruct(
      fieldsOf(
        [PAGE_HEADER.type, i32(type)],
        [PAGE_HEADER.uncompressed_page_size, i32(data.length)],
        [PAGE_HEADER.compressed_page_size, i32(compressed.length)],
        // The field is signed.
        [PAGE_HEADER.crc, i32(crc32(compressed) | 0)],
        header,
      ),
    );
    this.#uncompressedBytes += head.length + data.length;
    return [head, compressed];
  }
}

/** 0 where nothing is null. */
function validityAt({ nulls, validity }: ColumnPlace, at: number): number {
  return nulls === 0 ? 0 : at + validity;
}

/** The number of 32 bits that stands in a row. */
function offsetAt(offsets: number, row: number): number {
  return new DataView(pages.memory.buffer).getInt32(offsets + 4 * row, true);
}

function sizeOf([header, data]: PageBytes): number {
  return header.length + data.length;
}
