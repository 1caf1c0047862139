import { hashOf } from "../../../base/wasm/assembly/hash";
import { sameBytes, zeroes } from "../../../base/wasm/assembly/memory";
import { MOST_ANSWERS, Question } from "../shared";
import { answer, learn } from "./host";

/**
 * Remembers what is known of texts that repeat (providers, hosts, licences, tags), by their bytes. The host is
 * asked once a text.
 */

/** With more than this the table is cleared: what does not repeat is not worth the memory. */
const SLOTS: u32 = 2 * MOST_ANSWERS;
const MOST_BYTES: usize = 1 << 20;

/** What is known of one text. */
@unmanaged
export class Entry {
  question: i32;
  hash: u32;
  length: usize;
  /** The number that the host answered, and its text. */
  value: i32;
  textLength: usize;
  /** The list that had a tag of this name last. */
  list: u32;

  /** The text itself follows the entry, then the answer. */
  @inline
  get bytes(): usize {
    return changetype<usize>(this) + offsetof<Entry>();
  }

  @inline
  get text(): usize {
    return this.bytes + this.length;
  }
}

const slots: usize = zeroes(SLOTS * sizeof<usize>());
let entries: u32 = 0;
let bytes: usize = 0;
/** How often the table was cleared. */
export let generation: u32 = 0;

/** The answer to a question about a text. It stays where it is until another text is asked for. */
export function interned(question: Question, at: usize, length: usize): Entry {
  const hash = hashOf(at, length) ^ question;
  let slot = hash & (SLOTS - 1);
  for (;;) {
    const entry = load<usize>(slots + slot * sizeof<usize>());
    if (entry === 0) break;
    const found = changetype<Entry>(entry);
    if (
      found.hash === hash &&
      found.length === length &&
      found.question === question &&
      sameBytes(found.bytes, at, length)
    ) {
      return found;
    }
    slot = (slot + 1) & (SLOTS - 1);
  }
  return add(slot, hash, question, at, length);
}

function add(free: u32, hash: u32, question: Question, at: usize, length: usize): Entry {
  let slot = free;
  if (entries >= <u32>MOST_ANSWERS || bytes >= MOST_BYTES) {
    clear();
    slot = hash & (SLOTS - 1);
  }
  answer.used = 0;
  const value = learn(question, at, length);
  const size = offsetof<Entry>() + length + answer.used;
  const entry = changetype<Entry>(heap.alloc(size));
  entry.question = question;
  entry.hash = hash;
  entry.length = length;
  entry.value = value;
  entry.textLength = answer.used;
  entry.list = 0;
  memory.copy(entry.bytes, at, length);
  memory.copy(entry.text, answer.at, answer.used);
  store<usize>(slots + slot * sizeof<usize>(), changetype<usize>(entry));
  entries++;
  bytes += size;
  return entry;
}

function clear(): void {
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    const entry = load<usize>(slots + slot * sizeof<usize>());
    if (entry !== 0) heap.free(entry);
  }
  memory.fill(slots, 0, SLOTS * sizeof<usize>());
  entries = 0;
  bytes = 0;
  generation++;
}
