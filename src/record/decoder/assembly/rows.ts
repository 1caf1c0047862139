import { append, append8, Bytes, room } from "../../../base/wasm/assembly/bytes";
import { appendWord, BACKSLASH, CLOSE_ARRAY, CLOSE_OBJECT, COMMA, DOT, OPEN_ARRAY, QUOTE, wordOf } from "../../../base/wasm/assembly/text";
import { CELL_NUMBERS, CellKind, Media, MemberType, ROW_NUMBERS } from "../shared";
import { addressOf, definition, isColumn, members, State, Value, valueIn } from "./members";
import { element, elements, Span, tagAccuracyText, tagName, tagProvider, tags } from "./tags";

/**
 * Rows of cells, one after the other, for a host that wants single values. A row begins with its media type and
 * its length in bytes; then come, for each column of the media type in their order, the kind of its cell and a number:
 * the value of an integer, else how many bytes it has. Then come these bytes. All numbers but doubles have 32 bits.
 */
const taken = changetype<Bytes>(memory.data(16));

const ROW_BYTES: usize = 4 * ROW_NUMBERS;
const CELL_BYTES: usize = 4 * CELL_NUMBERS;

export function rows(): usize {
  return taken.at;
}

export function rowsLength(): usize {
  return taken.used;
}

export function clearRows(): void {
  taken.used = 0;
}

/** Adds the line that was read last; says where its row begins, or -1 for one that is left to `cleanRecord`. */
export function addRow(media: Media): i32 {
  const row: usize = taken.used;
  room(taken, ROW_BYTES + <usize>members * CELL_BYTES);
  let cell = row + ROW_BYTES;
  taken.used = cell;
  for (let member = 0; member < members; member++) if (isColumn(member, media)) taken.used += CELL_BYTES;
  for (let member = 0; member < members; member++) {
    if (!isColumn(member, media)) continue;
    if (!addCell(cell, valueIn(member), definition(member).type)) {
      taken.used = row;
      return -1;
    }
    cell += CELL_BYTES;
  }
  while (taken.used & 3) append8(taken, 0);
  store<i32>(taken.at + row, media);
  store<i32>(taken.at + row, <i32>(taken.used - row), 4);
  return <i32>row;
}

function addCell(cell: usize, value: Value, type: MemberType): bool {
  const filled: i32 = value.isFilled ? CellKind.filled : 0;
  if (value.state <= State.null) setCell(cell, CellKind.none, 0);
  else if (type === MemberType.timestamp) addText(cell, value.start, 24, 0);
  else if (type === MemberType.number) {
    store<f64>(room(taken, 8), value.number);
    taken.used += 8;
    setCell(cell, CellKind.double, 8);
  } else if (value.state === State.number) setCell(cell, CellKind.integer | filled, <i32>value.number);
  else if (value.state === State.list) {
    const start: usize = taken.used;
    if (type === MemberType.texts) addTexts();
    else if (!addTags()) return false;
    setTextCell(cell, taken.used - start, 0);
  } else addText(cell, addressOf(value), value.length, filled);
  return true;
}

function setCell(cell: usize, kind: i32, number: i32): void {
  store<i32>(taken.at + cell, kind);
  store<i32>(taken.at + cell, number, 4);
}

/** The cell of the text that was appended last. */
function setTextCell(cell: usize, length: usize, filled: i32): void {
  const kind = isAscii(taken.at + taken.used - length, length) ? CellKind.ascii : CellKind.utf8;
  setCell(cell, filled | kind, <i32>length);
}

function addText(cell: usize, at: usize, length: usize, filled: i32): void {
  append(taken, at, length);
  setTextCell(cell, length, filled);
}

/** Sixteen bytes at a time; after the last ones there is room to read. */
function isAscii(at: usize, length: usize): bool {
  const end = at + length;
  let i = at;
  for (; i + 16 <= end; i += 16) if (i8x16.bitmask(v128.load(i)) !== 0) return false;
  const rest = <i32>(end - i);
  return rest === 0 || (i8x16.bitmask(v128.load(i)) & ((1 << rest) - 1)) === 0;
}

/** As `JSON.stringify` writes them. */
function addTexts(): void {
  for (let i = 0; i < elements; i++) {
    append8(taken, i === 0 ? OPEN_ARRAY : COMMA);
    appendQuoted(element(i));
  }
  append8(taken, CLOSE_ARRAY);
}

const NAME = wordOf('{"name":');
const PROVIDER = wordOf(',"provider":');
const ACCURACY = wordOf(',"accuracy":');

/** False where a number may be written in another way. */
function addTags(): bool {
  for (let i = 0; i < tags; i++) {
    append8(taken, i === 0 ? OPEN_ARRAY : COMMA);
    appendWord(taken, NAME);
    appendQuoted(tagName(i));
    appendWord(taken, PROVIDER);
    appendQuoted(tagProvider(i));
    const accuracy = tagAccuracyText(i);
    if (accuracy.length > 0) {
      if (!isShortest(accuracy.start, accuracy.length)) return false;
      appendWord(taken, ACCURACY);
      append(taken, accuracy.start, accuracy.length);
    }
    append8(taken, CLOSE_OBJECT);
  }
  append8(taken, CLOSE_ARRAY);
  return true;
}

/** Texts in the line have no escapes; those in the scratch may have characters that need one. */
function appendQuoted(span: Span): void {
  append8(taken, QUOTE);
  if (!span.inScratch) append(taken, span.start, span.length);
  else {
    const at = span.address;
    for (let i: usize = 0; i < span.length; i++) {
      const byte = load<u8>(at + i);
      if (byte === QUOTE || byte === BACKSLASH) append8(taken, BACKSLASH);
      append8(taken, byte);
    }
  }
  append8(taken, QUOTE);
}

/**
 * Whether a number of at most 15 digits with no exponent is written as JavaScript does: without a zero at the end of a
 * fraction, and not so small that it would get an exponent.
 */
function isShortest(at: usize, length: usize): bool {
  let point: usize = 0;
  for (let i: usize = 0; i < length; i++) if (load<u8>(at + i) === DOT) point = i;
  if (point === 0) return true;
  if (load<u8>(at + length - 1) === 0x30) return false;
  // 0.00000 and more
  if (load<u8>(at) !== 0x30) return true;
  let i = point + 1;
  while (i < length && load<u8>(at + i) === 0x30) i++;
  return i - point - 1 < 6;
}
