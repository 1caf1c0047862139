import { crc32 } from "node:zlib";
import { type ColumnPlace, placesIn, type RowsData } from "../../../record/decoder/index.js";
import { type Column, columnsOf, type MediaType } from "../../../record/index.js";
import { leavesOf, type Node, nodeOf } from "../layout.js";
import { numbersOf } from "./bounds.js";
import { ChunkEncoder, type EncodedChunk } from "./chunk.js";
import type { Compress } from "./compressors.js";
import { bytesAt, pages } from "./module.js";

/** Pages may end behind every so many rows of a row group: wherever batches end, they end at the same rows. */
const STEP = 1024;

/** A row group as it stands in a file: its column chunks, one behind the other. */
export interface EncodedRowGroup {
  readonly rows: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly chunks: readonly EncodedChunk[];
  /** CRC-32 of the headers of all pages, one behind the other. */
  readonly headersChecksum: number;
  /** Size of the rows in memory as Arrow columns. */
  readonly arrowBytes: number;
  /** The earliest and the latest `updated_on`, in milliseconds since 1970; undefined where no row has one. */
  readonly updatedOn: readonly [first: number, last: number] | undefined;
}

/** A row group that is being encoded. */
export class RowGroupEncoder {
  readonly #media: MediaType;
  /** Each with its place among the columns of a batch. */
  readonly #columns: readonly (readonly [place: number, node: Node, leaves: readonly ChunkEncoder[]])[];
  #rows = 0;

  /** Encodes these columns of a media type. */
  constructor(media: MediaType, columns: readonly Column[], compress: Compress) {
    this.#media = media;
    this.#columns = columns.map((column) => {
      const node = nodeOf(column);
      const leaves = leavesOf(node).map((leaf) => new ChunkEncoder(leaf, compress));
      return [columnsOf(media).indexOf(column), node, leaves];
    });
  }

  /** Adds the rows from one of a batch, which has all columns of the media type, to before another. */
  add(data: RowsData, from: number, to: number): void {
    const places = placesIn(data);
    const { length } = columnsOf(this.#media);
    if (places.length !== length || places.some(({ length }) => length !== data.rows)) {
      throw new TypeError(
        `a batch does not have the columns of ${this.#media === "image" ? "images" : "audio"}`,
      );
    }
    const at = pages.input(data.body.length);
    bytesAt(at, data.body.length).set(data.body);
    for (let row = from; row < to; ) {
      const end = Math.min(to, row + STEP - (this.#rows % STEP));
      for (const [place, node, leaves] of this.#columns) {
        const column = places[place] as ColumnPlace;
        if (node.children) addLists(leaves, column, row, end, at);
        else (leaves[0] as ChunkEncoder).addColumn(column, row, end, at);
      }
      this.#rows += end - row;
      row = end;
      if (this.#rows % STEP === 0) for (const leaf of this.#leaves()) leaf.afterRows(this.#rows);
    }
  }

  end(): EncodedRowGroup {
    const leaves = [...this.#leaves()];
    const ended = leaves.map((leaf) => leaf.end(this.#rows));
    const written = ended.flatMap(({ written }) => written);
    const updatedOn = leaves.findIndex(({ leaf }) => leaf.path[0] === "updated_on");
    // Lists have offsets of their own.
    const lists = this.#columns.filter(([, node]) => node.children).length;
    return {
      rows: this.#rows,
      bytes: joinedBytes(written.flat()),
      headersChecksum: written.reduce((checksum, [header]) => crc32(header, checksum), 0),
      chunks: ended.map(({ chunk }) => chunk),
      arrowBytes: Math.ceil(leaves.reduce((sum, { arrowBytes }) => sum + arrowBytes, 4 * lists * this.#rows)),
      updatedOn: numbersOf("INT64", ended[updatedOn]?.chunk.bounds),
    };
  }

  *#leaves(): Generator<ChunkEncoder> {
    for (const [, , leaves] of this.#columns) yield* leaves;
  }
}

/** A column of lists, whose elements are leaves or have leaves for members. The columns lie at `at`. */
function addLists(
  leaves: readonly ChunkEncoder[],
  lists: ColumnPlace,
  from: number,
  to: number,
  at: number,
): void {
  const [element] = lists.children as [ColumnPlace];
  const members = element.children.length > 0 ? element.children : [element];
  for (const [i, leaf] of leaves.entries()) leaf.addLists(lists, members[i] as ColumnPlace, from, to, at);
}

function joinedBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
