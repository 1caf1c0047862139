import { append, append8, Bytes, freeBytes, newBytes, room } from "../../../../base/wasm/assembly/bytes";
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COMMA,
  LF,
  OPEN_ARRAY,
  OPEN_OBJECT,
} from "../../../../base/wasm/assembly/text";
import { NodeKind, Problem } from "../shared";
import { fail, writeColumn } from "./host";
import { advance, Leaf, nextValue, valueIndex } from "./leaf";

/** A column, or what is in one (`SchemaNode`). */
@unmanaged
class Node {
  kind: NodeKind;
  definitionLevel: u32;
  repetitionLevel: u32;
  /** Members that are null are left out. */
  isSparse: bool;
  /** Of a column that the host writes. */
  column: i32;
  /** The values in it: addresses, one after the other. */
  leaves: Bytes;
  /** The nodes in it: addresses, one after the other. */
  below: Bytes;
  /** What stands before it in an object: its name as JSON, and a colon. */
  key: Bytes;
}

const NULL: u32 = 0x6c6c756e;
/** No line may be longer: no text of Node can be. */
const MOST_BYTES: usize = 512 << 20;
/** Rows end here, so that lines do not take more memory. */
const MANY_BYTES: usize = 4 << 20;

const lines = newBytes();
/** A byte for each row of the row group: 0 where it is left out. */
const kept = newBytes();

export function keepRoom(bytes: usize): usize {
  return room(kept, bytes);
}

export function newNode(kind: NodeKind, definitionLevel: u32, repetitionLevel: u32, isSparse: bool, column: i32): Node {
  const node = changetype<Node>(heap.alloc(offsetof<Node>()));
  node.kind = kind;
  node.definitionLevel = definitionLevel;
  node.repetitionLevel = repetitionLevel;
  node.isSparse = isSparse;
  node.column = column;
  node.leaves = newBytes();
  node.below = newBytes();
  node.key = newBytes();
  return node;
}

export function addLeaf(node: Node, leaf: Leaf): void {
  store<Leaf>(room(node.leaves, sizeof<usize>()), leaf);
  node.leaves.used += sizeof<usize>();
}

export function addBelow(node: Node, below: Node): void {
  store<Node>(room(node.below, sizeof<usize>()), below);
  node.below.used += sizeof<usize>();
}

/** Where the host puts the key of a node: of the row, what each line begins with. */
export function keyRoom(node: Node, bytes: usize): usize {
  const at = room(node.key, bytes);
  node.key.used = bytes;
  return at;
}

// @ts-expect-error: decorator
@inline
function countOf(nodes: Bytes): usize {
  return nodes.used / sizeof<usize>();
}

// @ts-expect-error: decorator
@inline
function leafAt(node: Node, index: usize): Leaf {
  return load<Leaf>(node.leaves.at + index * sizeof<usize>());
}

// @ts-expect-error: decorator
@inline
function nodeAt(node: Node, index: usize): Node {
  return load<Node>(node.below.at + index * sizeof<usize>());
}

/** Of the lines that were written last. */
export function linesAt(): usize {
  return lines.at;
}
export function linesBytes(): usize {
  return lines.used;
}

/**
 * Writes the next rows as lines, from `from` to `to`; with `isChosen`, those of them that are kept. Gives the row after the
 * last one: it ends early where lines take much memory.
 */
export function writeRows(row: Node, from: u32, to: u32, isChosen: bool): u32 {
  lines.used = 0;
  let i = from;
  for (; i < to && lines.used < MANY_BYTES; i++) {
    const begin = lines.used;
    for (let l: usize = 0; l < countOf(row.leaves); l++)
      if (leafAt(row, l).repetitionLevel !== 0) fail(Problem.notTogether);
    append(lines, row.key.at, row.key.used);
    writeMembers(row, lines.used - begin > 1);
    append8(lines, LF);
    if (lines.used - begin > MOST_BYTES) fail(Problem.tooLong);
    if (isChosen && load<u8>(kept.at + i) === 0) lines.used = begin;
  }
  return i;
}

/** Writes what comes next of a node. */
function write(node: Node): void {
  switch (node.kind) {
    case NodeKind.value:
      writeValue(leafAt(node, 0));
      break;
    case NodeKind.struct:
      if (isNull(node)) break;
      append8(lines, OPEN_OBJECT);
      writeMembers(node, false);
      break;
    case NodeKind.list:
      if (!isNull(node)) writeList(node);
      break;
    default:
      writeColumn(node.column);
  }
}

// @ts-expect-error: decorator
@inline
function writeValue(leaf: Leaf): void {
  if (leaf.isDone) fail(Problem.tooFewEntries);
  if (leaf.definitionLevel === leaf.maxDefinitionLevel) {
    const table = nextValue(leaf);
    const starts = table.starts.at + 4 * valueIndex;
    const start = load<u32>(starts);
    append(lines, table.json.at + start, load<u32>(starts + 4) - start);
  } else writeNull();
  advance(leaf);
}

function writeNull(): void {
  store<u32>(room(lines, 4), NULL);
  lines.used += 4;
}

/** The members of an object, and its end. */
function writeMembers(node: Node, hasOthers: bool): void {
  let isFirst = !hasOthers;
  const count = countOf(node.below);
  for (let i: usize = 0; i < count; i++) {
    const member = nodeAt(node, i);
    const begin = lines.used;
    if (!isFirst) append8(lines, COMMA);
    append(lines, member.key.at, member.key.used);
    const value = lines.used;
    if (member.kind === NodeKind.value) writeValue(leafAt(member, 0));
    else write(member);
    if (node.isSparse && lines.used - value === 4 && load<u32>(lines.at + value) === NULL) lines.used = begin;
    else isFirst = false;
  }
  append8(lines, CLOSE_OBJECT);
}

/** Whether a node is null, which then is written. */
function isNull(node: Node): bool {
  if (leafAt(node, 0).definitionLevel >= node.definitionLevel) return false;
  skip(node, node.definitionLevel);
  writeNull();
  return true;
}

/** Takes the entries that say that something is null or empty. */
function skip(node: Node, definitionLevel: u32): void {
  for (let i: usize = 0; i < countOf(node.leaves); i++) {
    const leaf = leafAt(node, i);
    if (leaf.definitionLevel >= definitionLevel) fail(Problem.notTogether);
    if (leaf.isDone) fail(Problem.tooFewEntries);
    advance(leaf);
  }
}

function writeList(node: Node): void {
  append8(lines, OPEN_ARRAY);
  const first = leafAt(node, 0);
  if (first.definitionLevel === node.definitionLevel) skip(node, node.definitionLevel + 1);
  else {
    const element = nodeAt(node, 0);
    const count = countOf(node.leaves);
    let isFirst = true;
    do {
      if (!isFirst) append8(lines, COMMA);
      isFirst = false;
      write(element);
      for (let i: usize = 1; i < count; i++)
        if (leafAt(node, i).repetitionLevel !== first.repetitionLevel) fail(Problem.notTogether);
      if (lines.used > MOST_BYTES + MANY_BYTES) fail(Problem.tooLong);
    } while (first.repetitionLevel === node.repetitionLevel);
  }
  append8(lines, CLOSE_ARRAY);
}

/** Where the host writes at most this many bytes of JSON. */
export function jsonRoom(bytes: usize): usize {
  return room(lines, bytes);
}

export function wroteJson(bytes: usize): void {
  lines.used += bytes;
}

export function freeNode(node: Node): void {
  for (let i: usize = 0; i < countOf(node.below); i++) freeNode(nodeAt(node, i));
  freeBytes(node.leaves);
  freeBytes(node.below);
  freeBytes(node.key);
  heap.free(changetype<usize>(node));
}
