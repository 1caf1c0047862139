import { type ColumnChunk, ColumnReader } from "../column-reader.js";
import type { Leaf, SchemaNode } from "../file-schema.js";
import { isSparse, takerOf } from "../row-json.js";
import { LeafPages } from "./leaf-pages.js";
import { fail, lines, put, setHost } from "./module.js";
import { NodeKind, Problem } from "./shared.js";

/** Opens the chunk of a leaf, from its first page on. */
export type OpenChunk = (leaf: Leaf) => ColumnChunk;

/** Lines of some rows, with their line ends. */
export interface RowLines {
  readonly bytes: Buffer;
  /** The row after the last one that was read. */
  readonly end: number;
}

/** Most rows that become lines at a time. */
const MOST_ROWS = 8192;

/**
 * The rows of a row group as lines, which a module of WebAssembly writes. Left to `../row-json.ts` are maps, and columns
 * with values that JSON cannot express.
 */
export class GroupLines {
  readonly #leaves: LeafPages[] = [];
  /** Columns that are left to others. */
  readonly #writers: (() => void)[] = [];
  readonly #readers: ColumnReader[] = [];
  readonly #row: number;

  constructor(columns: readonly SchemaNode[], head: string, open: OpenChunk) {
    this.#row = lines.newNode(NodeKind.struct, 0, 0, 0, 0);
    putKey(this.#row, `{${head}`);
    for (const column of columns) this.#addColumn(column, open);
    this.#called(() => {
      for (const { leaf } of this.#leaves) lines.start(leaf);
    });
  }

  /** The lines of some rows from `from` on, up to `to` at most; of those only whose byte in `keep` is not 0. */
  next(from: number, to: number, keep?: Uint8Array): RowLines {
    if (keep) put(lines.keepRoom(keep.length), keep);
    const most = Math.min(to, from + MOST_ROWS);
    const end = this.#called(() => lines.writeRows(this.#row, from, most, Number(keep !== undefined)));
    const start = lines.linesAt();
    return { bytes: Buffer.from(lines.memory.buffer.slice(start, start + lines.linesBytes())), end };
  }

  /** Whether all entries of all columns were taken. */
  get isDone(): boolean {
    const isDone = this.#leaves.every(({ leaf }) => lines.isDone(leaf) !== 0);
    return isDone && this.#readers.every(({ isDone }) => isDone);
  }

  free(): void {
    lines.freeNode(this.#row);
    for (const leaf of this.#leaves) leaf.free();
  }

  /** Calls the module, which asks for pages and values of this row group. */
  #called<T>(call: () => T): T {
    setHost({
      nextPage: (leaf) => Number((this.#leaves[leaf] as LeafPages).nextPage()),
      nextValues: (leaf) => (this.#leaves[leaf] as LeafPages).nextValues(),
      writeColumn: (column) => this.#writers[column]?.(),
    });
    return call();
  }

  #addColumn(column: SchemaNode, open: OpenChunk): void {
    const before = this.#leaves.length;
    const node = this.#nodeOf(column, open) ?? this.#leftNode(column, open, before);
    putKey(node, `${JSON.stringify(column.name)}:`);
    lines.addBelow(this.#row, node);
    for (const { leaf } of this.#leaves.slice(before)) lines.addLeaf(this.#row, leaf);
  }

  /** A column for the module; undefined where it cannot be. */
  #nodeOf(column: SchemaNode, open: OpenChunk): number | undefined {
    if (hasMap(column)) return undefined;
    const before = this.#leaves.length;
    for (const leaf of column.leaves) this.#leaves.push(new LeafPages(open(leaf), this.#leaves.length));
    const own = this.#leaves.slice(before);
    if (own.some(({ isRemarkable }) => isRemarkable)) return undefined;
    const leaves = new Map(column.leaves.map((leaf, i) => [leaf, (own[i] as LeafPages).leaf]));
    return newNode(column, leaves, isSparse(column.name));
  }

  #leftNode(column: SchemaNode, open: OpenChunk, leaves: number): number {
    for (const leaf of this.#leaves.splice(leaves)) leaf.free();
    const readers = new Map(column.leaves.map((leaf) => [leaf, new ColumnReader(open(leaf))]));
    const take = takerOf(column, readers, column.name);
    const nested = [...readers.values()].filter((_, i) => (column.leaves[i]?.maxRepetitionLevel ?? 0) > 0);
    this.#readers.push(...readers.values());
    this.#writers.push(() => {
      if (nested.some(({ repetitionLevel }) => repetitionLevel !== 0)) fail(Problem.notTogether);
      const json = Buffer.from(take());
      put(lines.jsonRoom(json.length), json);
      lines.wroteJson(json.length);
    });
    return lines.newNode(NodeKind.host, 0, 0, 0, this.#writers.length - 1);
  }
}

function newNode(node: SchemaNode, leaves: ReadonlyMap<Leaf, number>, isSparse: boolean): number {
  const repetitionLevel = node.kind === "list" ? node.repetitionLevel : 0;
  const kind = NodeKind[node.kind as "value" | "struct" | "list"];
  const made = lines.newNode(kind, node.definitionLevel, repetitionLevel, Number(isSparse), 0);
  for (const leaf of node.leaves) lines.addLeaf(made, leaves.get(leaf) as number);
  const below = node.kind === "struct" ? node.members : node.kind === "list" ? [node.element] : [];
  for (const child of below) {
    const added = newNode(child, leaves, isSparse);
    putKey(added, `${JSON.stringify(child.name)}:`);
    lines.addBelow(made, added);
  }
  return made;
}

/** What stands before a node in an object. */
function putKey(node: number, key: string): void {
  const bytes = Buffer.from(key);
  put(lines.keyRoom(node, bytes.length), bytes);
}

function hasMap(node: SchemaNode): boolean {
  if (node.kind === "map") return true;
  return node.kind === "struct" ? node.members.some(hasMap) : node.kind === "list" && hasMap(node.element);
}
