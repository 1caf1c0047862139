import { append32, Bytes } from "../../../base/wasm/assembly/bytes";
import { copyBytes, SLACK, zeroes } from "../../../base/wasm/assembly/memory";

/** The buffers of Arrow arrays: https://arrow.apache.org/docs/format/Columnar.html */

/** Types of arrays. */
export enum ArrayType { text, int32, double, boolean, time, list, struct }

/** Room for this many rows to begin with. */
const ROWS: u32 = 64;
/** Room for this many bytes of texts. */
const BYTES: usize = 1024;

/** One array. */
@unmanaged
export class Column {
  type: ArrayType;
  /** Rows that there is room for. */
  capacity: u32;
  length: u32;
  nulls: u32;
  /** One bit a row, lowest bit first; 0 for null. */
  validity: usize;
  /** Of texts and lists: where each row ends, and a 0 before them. */
  offsets: usize;
  values: usize;
  /** Bytes of `values`, and how many of them texts have. */
  size: usize;
  used: usize;
  /** The elements of lists, the members of structs. */
  child0: usize;
  child1: usize;
  child2: usize;
}

/** Bits of a value in a row, but for texts. */
function widthOf(type: ArrayType): u32 {
  switch (type) {
    case ArrayType.int32:
      return 32;
    case ArrayType.double:
    case ArrayType.time:
      return 64;
    case ArrayType.boolean:
      return 1;
    default:
      return 0;
  }
}

export function newColumn(type: ArrayType): Column {
  const column = changetype<Column>(zeroes(offsetof<Column>()));
  column.type = type;
  column.capacity = ROWS;
  column.validity = zeroes(ROWS / 8);
  if (type === ArrayType.text || type === ArrayType.list) column.offsets = zeroes(4 * (ROWS + 1));
  column.size = type === ArrayType.text ? BYTES : (ROWS * widthOf(type)) / 8;
  if (column.size > 0) column.values = zeroes(column.size);
  return column;
}

/** The same bytes with zeroes after them. */
function larger(at: usize, bytes: usize, more: usize): usize {
  const moved = heap.realloc(at, more);
  memory.fill(moved + bytes, 0, more - bytes);
  return moved;
}

function grow(column: Column): void {
  const before = column.capacity;
  const after = 2 * before;
  column.validity = larger(column.validity, before / 8, after / 8);
  if (column.offsets !== 0) column.offsets = larger(column.offsets, 4 * (before + 1), 4 * (after + 1));
  const width = widthOf(column.type);
  if (width > 0) {
    column.values = larger(column.values, (before * width) / 8, (after * width) / 8);
    column.size = (after * width) / 8;
  }
  column.capacity = after;
}

// @ts-expect-error: decorator
@inline
function setBit(bits: usize, row: u32): void {
  const at = bits + (row >> 3);
  store<u8>(at, <u8>(<u32>load<u8>(at) | (<u32>1 << (row & 7))));
}

/** Ends a row; what it holds has been stored. */
// @ts-expect-error: decorator
@inline
function endRow(column: Column): void {
  setBit(column.validity, column.length);
  column.length++;
}

// @ts-expect-error: decorator
@inline
function reserveRow(column: Column): void {
  if (column.length === column.capacity) grow(column);
}

export function addText(column: Column, at: usize, length: usize): void {
  reserveRow(column);
  const used = column.used + length;
  if (used + SLACK > column.size) {
    column.size = max<usize>(2 * column.size, used + SLACK);
    column.values = heap.realloc(column.values, column.size);
  }
  copyBytes(column.values + column.used, at, length);
  column.used = used;
  store<u32>(column.offsets + 4 * (column.length + 1), <u32>used);
  endRow(column);
}

/** A number, a time in milliseconds since 1970, or 0 or 1. */
export function addNumber(column: Column, value: f64): void {
  reserveRow(column);
  const row = column.length;
  switch (column.type) {
    case ArrayType.int32:
      store<i32>(column.values + 4 * row, <i32>value);
      break;
    case ArrayType.double:
      store<f64>(column.values + 8 * row, value);
      break;
    case ArrayType.time:
      store<i64>(column.values + 8 * row, <i64>value);
      break;
    default:
      if (value !== 0) setBit(column.values, row);
  }
  endRow(column);
}

/** A list of the elements that were added since the one before, or a struct whose members were added. */
export function endElements(column: Column): void {
  reserveRow(column);
  if (column.type === ArrayType.list) setEnd(column);
  endRow(column);
}

export function addNull(column: Column): void {
  reserveRow(column);
  if (column.type === ArrayType.text) store<u32>(column.offsets + 4 * (column.length + 1), <u32>column.used);
  else if (column.type === ArrayType.list) setEnd(column);
  else if (column.type === ArrayType.int32) store<i32>(column.values + 4 * column.length, 0);
  else if (column.type === ArrayType.double || column.type === ArrayType.time) store<i64>(column.values + 8 * column.length, 0);
  column.nulls++;
  column.length++;
}

function setEnd(column: Column): void {
  store<u32>(column.offsets + 4 * (column.length + 1), changetype<Column>(column.child0).length);
}

/** Forgets all rows; the memory stays, for as many again. */
export function empty(column: Column): void {
  memory.fill(column.validity, 0, (column.length + 7) / 8);
  if (column.type === ArrayType.boolean) memory.fill(column.values, 0, (column.length + 7) / 8);
  column.length = 0;
  column.nulls = 0;
  column.used = 0;
  for (let i = 0, children = childrenOf(column); i < children; i++) empty(changetype<Column>(childOf(column, i)));
}

function childrenOf(column: Column): i32 {
  return column.type === ArrayType.list ? 1 : column.type === ArrayType.struct ? 3 : 0;
}

/** A child of a list or struct, by its number from 0. */
export function childOf(column: Column, child: i32): usize {
  return load<usize>(changetype<usize>(column) + <usize>child * sizeof<usize>(), offsetof<Column>("child0"));
}

/** Lists the array and its children, as `ArrayField` says. */
export function list(arrays: Bytes, column: Column): void {
  append32(arrays, column.length);
  append32(arrays, column.nulls);
  append32(arrays, <u32>column.validity);
  append32(arrays, <u32>column.offsets);
  append32(arrays, <u32>column.values);
  append32(arrays, column.type === ArrayType.text ? <u32>column.used : (column.length * widthOf(column.type) + 7) / 8);
  const children = childrenOf(column);
  append32(arrays, children);
  for (let i = 0; i < children; i++) list(arrays, changetype<Column>(childOf(column, i)));
}
