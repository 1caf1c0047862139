import type { MediaType } from "../../record/index.js";
import type { BatchData } from "../batch.js";
import type { ColumnData } from "../column-data.js";
import { columnNodes, leavesOf, type Node } from "../layout.js";
import { ChunkEncoder, type EncodedChunk } from "./chunk.js";
import type { Compress } from "./compressors.js";
import { bytesAt, pages } from "./module.js";

/** A row group as it stands in a file: its column chunks, one behind the other. */
export interface EncodedRowGroup {
  readonly rows: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly chunks: readonly EncodedChunk[];
}

/** A row group that is being encoded. */
export class RowGroupEncoder {
  readonly #media: MediaType;
  readonly #columns: readonly (readonly [node: Node, leaves: readonly ChunkEncoder[]])[];
  #rows = 0;

  constructor(media: MediaType, compress: Compress) {
    this.#media = media;
    this.#columns = columnNodes(media).map((node) => [
      node,
      leavesOf(node).map((leaf) => new ChunkEncoder(leaf, compress)),
    ]);
  }

  add({ rows, body, columns }: BatchData): void {
    if (columns.length !== this.#columns.length || columns.some(({ length }) => length !== rows)) {
      throw new TypeError(
        `a batch does not have the columns of ${this.#media === "image" ? "images" : "audio"}`,
      );
    }
    const at = pages.input(body.length);
    bytesAt(at, body.length).set(body);
    // Views of the batch lie in its body; where they begin in the module is as far behind `at`.
    const offset = at - body.byteOffset;
    for (const [i, [node, leaves]] of this.#columns.entries()) {
      const column = columns[i] as ColumnData;
      if (node.children) addLists(leaves, column, offset);
      else addColumn(leaves[0] as ChunkEncoder, column, offset);
    }
    this.#rows += rows;
    for (const [, leaves] of this.#columns) for (const leaf of leaves) leaf.afterRows(this.#rows);
  }

  end(): EncodedRowGroup {
    const ended = this.#columns.flatMap(([, leaves]) => leaves.map((leaf) => leaf.end(this.#rows)));
    for (const [, leaves] of this.#columns) for (const leaf of leaves) leaf.free();
    const bytes = joinedBytes(ended.flatMap(({ pieces }) => pieces));
    return { rows: this.#rows, bytes, chunks: ended.map(({ chunk }) => chunk) };
  }
}

function addColumn({ address }: ChunkEncoder, column: ColumnData, offset: number): void {
  pages.addLevels(address, column.length, validityAt(column, offset));
  addValues(address, column, offset);
}

/** A column of lists, whose elements are leaves or have leaves for members. */
function addLists(leaves: readonly ChunkEncoder[], lists: ColumnData, offset: number): void {
  const [element] = lists.children as [ColumnData];
  const members = element.children ?? [element];
  for (const [i, { address }] of leaves.entries()) {
    const member = members[i] as ColumnData;
    const offsets = addressOf(lists.offsets, offset);
    pages.addListLevels(
      address,
      lists.length,
      validityAt(lists, offset),
      offsets,
      validityAt(member, offset),
    );
    addValues(address, member, offset);
  }
}

function addValues(address: number, column: ColumnData, offset: number): void {
  const offsets = addressOf(column.offsets, offset);
  pages.addValues(
    address,
    column.length,
    validityAt(column, offset),
    offsets,
    addressOf(column.values, offset),
  );
}

/** 0 where nothing is null. */
function validityAt({ nullCount, validity }: ColumnData, offset: number): number {
  return nullCount === 0 ? 0 : addressOf(validity, offset);
}

function addressOf(view: { readonly byteOffset: number } | undefined, offset: number): number {
  return view === undefined ? 0 : view.byteOffset + offset;
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
