import { sameBytes } from "../../../base/wasm/assembly/memory";
import { CLOSE_ARRAY, CLOSE_OBJECT, COMMA, isWord, OPEN_OBJECT, wordOf } from "../../../base/wasm/assembly/text";
import { Question } from "../shared";
import { generation, interned } from "./interned";
import { readDecimal, value } from "./numbers";
import { scratch } from "./scratch";
import { skipBlanks } from "./text-bytes";
import { end, inScratch, readText, start } from "./texts";

/**
 * Reads the lists of the columns `tags` (as `cleanTags` does) and `genres`. Of what a list loses by it, the two kinds that
 * are frequent are counted here; a list that loses anything else is left to `cleanRecord`, which counts that.
 */

/** A text of a list; in the scratch, `start` is a position in it. */
@unmanaged
export class Span {
  start: usize;
  length: usize;
  inScratch: bool;

  @inline
  get address(): usize {
    return this.inScratch ? scratch.at + this.start : this.start;
  }
}

/** More are left to `cleanRecord`. */
const MOST: i32 = 1000;
const spanSize: usize = offsetof<Span>();
/** Name, provider and accuracy of each, as the line has them, and the accuracies as numbers. */
const parts: usize = heap.alloc(3 * <usize>(MOST + 1) * spanSize);
const accuracies: usize = heap.alloc(<usize>(MOST + 1) * sizeof<f64>());

/** How many tags the list has that was read last. */
export let tags: i32 = 0;
/** Tags of the line that are not about the work, and those that repeat one with another accuracy. */
export let unwanted: i32 = 0;
export let repeated: i32 = 0;
let lists: u32 = 0;
let hasName: bool = false;
let hasProvider: bool = false;

const NAME = wordOf('"name":');
const PROVIDER = wordOf('"provider":');
const ACCURACY = wordOf('"accuracy":');

export function tagName(i: i32): Span {
  return changetype<Span>(parts + 3 * <usize>i * spanSize);
}

export function tagProvider(i: i32): Span {
  return changetype<Span>(parts + (3 * <usize>i + 1) * spanSize);
}

export function tagAccuracy(i: i32): f64 {
  return load<f64>(accuracies + <usize>i * sizeof<f64>());
}

/** The accuracy as the line has it; its length is 0 where it is missing. */
export function tagAccuracyText(i: i32): Span {
  return changetype<Span>(parts + (3 * <usize>i + 2) * spanSize);
}

function setAccuracy(i: i32, accuracy: f64): void {
  store<f64>(accuracies + <usize>i * sizeof<f64>(), accuracy);
}

/** Begins another line. */
export function clearLosses(): void {
  unwanted = 0;
  repeated = 0;
}

/** Reads the list of tags that begins at `at`; gives where it ends, or 0 for what is left to `cleanTags`. */
export function readTags(at: usize): usize {
  const before = generation;
  tags = 0;
  lists++;
  let i = skipBlanks(at + 1);
  if (load<u8>(i) === CLOSE_ARRAY) return i + 1;
  for (;;) {
    i = readTag(i);
    if (i === 0) return 0;
    keep();
    if (tags >= MOST) return 0;
    i = skipBlanks(i);
    if (load<u8>(i) === CLOSE_ARRAY) break;
    if (load<u8>(i) !== COMMA) return 0;
    i = skipBlanks(i + 1);
  }
  // Where the table was cleared meanwhile, it does not know all tags of this list.
  return generation === before ? i + 1 : 0;
}

function readTag(at: usize): usize {
  if (load<u8>(at) !== OPEN_OBJECT) return 0;
  hasName = false;
  hasProvider = false;
  setAccuracy(tags, NaN);
  tagAccuracyText(tags).length = 0;
  let i = at;
  do {
    i = readMember(skipBlanks(i + 1));
    if (i === 0) return 0;
    i = skipBlanks(i);
  } while (load<u8>(i) === COMMA);
  return load<u8>(i) === CLOSE_OBJECT && hasName && hasProvider ? i + 1 : 0;
}

function readMember(at: usize): usize {
  if (!hasName && isWord(at, NAME)) {
    hasName = true;
    return readSpan(skipBlanks(at + NAME.length), tagName(tags));
  }
  if (!hasProvider && isWord(at, PROVIDER)) {
    hasProvider = true;
    return readSpan(skipBlanks(at + PROVIDER.length), tagProvider(tags));
  }
  if (!isNaN(tagAccuracy(tags)) || !isWord(at, ACCURACY)) return 0;
  const first = skipBlanks(at + ACCURACY.length);
  const last = readDecimal(first);
  if (last === 0 || value > 1) return 0;
  setAccuracy(tags, value);
  const text = tagAccuracyText(tags);
  text.start = first;
  text.length = last - first;
  return last;
}

function readSpan(at: usize, span: Span): usize {
  const last = readText(at);
  if (last === 0 || start === end) return 0;
  span.start = start;
  span.length = end - start;
  span.inScratch = inScratch;
  return last;
}

/** Keeps the tag that was read last, where it is about the work and there is no other like it; counts what is lost. */
function keep(): void {
  const name = tagName(tags);
  const entry = interned(Question.tag, name.address, name.length);
  if (entry.value === 0) {
    unwanted++;
    return;
  }
  const other = entry.list === lists ? findSame() : -1;
  if (other >= 0) {
    if (!isNaN(tagAccuracy(tags)) && tagAccuracy(tags) !== tagAccuracy(other)) repeated++;
    return;
  }
  entry.list = lists;
  tags++;
}

/** Which tag of the list has the name and provider of the one that was read last; -1 for none. */
function findSame(): i32 {
  for (let i = 0; i < tags; i++) {
    if (areSame(tagName(i), tagName(tags)) && areSame(tagProvider(i), tagProvider(tags))) return i;
  }
  return -1;
}

function areSame(a: Span, b: Span): bool {
  return a.length === b.length && sameBytes(a.address, b.address, a.length);
}

/** The texts of `genres`. */
const MOST_ELEMENTS: i32 = 32;
const spans: usize = heap.alloc(<usize>(MOST_ELEMENTS + 1) * spanSize);
export let elements: i32 = 0;

export function element(i: i32): Span {
  return changetype<Span>(spans + <usize>i * spanSize);
}

/** Reads a list of distinct texts, none of which has more bytes than `limit`. */
export function readTexts(at: usize, limit: usize): usize {
  elements = 0;
  let i = at;
  do {
    const span = element(elements);
    i = readSpan(skipBlanks(i + 1), span);
    if (i === 0 || span.length > limit) return 0;
    for (let other = 0; other < elements; other++) if (areSame(element(other), span)) return 0;
    if (++elements > MOST_ELEMENTS) return 0;
    i = skipBlanks(i);
  } while (load<u8>(i) === COMMA);
  return load<u8>(i) === CLOSE_ARRAY ? i + 1 : 0;
}
