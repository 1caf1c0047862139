import { append } from "../../../base/wasm/assembly/bytes";
import { sameBytes } from "../../../base/wasm/assembly/memory";
import * as text from "../../../base/wasm/assembly/text";
import { isDigit, isSmallLetter, isWord, skipLiteral, wordOf } from "../../../base/wasm/assembly/text";
import { answer, scalarText } from "./host";
import { scratch } from "./scratch";
import { BLANK, kindOf, LEAD, PLAIN, QUOTE, skipBlanks } from "./text-bytes";
import { cleanScanned, isEscaped, isUnclean, scan } from "./texts";

/**
 * Reads JSON objects as the record stores them: what `JSON.stringify` makes of what `cleanJson` makes of them. Nearly
 * always that is what the line has, byte for byte; so bytes are copied only where something differs.
 */

/** What is left to `cleanJson`: objects of more members, and deeper ones. */
const MOST_MEMBERS: i32 = 64;
const DEEPEST: i32 = 20;

const LICENSE_URL = wordOf("license_url");
const RAW_LICENSE_URL = wordOf("raw_license_url");

/** Starts and ends of the names of open objects' members, the innermost object's last. */
const names: usize = memory.data(<i32>((MOST_MEMBERS + 1) * (DEEPEST + 2) * 2 * sizeof<usize>()));
let namesLength: i32 = 0;

/** Where the bytes begin that are not copied yet; whether some are. */
let run: usize = 0;
let isCopied: bool = false;

/** Where the object that was read last lies; in the scratch, these are positions in it. */
export let inScratch: bool = false;
export let start: usize = 0;
export let end: usize = 0;
/** The members of `meta_data` that the licence is in; spans of the line, 0 where they are absent. */
export let licenseStart: usize = 0;
export let licenseEnd: usize = 0;
export let hasRawLicense: bool = false;

/** Reads an object, or a list of objects; gives where it ends, or 0 for what is left to `cleanRecord`, an empty one too. */
export function readObject(at: usize): usize {
  licenseStart = 0;
  licenseEnd = 0;
  hasRawLicense = false;
  namesLength = 0;
  run = at;
  isCopied = false;
  const copied: usize = scratch.used;
  const last = load<u8>(at) === text.OPEN_OBJECT ? object(at, 0) : list(at, 0);
  if (last === 0) return 0;
  inScratch = isCopied;
  if (isCopied) append(scratch, run, last - run);
  start = isCopied ? copied : at;
  end = isCopied ? scratch.used : last;
  return last;
}

function object(at: usize, depth: i32): usize {
  const firstName = namesLength;
  let i = at + 1;
  for (;;) {
    i = blanks(i);
    const name = i + 1;
    const nameEnd = memberName(i, firstName);
    if (nameEnd === 0) return 0;
    i = blanks(nameEnd + 1);
    if (load<u8>(i) !== text.COLON) return 0;
    i = blanks(i + 1);
    const last = anyValue(i, depth + 1);
    if (last === 0 || (depth === 0 && !noteLicense(name, nameEnd, i, last))) return 0;
    i = blanks(last);
    if (load<u8>(i) === text.CLOSE_OBJECT) break;
    if (load<u8>(i) !== text.COMMA) return 0;
    i++;
  }
  namesLength = firstName;
  return i + 1;
}

/** At depth 0 it is a column of objects: other elements are left to `cleanRecord`. */
function list(at: usize, depth: i32): usize {
  let i = at;
  do {
    i = blanks(i + 1);
    if (depth === 0 && load<u8>(i) !== text.OPEN_OBJECT) return 0;
    i = anyValue(i, depth + 1);
    if (i === 0) return 0;
    i = blanks(i);
  } while (load<u8>(i) === text.COMMA);
  return load<u8>(i) === text.CLOSE_ARRAY ? i + 1 : 0;
}

function anyValue(at: usize, depth: i32): usize {
  if (depth > DEEPEST) return 0;
  switch (load<u8>(at)) {
    case text.QUOTE:
      return jsonText(at);
    case text.OPEN_OBJECT:
      return object(at, depth);
    case text.OPEN_ARRAY:
      return list(at, depth);
    case text.N:
      return skipLiteral(at);
    default:
      return scalar(at);
  }
}

function jsonText(at: usize): usize {
  const last = scan(at + 1);
  if (last === 0) return 0;
  if (isUnclean) {
    if (!cleanScanned(at, last + 1, true)) return 0;
    replace(at, last + 1, answer.at, answer.used);
  }
  return last + 1;
}

/** Numbers and booleans become texts. */
function scalar(at: usize): usize {
  let i = at;
  while (isScalarByte(load<u8>(i))) i++;
  if (i === at || !scalarText(at, i - at)) return 0;
  replace(at, i, answer.at, answer.used);
  return i;
}

/** A small letter or what numbers are made of. */
function isScalarByte(byte: u8): bool {
  return (
    isSmallLetter(byte) ||
    isDigit(byte) ||
    byte === text.PLUS ||
    byte === text.HYPHEN ||
    byte === text.DOT ||
    byte === text.CAPITAL_E
  );
}

/**
 * Checks the name of a member and that it is the first of this name; gives its last quote. 0 for names that
 * `JSON.parse` puts in another order (numbers), and those with escapes.
 */
function memberName(at: usize, firstName: i32): usize {
  if (load<u8>(at) !== text.QUOTE) return 0;
  const first = at + 1;
  if (isDigit(load<u8>(first))) return 0;
  let last = first;
  for (;;) {
    const kind = kindOf(load<u8>(last));
    if (kind === QUOTE) break;
    if (kind !== PLAIN && kind !== BLANK && kind !== LEAD) return 0;
    last++;
  }
  if (namesLength - firstName >= 2 * MOST_MEMBERS) return 0;
  for (let i = firstName; i < namesLength; i += 2) {
    const other = load<usize>(names + i * sizeof<usize>());
    const otherEnd = load<usize>(names + (i + 1) * sizeof<usize>());
    if (otherEnd - other === last - first && sameBytes(other, first, last - first)) return 0;
  }
  store<usize>(names + namesLength * sizeof<usize>(), first);
  store<usize>(names + (namesLength + 1) * sizeof<usize>(), last);
  namesLength += 2;
  return last;
}

/** Remembers where the licence is. False where it is not written as a record has it. */
function noteLicense(name: usize, nameEnd: usize, from: usize, to: usize): bool {
  const length = nameEnd - name;
  const isText = load<u8>(from) === text.QUOTE && to > from + 2;
  if (length === LICENSE_URL.length && isWord(name, LICENSE_URL)) {
    licenseStart = from + 1;
    licenseEnd = to - 1;
    return isText && !isEscaped && !isUnclean;
  }
  if (length === RAW_LICENSE_URL.length && isWord(name, RAW_LICENSE_URL)) {
    hasRawLicense = true;
    return load<u8>(from) === text.N || (isText && !isUnclean);
  }
  return true;
}

function blanks(at: usize): usize {
  const last = skipBlanks(at);
  if (last > at) replace(at, last, 0, 0);
  return last;
}

function replace(from: usize, to: usize, by: usize, length: usize): void {
  append(scratch, run, from - run);
  if (length > 0) append(scratch, by, length);
  run = to;
  isCopied = true;
}
