import { crc32 } from "node:zlib";
import { freeBuffer } from "../free-buffer.js";
import type { ArrowArray, ArrowBatch } from "./arrow.js";
import { ColumnChunkEncoder, type EncodedColumnChunk, type PageBytes } from "./column-chunk.js";
import type { Compress } from "./compressors.js";
import { bytesAt, pages } from "./module.js";
import { leafColumnsOf, type SchemaNode } from "./schema.js";

/** Data pages may end after every 1024 rows of a row group: wherever batches end, pages end at the same rows. */
const STEP = 1024;

/** A row group as a file has it: its column chunks, one after the other. */
export interface EncodedRowGroup {
  readonly rows: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly columnChunks: readonly EncodedColumnChunk[];
  /** CRC-32 of the headers of all pages, one after the other. */
  readonly headersChecksum: number;
  /** Size of the rows in memory as Arrow arrays. */
  readonly arrowBytes: number;
}

/** A row group that is being encoded. */
export class RowGroupEncoder {
  readonly #columns: readonly (readonly [node: SchemaNode, chunks: readonly ColumnChunkEncoder[]])[];
  readonly #chunks: readonly ColumnChunkEncoder[];
  #rows = 0;

  constructor(schema: readonly SchemaNode[], compress: Compress) {
    for (const { name, repetition, logicalType, children } of schema)
      if (children && !(logicalType === "LIST" && repetition === "optional"))
        throw new TypeError(`the column ${name} is neither of values nor of lists that may be null`);
    this.#columns = schema.map((node) => [
      node,
      leafColumnsOf(node).map((leaf) => new ColumnChunkEncoder(leaf, compress)),
    ]);
    this.#chunks = this.#columns.flatMap(([, chunks]) => chunks);
  }

  /** Adds the rows from one of a batch to before another; its columns are those of the schema. */
  add({ body, columns }: ArrowBatch, from: number, to: number): void {
    const at = pages.input(body.length);
    bytesAt(at, body.length).set(body);
    for (let row = from; row < to; ) {
      const end = Math.min(to, row + STEP - (this.#rows % STEP));
      for (const [i, [node, chunks]] of this.#columns.entries()) {
        const array = columns[i] as ArrowArray;
        if (node.children) addLists(chunks, array, row, end, at);
        else (chunks[0] as ColumnChunkEncoder).addColumn(array, row, end, at);
      }
      this.#rows += end - row;
      row = end;
      if (this.#rows % STEP === 0) for (const chunk of this.#chunks) chunk.afterRows(this.#rows);
    }
  }

  /** Ends the row group. Nothing can be added after that. */
  end(): EncodedRowGroup {
    const ended = this.#chunks.map((chunk) => chunk.end(this.#rows));
    const pages = ended.flatMap(({ pages }) => pages);
    // Lists have offsets of their own.
    const lists = this.#columns.filter(([node]) => node.children).length;
    const arrowBytes = this.#chunks.reduce((sum, chunk) => sum + chunk.arrowBytes, 4 * lists * this.#rows);
    return {
      rows: this.#rows,
      headersChecksum: pages.reduce((checksum, [header]) => crc32(header, checksum), 0),
      bytes: joinedBytes(pages),
      columnChunks: ended.map(({ chunk }) => chunk),
      arrowBytes: Math.ceil(arrowBytes),
    };
  }
}

/** A column of lists, whose elements are values, or structs with a leaf column for each member. */
function addLists(
  chunks: readonly ColumnChunkEncoder[],
  lists: ArrowArray,
  from: number,
  to: number,
  at: number,
): void {
  const [element] = lists.children as [ArrowArray];
  const members = element.children.length > 0 ? element.children : [element];
  for (const [i, chunk] of chunks.entries()) chunk.addLists(lists, members[i] as ArrowArray, from, to, at);
}

/** Pages one after the other; what they had is freed. */
function joinedBytes(pages: readonly PageBytes[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pages.reduce((sum, [header, data]) => sum + header.length + data.length, 0));
  let at = 0;
  for (const [header, data] of pages) {
    bytes.set(header, at);
    bytes.set(data, at + header.length);
    at += header.length + data.length;
    freeBuffer(data.buffer);
  }
  return bytes;
}
