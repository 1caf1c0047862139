import { copyBytes, SLACK } from "./memory";
import {
  definition,
  IN_SCRATCH,
  LIST,
  MEDIA_TYPE,
  members,
  NULL,
  NUMBER,
  NUMBER_TYPE,
  TEXTS,
  TIMESTAMP,
  Value,
  valueIn,
} from "./columns";
import * as scratch from "./scratch";
import { element, elements, Span, tagAccuracyText, tagName, tagProvider, tags } from "./tags";

/**
 * Rows of cells, one behind the other, for a program that wants single values. A row begins with its media type and
 * its length in bytes; then come, for each column of the media type in their order, the kind of its cell and a number:
 * the value of an integer, else how many bytes it has. Then come these bytes. All numbers but doubles have 32 bits.
 */

/** Kinds of cells; the program has the same table. */
const NONE: i32 = 0;
/** Text of ASCII only. */
const ASCII: i32 = 1;
const UTF8: i32 = 2;
const INTEGER: i32 = 3;
const DOUBLE: i32 = 4;
/** Added where the value was not given, but goes without saying. */
const FILLED: i32 = 8;

const HEADER: usize = 8;
const CELL: usize = 8;

let buffer: usize = heap.alloc(64 * 1024);
let size: usize = 64 * 1024;
let used: usize = 0;

export function rows(): usize {
  return buffer;
}

export function rowsLength(): usize {
  return used;
}

export function clearRows(): void {
  used = 0;
}

function reserve(bytes: usize): void {
  if (used + bytes + SLACK <= size) return;
  size = max<usize>(2 * size, used + bytes + SLACK);
  buffer = heap.realloc(buffer, size);
}

function append(from: usize, length: usize): void {
  reserve(length);
  copyBytes(buffer + used, from, length);
  used += length;
}

function appendByte(byte: u8): void {
  reserve(1);
  store<u8>(buffer + used, byte);
  used++;
}

/** Adds the line that was read last; says where its row begins, or -1 for one that is left to others. */
export function addRow(media: i32): i32 {
  const row = used;
  reserve(HEADER + <usize>members * CELL);
  let cell = row + HEADER;
  used = cell;
  for (let member = 0; member < members; member++) if (isColumn(member, media)) used += CELL;
  for (let member = 0; member < members; member++) {
    if (!isColumn(member, media)) continue;
    if (!addCell(cell, valueIn(member), definition(member).type)) {
      used = row;
      return -1;
    }
    cell += CELL;
  }
  while (used & 3) appendByte(0);
  store<i32>(buffer + row, media);
  store<i32>(buffer + row + 4, <i32>(used - row));
  return <i32>row;
}

function isColumn(member: i32, media: i32): bool {
  const column = definition(member);
  return column.type !== MEDIA_TYPE && (column.media === 0 || column.media === media);
}

function addCell(cell: usize, value: Value, type: i32): bool {
  if (value.state <= NULL) setCell(cell, NONE, 0);
  else if (type === TIMESTAMP) addText(cell, value.start, 24, 0);
  else if (type === NUMBER_TYPE) {
    reserve(8);
    store<f64>(buffer + used, value.number);
    used += 8;
    setCell(cell, DOUBLE, 8);
  } else if (value.state === NUMBER) setCell(cell, value.isFilled ? INTEGER | FILLED : INTEGER, <i32>value.number);
  else if (value.state === LIST) {
    const start = used;
    if (!(type === TEXTS ? addTexts() : addTags())) return false;
    setCell(cell, isAscii(buffer + start, used - start) ? ASCII : UTF8, <i32>(used - start));
  } else {
    const at = value.state === IN_SCRATCH ? scratch.base() + value.start : value.start;
    addText(cell, at, value.length, value.isFilled ? FILLED : 0);
  }
  return true;
}

function setCell(cell: usize, kind: i32, number: i32): void {
  store<i32>(buffer + cell, kind);
  store<i32>(buffer + cell, number, 4);
}

function addText(cell: usize, at: usize, length: usize, filled: i32): void {
  append(at, length);
  setCell(cell, filled | (isAscii(buffer + used - length, length) ? ASCII : UTF8), <i32>length);
}

/** Sixteen bytes at a time; behind the last ones there is room to read. */
function isAscii(at: usize, length: usize): bool {
  const end = at + length;
  let i = at;
  for (; i + 16 <= end; i += 16) if (i8x16.bitmask(v128.load(i)) !== 0) return false;
  const rest = <i32>(end - i);
  return rest === 0 || (i8x16.bitmask(v128.load(i)) & ((1 << rest) - 1)) === 0;
}

/** As `JSON.stringify` writes them. */
function addTexts(): bool {
  for (let i = 0; i < elements; i++) {
    appendByte(i === 0 ? 0x5b : 0x2c);
    appendQuoted(element(i));
  }
  appendByte(0x5d);
  return true;
}

/** `{"name":` and `,"provider":` and `,"accuracy":` */
const nameKey: usize = memory.data<u8>([0x7b, 0x22, 0x6e, 0x61, 0x6d, 0x65, 0x22, 0x3a]);
const providerKey: usize = memory.data<u8>([
  0x2c, 0x22, 0x70, 0x72, 0x6f, 0x76, 0x69, 0x64, 0x65, 0x72, 0x22, 0x3a,
]);
const accuracyKey: usize = memory.data<u8>([
  0x2c, 0x22, 0x61, 0x63, 0x63, 0x75, 0x72, 0x61, 0x63, 0x79, 0x22, 0x3a,
]);

/** False where a number may be written in another way. */
function addTags(): bool {
  for (let i = 0; i < tags; i++) {
    appendByte(i === 0 ? 0x5b : 0x2c);
    append(nameKey, 8);
    appendQuoted(tagName(i));
    append(providerKey, 12);
    appendQuoted(tagProvider(i));
    const accuracy = tagAccuracyText(i);
    if (accuracy.length > 0) {
      if (!isShortest(accuracy.start, accuracy.length)) return false;
      append(accuracyKey, 12);
      append(accuracy.start, accuracy.length);
    }
    appendByte(0x7d);
  }
  appendByte(0x5d);
  return true;
}

/** Texts of the line stand there without escapes; others hold none but characters that may have some. */
function appendQuoted(span: Span): void {
  appendByte(0x22);
  if (!span.inScratch) append(span.start, span.length);
  else {
    const at = span.address;
    for (let i: usize = 0; i < span.length; i++) {
      const byte = load<u8>(at + i);
      if (byte === 0x22 || byte === 0x5c) appendByte(0x5c);
      appendByte(byte);
    }
  }
  appendByte(0x22);
}

/**
 * Whether a number of at most 15 digits with no exponent is written as JavaScript does: without a zero at the end of a
 * fraction, and not so small that it would get an exponent.
 */
function isShortest(at: usize, length: usize): bool {
  let point: usize = 0;
  for (let i: usize = 0; i < length; i++) if (load<u8>(at + i) === 0x2e) point = i;
  if (point === 0) return true;
  if (load<u8>(at + length - 1) === 0x30) return false;
  // 0.00000 and more
  if (load<u8>(at) !== 0x30) return true;
  let i = point + 1;
  while (i < length && load<u8>(at + i) === 0x30) i++;
  return i - point - 1 < 6;
}
