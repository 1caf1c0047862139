import { sameBytes } from "../../../base/wasm/assembly/memory";
import * as text from "../../../base/wasm/assembly/text";
import { isWord, skipLiteral, wordOf } from "../../../base/wasm/assembly/text";
import { Media, MemberType, Role } from "../shared";
import { clearValues, definition, inRole, members, State, Value, valueIn } from "./members";
import { readDecimal, readInteger, readTime, value as readValue } from "./numbers";
import * as objects from "./objects";
import { scratch } from "./scratch";
import { clearLosses, readTags, readTexts, tags } from "./tags";
import { skipBlanks } from "./text-bytes";
import * as texts from "./texts";

/** Reads the members of a line, one after the other. */

/** What the members say that were read. */
export let media: i32 = Media.image;
export let hasMedia: bool = false;
/** Whether a URL ends with a slash. */
export let hasSlash: bool = false;
/** The licence in `meta_data`; 0 where it is absent. */
export let licenseStart: usize = 0;
export let licenseEnd: usize = 0;
export let hasRawLicense: bool = false;

let keyEnd: usize = 0;

/** Which member came after which one last time: members of all lines come in the same order, most often. */
const nextMember: usize = memory.data(65);

const IMAGE = wordOf("image");
const AUDIO = wordOf("audio");

/** Reads the members of the line between two addresses. False where it is left to `cleanRecord`. */
export function readLine(start: usize, end: usize): bool {
  scratch.used = 0;
  clearValues();
  clearLosses();
  hasMedia = false;
  hasSlash = false;
  licenseStart = 0;
  licenseEnd = 0;
  hasRawLicense = false;
  let i = skipBlanks(start);
  if (load<u8>(i) !== text.OPEN_OBJECT) return false;
  let member: i32 = -1;
  do {
    member = readKey(skipBlanks(i + 1), member);
    if (member < 0 || valueIn(member).state !== State.absent) return false;
    const valueAt = skipBlanks(keyEnd);
    i = readMember(member, valueAt);
    if (i === 0) return false;
    // An empty text tells the media type, as any value but null does, yet counts as null: rare enough to leave to `cleanRecord`.
    if (definition(member).media !== 0 && valueIn(member).state === State.null && load<u8>(valueAt) !== text.N) return false;
    i = skipBlanks(i);
  } while (load<u8>(i) === text.COMMA);
  return load<u8>(i) === text.CLOSE_OBJECT && skipBlanks(i + 1) === end;
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
  if (first === text.N) return readLiteral(value, at, State.null, 0);
  switch (column.type) {
    case MemberType.text:
      return setText(value, texts.readText(at), column.limit);
    case MemberType.url: {
      const end = texts.readUrl(at);
      if (end !== 0 && load<u8>(texts.end - 1) === text.SLASH) hasSlash = true;
      return setText(value, end, column.limit);
    }
    case MemberType.integer:
      return setNumber(value, readInteger(at));
    case MemberType.number:
      return setNumber(value, readDecimal(at));
    case MemberType.timestamp:
      value.start = at + 1;
      return setNumber(value, readTime(at));
    case MemberType.boolean:
      return readLiteral(value, at, State.number, first === text.T ? 1 : 0);
    case MemberType.uuid:
      // Made again from provider and foreign identifier.
      value.state = State.null;
      return texts.readText(at);
    case MemberType.object:
      return first === text.OPEN_OBJECT ? setObject(value, objects.readObject(at)) : 0;
    case MemberType.objects:
      return first === text.OPEN_ARRAY ? setObject(value, objects.readObject(at)) : 0;
    case MemberType.tags: {
      const end = first === text.OPEN_ARRAY ? readTags(at) : 0;
      value.state = tags > 0 ? State.list : State.null;
      return end;
    }
    case MemberType.texts:
      value.state = State.list;
      return first === text.OPEN_ARRAY ? readTexts(at, column.limit) : 0;
    default:
      return readMediaType(value, at);
  }
}

function readLiteral(value: Value, at: usize, state: State, number: f64): usize {
  value.state = state;
  value.number = number;
  return skipLiteral(at);
}

/** An empty text is null. One of more bytes than it may have characters is left to `cleanRecord`. */
function setText(value: Value, end: usize, limit: usize): usize {
  if (end === 0) return 0;
  value.start = texts.start;
  value.length = texts.end - texts.start;
  value.state = value.length === 0 ? State.null : texts.inScratch ? State.scratch : State.line;
  return value.length <= limit ? end : 0;
}

function setNumber(value: Value, end: usize): usize {
  value.state = State.number;
  value.number = readValue;
  return end;
}

function setObject(value: Value, end: usize): usize {
  value.start = objects.start;
  value.length = objects.end - objects.start;
  value.state = objects.inScratch ? State.scratch : State.line;
  if (changetype<usize>(value) === changetype<usize>(inRole(Role.meta_data))) {
    licenseStart = objects.licenseStart;
    licenseEnd = objects.licenseEnd;
    hasRawLicense = objects.hasRawLicense;
  }
  return end;
}

function readMediaType(value: Value, at: usize): usize {
  const end = texts.readText(at);
  if (end === 0 || texts.end - texts.start !== 5) return 0;
  if (isWord(texts.address(), IMAGE)) media = Media.image;
  else if (isWord(texts.address(), AUDIO)) media = Media.audio;
  else return 0;
  value.state = State.number;
  hasMedia = true;
  return end;
}
