/**
 * Reads lines of NDJSON into the buffers of Arrow arrays, or into rows of cells, as `JSON.parse` and `cleanRecord`
 * would, without making objects of them. It reads what records nearly always look like, and says so of every line that may be anything else;
 * those have to be parsed and cleaned. `src/record/decoder/walker.ts` is the program around it.
 */

import {
  addNull,
  addNumber,
  addText,
  BOOLEAN as BOOLEAN_COLUMN,
  Column,
  DOUBLE,
  empty,
  endElements,
  INT32,
  LIST as LIST_COLUMN,
  newColumn,
  STRUCT,
  TEXT as TEXT_COLUMN,
  TIME,
} from "./buffers";
import { skipBlanks } from "./bytes";
import { sameBytes } from "./memory";
import {
  ABSENT,
  AUDIO,
  BOOLEAN,
  CATEGORY,
  clearValues,
  definition,
  FILETYPE,
  FOREIGN_IDENTIFIER,
  IDENTIFIER,
  IMAGE,
  IN_LINE,
  IN_SCRATCH,
  INGESTION_TYPE,
  INTEGER,
  inRole,
  LICENSE,
  LICENSE_VERSION,
  LIST,
  MEDIA_TYPE,
  META_DATA,
  members,
  NULL,
  NUMBER,
  NUMBER_TYPE,
  OBJECT,
  OBJECTS,
  PROVIDER,
  SOURCE,
  TAGS,
  TEXT,
  TEXTS,
  TIMESTAMP,
  URL,
  URL_ROLE,
  UUID,
  Value,
  valueIn,
  WATERMARKED,
} from "./columns";
import {
  EXTENSION as EXTENSION_KIND,
  FILETYPE as FILETYPE_KIND,
  LICENSE as LICENSE_KIND,
  PROVIDER as PROVIDER_KIND,
  SOURCE as SOURCE_KIND,
} from "./host";
import { Entry, interned } from "./interned";
import { readDecimal, readInteger, readTime, value as readValue } from "./numbers";
import * as objects from "./objects";
import * as scratch from "./scratch";
import * as sha1 from "./sha1";
import {
  clearLosses,
  element,
  elements,
  readTags,
  readTexts,
  repeated,
  Span,
  tagAccuracy,
  tagName,
  tagProvider,
  tags,
  unwanted,
} from "./tags";
import * as texts from "./texts";

export { addNull, addNumber, addText, empty, endElements } from "./buffers";
export { defineMember } from "./columns";
export { answerBuffer, setAnswer } from "./host";
export { input } from "./memory";
export { addRow, clearRows, rows, rowsLength } from "./rows";

/** What the line says that was read last, for the program to read where it lies. */
@unmanaged
class Result {
  media: i32;
  /** The numbers that the program gave them. */
  provider: i32;
  source: i32;
  license: i32;
  /** The identifier. */
  key: u32;
  key2: u32;
  key3: u32;
  key4: u32;
  /** Where the name is that it was made from, provider and foreign identifier with a line feed between them. */
  name: usize;
  nameLength: i32;
  /** How many tags it lost, by reason. */
  unwanted: i32;
  repeated: i32;
}

const line = changetype<Result>(memory.data(64, 4));

export function result(): usize {
  return changetype<usize>(line);
}

let media: i32 = IMAGE;

let hasMedia: bool = false;
let hasSlash: bool = false;
let keyEnd: usize = 0;
let licenseStart: usize = 0;
let licenseEnd: usize = 0;
let hasRawLicense: bool = false;

/** Which member came behind which one last time: members of all lines come in the same order, most often. */
const nextMember: usize = memory.data(65);

const nullWord: usize = memory.data<u8>([0x6e, 0x75, 0x6c, 0x6c]);
const trueWord: usize = memory.data<u8>([0x74, 0x72, 0x75, 0x65]);
const falseWord: usize = memory.data<u8>([0x66, 0x61, 0x6c, 0x73, 0x65]);
const imageWord: usize = memory.data<u8>([0x69, 0x6d, 0x61, 0x67, 0x65]);
const audioWord: usize = memory.data<u8>([0x61, 0x75, 0x64, 0x69, 0x6f]);

/** Reads the line between two addresses, behind which a line end stands. False where it is left to others. */
export function walk(start: usize, end: usize): bool {
  scratch.clear();
  clearValues();
  clearLosses();
  hasMedia = false;
  hasSlash = false;
  licenseStart = 0;
  licenseEnd = 0;
  hasRawLicense = false;
  let i = skipBlanks(start);
  if (load<u8>(i) !== 0x7b) return false;
  let member: i32 = -1;
  do {
    member = readKey(skipBlanks(i + 1), member);
    if (member < 0 || valueIn(member).state !== ABSENT) return false;
    const valueAt = skipBlanks(keyEnd);
    i = readMember(member, valueAt);
    if (i === 0) return false;
    // An empty text tells the media type, as any value but null does, and is none itself: rare enough for others.
    if (definition(member).media !== 0 && valueIn(member).state === NULL && load<u8>(valueAt) !== 0x6e) return false;
    i = skipBlanks(i);
  } while (load<u8>(i) === 0x2c);
  return load<u8>(i) === 0x7d && skipBlanks(i + 1) === end && finish();
}

/** Which member's key stands here; `before` is the one before it. -1 for an unknown one. */
function readKey(at: usize, before: i32): i32 {
  const guess = nextMember + before + 1;
  const expected = <i32>load<u8>(guess);
  if (isKey(at, expected)) return expected;
  for (let member = 0; member < members; member++) {
    if (isKey(at, member)) {
      store<u8>(guess, <u8>member);
      return member;
    }
  }
  return -1;
}

function isKey(at: usize, member: i32): bool {
  const column = definition(member);
  if (!sameBytes(at, column.key, column.keyLength)) return false;
  keyEnd = at + column.keyLength;
  return true;
}

function readMember(member: i32, at: usize): usize {
  const column = definition(member);
  const value = valueIn(member);
  const first = load<u8>(at);
  if (first === 0x6e) return readWord(value, at, nullWord, 4, NULL, 0);
  switch (column.type) {
    case TEXT:
      return setText(value, texts.readText(at), column.limit);
    case URL: {
      const end = texts.readUrl(at);
      if (end !== 0 && load<u8>(texts.end - 1) === 0x2f) hasSlash = true;
      return setText(value, end, column.limit);
    }
    case INTEGER:
      return setNumber(value, readInteger(at));
    case NUMBER_TYPE:
      return setNumber(value, readDecimal(at));
    case TIMESTAMP:
      value.start = at + 1;
      return setNumber(value, readTime(at));
    case BOOLEAN:
      return first === 0x74
        ? readWord(value, at, trueWord, 4, NUMBER, 1)
        : readWord(value, at, falseWord, 5, NUMBER, 0);
    case UUID:
      // Made anew from provider and foreign identifier.
      value.state = NULL;
      return texts.readText(at);
    case OBJECT:
      return first === 0x7b ? setObject(value, objects.readObject(at)) : 0;
    case OBJECTS:
      return first === 0x5b ? setObject(value, objects.readObject(at)) : 0;
    case TAGS: {
      const end = first === 0x5b ? readTags(at) : 0;
      value.state = tags > 0 ? LIST : NULL;
      return end;
    }
    case TEXTS:
      value.state = LIST;
      return first === 0x5b ? readTexts(at, column.limit) : 0;
    default:
      return readMediaType(value, at);
  }
}

function readWord(value: Value, at: usize, word: usize, length: usize, state: u8, number: f64): usize {
  value.state = state;
  value.number = number;
  return sameBytes(at, word, length) ? at + length : 0;
}

/** An empty text is none. One of more bytes than it may have characters is left to others. */
function setText(value: Value, end: usize, limit: usize): usize {
  if (end === 0) return 0;
  value.start = texts.start;
  value.length = texts.end - texts.start;
  value.state = value.length === 0 ? NULL : texts.inScratch ? IN_SCRATCH : IN_LINE;
  return value.length <= limit ? end : 0;
}

function setNumber(value: Value, end: usize): usize {
  value.state = NUMBER;
  value.number = readValue;
  return end;
}

function setObject(value: Value, end: usize): usize {
  value.start = objects.start;
  value.length = objects.end - objects.start;
  value.state = objects.inScratch ? IN_SCRATCH : IN_LINE;
  if (changetype<usize>(value) === changetype<usize>(inRole(META_DATA))) {
    licenseStart = objects.licenseStart;
    licenseEnd = objects.licenseEnd;
    hasRawLicense = objects.hasRawLicense;
  }
  return end;
}

function readMediaType(value: Value, at: usize): usize {
  const end = texts.readText(at);
  if (end === 0 || texts.end - texts.start !== 5) return 0;
  if (sameBytes(texts.address(), imageWord, 5)) media = IMAGE;
  else if (sameBytes(texts.address(), audioWord, 5)) media = AUDIO;
  else return 0;
  value.state = NUMBER;
  hasMedia = true;
  return end;
}

/** The rules that concern several columns. False where the record is left to `cleanRecord`. */
function finish(): bool {
  let hasImage = false;
  let hasAudio = false;
  for (let member = 0; member < members; member++) {
    const column = definition(member);
    const isThere = valueIn(member).state >= IN_LINE;
    if (!isThere && column.isRequired) return false;
    if (isThere && column.media === IMAGE) hasImage = true;
    if (isThere && column.media === AUDIO) hasAudio = true;
  }
  if (!hasMedia) media = hasAudio ? AUDIO : IMAGE;
  if (media === IMAGE ? hasAudio : hasImage) return false;

  const ofProvider = factsOf(PROVIDER_KIND, inRole(PROVIDER));
  // The lowest bit says whether its URLs keep a slash at their end.
  if (ofProvider.value < 0 || (hasSlash && (ofProvider.value & 1) === 0)) return false;
  line.provider = ofProvider.value >> 1;
  const categoryText = ofProvider.text;
  const categoryLength = ofProvider.textLength;
  fillText(CATEGORY, categoryText, categoryLength);
  copyMissing(SOURCE, PROVIDER);
  const ofSource = factsOf(SOURCE_KIND, inRole(SOURCE));
  if (ofSource.value < 0) return false;
  line.source = ofSource.value;
  fillText(INGESTION_TYPE, ofSource.text, ofSource.textLength);
  if (!completeLicense() || !completeFiletype()) return false;
  const watermarked = inRole(WATERMARKED);
  if (watermarked.state <= NULL) {
    watermarked.isFilled = true;
    watermarked.state = NUMBER;
    watermarked.number = 0;
  }
  makeIdentifier();
  line.media = media;
  line.unwanted = unwanted;
  line.repeated = repeated;
  return true;
}

function addressOf(value: Value): usize {
  return value.state === IN_SCRATCH ? scratch.base() + value.start : value.start;
}

function factsOf(kind: i32, value: Value): Entry {
  return interned(kind, addressOf(value), value.length);
}

/** Gives a column that has no value a text, where there is one. */
function fillText(role: i32, text: usize, length: usize): void {
  const value = inRole(role);
  if (value.state > NULL || length === 0) return;
  value.isFilled = true;
  value.state = IN_SCRATCH;
  value.start = scratch.length();
  value.length = length;
  scratch.append(text, text + length);
}

function copyMissing(role: i32, from: i32): void {
  const value = inRole(role);
  const other = inRole(from);
  if (value.state > NULL) return;
  value.isFilled = true;
  value.state = other.state;
  value.start = other.start;
  value.length = other.length;
}

function appendValue(value: Value): void {
  if (value.state === IN_SCRATCH) scratch.appendOwn(value.start, value.start + value.length);
  else scratch.append(value.start, value.start + value.length);
}

/** `,"license_url":` and `,"raw_license_url":null}` */
const licenseUrlKey: usize = memory.data<u8>([
  0x2c, 0x22, 0x6c, 0x69, 0x63, 0x65, 0x6e, 0x73, 0x65, 0x5f, 0x75, 0x72, 0x6c, 0x22, 0x3a,
]);
const noRawLicense: usize = memory.data<u8>([
  0x2c, 0x22, 0x72, 0x61, 0x77, 0x5f, 0x6c, 0x69, 0x63, 0x65, 0x6e, 0x73, 0x65, 0x5f, 0x75, 0x72, 0x6c, 0x22,
  0x3a, 0x6e, 0x75, 0x6c, 0x6c, 0x7d,
]);

/** The licence is known, and `meta_data` says where it is written down. */
function completeLicense(): bool {
  const question: usize = scratch.length();
  appendValue(inRole(LICENSE));
  scratch.appendByte(0x0a);
  appendValue(inRole(LICENSE_VERSION));
  scratch.appendByte(0x0a);
  if (licenseEnd > 0) scratch.append(licenseStart, licenseEnd);
  const facts = interned(LICENSE_KIND, scratch.base() + question, scratch.length() - question);
  if (facts.value < 0) return false;
  line.license = facts.value;
  const metaData = inRole(META_DATA);
  const isThere = metaData.state >= IN_LINE;
  if (isThere && licenseEnd > 0 && hasRawLicense) return true;
  const start: usize = scratch.length();
  if (isThere) {
    metaData.length--;
    appendValue(metaData);
  } else scratch.appendByte(0x7b);
  if (licenseEnd === 0) {
    scratch.append(isThere ? licenseUrlKey : licenseUrlKey + 1, licenseUrlKey + 15);
    scratch.append(facts.text, facts.text + facts.textLength);
  }
  if (hasRawLicense) scratch.appendByte(0x7d);
  else scratch.append(noRawLicense, noRawLicense + 24);
  metaData.state = IN_SCRATCH;
  metaData.start = start;
  metaData.length = scratch.length() - start;
  return true;
}

/** Longer than every extension that is known, with its dot. */
const LONGEST_EXTENSION: usize = 8;

/** A filetype that has another name is left to others; one that is not given is taken from the URL. */
function completeFiletype(): bool {
  const filetype = inRole(FILETYPE);
  if (filetype.state > NULL) return factsOf(FILETYPE_KIND + media - 1, filetype).value !== 0;
  const url = inRole(URL_ROLE);
  const end = pathEnd(url.start, url.start + url.length);
  let dot = end - 1;
  while (
    dot > url.start &&
    dot + LONGEST_EXTENSION >= end &&
    load<u8>(dot) !== 0x2e &&
    load<u8>(dot) !== 0x2f
  )
    dot--;
  if (load<u8>(dot) !== 0x2e) return true;
  const facts = interned(EXTENSION_KIND + media - 1, dot, end - dot);
  fillText(FILETYPE, facts.text, facts.textLength);
  return true;
}

/** Where the path of a URL ends: before its query or fragment. */
function pathEnd(start: usize, end: usize): usize {
  for (let i = start; i < end; i++) {
    const byte = load<u8>(i);
    if (byte === 0x3f || byte === 0x23) return i;
  }
  return end;
}

/** The namespace of identifiers, then room for the name. */
let name: usize = heap.alloc(1024);
let nameSize: usize = 1024;
const NAMESPACE_LENGTH: usize = 16;

/** Where the namespace of identifiers is to be put. */
export function namespace(): usize {
  return name;
}

/** UUID v5 (RFC 9562, section 5.5) of provider, a line end and foreign identifier. */
function makeIdentifier(): void {
  const given = inRole(PROVIDER);
  const foreign = inRole(FOREIGN_IDENTIFIER);
  const length = NAMESPACE_LENGTH + given.length + 1 + foreign.length;
  if (length + 72 > nameSize) {
    nameSize = 2 * (length + 72);
    name = heap.realloc(name, nameSize);
  }
  memory.copy(name + NAMESPACE_LENGTH, addressOf(given), given.length);
  store<u8>(name + NAMESPACE_LENGTH + given.length, 0x0a);
  memory.copy(name + NAMESPACE_LENGTH + given.length + 1, addressOf(foreign), foreign.length);
  sha1.sha1(name, length);
  line.key = sha1.a;
  line.key2 = (sha1.b & 0xffff0fff) | 0x5000;
  line.key3 = (sha1.c & 0x3fffffff) | 0x80000000;
  line.key4 = sha1.d;
  line.name = name + NAMESPACE_LENGTH;
  line.nameLength = <i32>(length - NAMESPACE_LENGTH);
  const identifier = inRole(IDENTIFIER);
  identifier.state = IN_SCRATCH;
  identifier.start = scratch.length();
  identifier.length = 36;
  scratch.reserve(36);
  appendHex(sha1.a, 4);
  scratch.appendByte(0x2d);
  appendHex(sha1.b >> 16, 2);
  scratch.appendByte(0x2d);
  appendHex((sha1.b & 0x0fff) | 0x5000, 2);
  scratch.appendByte(0x2d);
  appendHex(((sha1.c >> 16) & 0x3fff) | 0x8000, 2);
  scratch.appendByte(0x2d);
  appendHex(sha1.c & 0xffff, 2);
  appendHex(sha1.d, 4);
}

/** The two hexadecimal digits of each byte. */
const HEX: usize = memory.data(512);
for (let byte: i32 = 0; byte < 256; byte++) {
  store<u8>(HEX + 2 * byte, hexDigit(byte >> 4));
  store<u8>(HEX + 2 * byte, hexDigit(byte & 15), 1);
}

function hexDigit(digit: i32): u8 {
  return <u8>(digit < 10 ? 0x30 + digit : 0x57 + digit);
}

/** Appends the lowest bytes of a number; there is room for them. */
function appendHex(number: u32, bytes: i32): void {
  for (let i = bytes - 1; i >= 0; i--) scratch.appendPair(load<u16>(HEX + 2 * ((number >> (8 * i)) & 255)));
}

/** Rows of one media type: how many, then the address of each member's column, 0 where it has none. */
export function newBatch(ofMedia: i32): usize {
  const batch = heap.alloc(4 * (members + 1));
  for (let member = 0; member < members; member++) {
    const column = definition(member);
    const isOwn = column.type !== MEDIA_TYPE && (column.media === 0 || column.media === ofMedia);
    store<usize>(batch + 4 * member, isOwn ? changetype<usize>(columnFor(column.type)) : 0);
  }
  return batch;
}

function columnFor(type: i32): Column {
  switch (type) {
    case INTEGER:
      return newColumn(INT32);
    case NUMBER_TYPE:
      return newColumn(DOUBLE);
    case BOOLEAN:
      return newColumn(BOOLEAN_COLUMN);
    case TIMESTAMP:
      return newColumn(TIME);
    case TEXTS: {
      const list = newColumn(LIST_COLUMN);
      list.child0 = changetype<usize>(newColumn(TEXT_COLUMN));
      return list;
    }
    case TAGS: {
      const tag = newColumn(STRUCT);
      tag.child0 = changetype<usize>(newColumn(TEXT_COLUMN));
      tag.child1 = changetype<usize>(newColumn(TEXT_COLUMN));
      tag.child2 = changetype<usize>(newColumn(DOUBLE));
      const list = newColumn(LIST_COLUMN);
      list.child0 = changetype<usize>(tag);
      return list;
    }
    default:
      return newColumn(TEXT_COLUMN);
  }
}

/** Adds the line that was read last. */
export function addLine(batch: usize): void {
  for (let member = 0; member < members; member++) {
    const at = load<usize>(batch + 4 * member);
    if (at === 0) continue;
    const column = changetype<Column>(at);
    const value = valueIn(member);
    if (value.state <= NULL) addNull(column);
    else if (value.state === NUMBER) addNumber(column, value.number);
    else if (value.state === LIST) addList(column, definition(member).type);
    else addText(column, addressOf(value), value.length);
  }
}

function addList(column: Column, type: i32): void {
  const child = changetype<Column>(column.child0);
  if (type === TEXTS) for (let i = 0; i < elements; i++) addSpan(child, element(i));
  else {
    for (let i = 0; i < tags; i++) {
      addSpan(changetype<Column>(child.child0), tagName(i));
      addSpan(changetype<Column>(child.child1), tagProvider(i));
      const accuracy = tagAccuracy(i);
      if (isNaN(accuracy)) addNull(changetype<Column>(child.child2));
      else addNumber(changetype<Column>(child.child2), accuracy);
      endElements(child);
    }
  }
  endElements(column);
}

function addSpan(column: Column, span: Span): void {
  addText(column, span.address, span.length);
}
