import { sameBytes } from "./memory";
import { answer, answerLength, learn, setAnswer } from "./host";

/**
 * Remembers what is known of texts that repeat (providers, hosts, licences, tags), by their bytes. The program is
 * asked once a text.
 */

/** More than this and the table starts anew: what does not repeat is not worth the memory. */
const MOST_ENTRIES: u32 = 1 << 15;
const SLOTS: u32 = 2 * MOST_ENTRIES;
const MOST_BYTES: usize = 1 << 20;

/** What is known of one text. */
@unmanaged
export class Entry {
  kind: i32;
  hash: u32;
  length: usize;
  /** The number that the program answered, and its text. */
  value: i32;
  textLength: usize;
  /** The list that had a tag of this name last. */
  list: u32;

  /** The text itself stands behind the entry, then the answer. */
  @inline
  get bytes(): usize {
    return changetype<usize>(this) + offsetof<Entry>();
  }

  @inline
  get text(): usize {
    return this.bytes + this.length;
  }
}

const slots: usize = heap.alloc(SLOTS * sizeof<usize>());
memory.fill(slots, 0, SLOTS * sizeof<usize>());
let entries: u32 = 0;
let bytes: usize = 0;
/** Counts how often the table began anew. */
export let generation: u32 = 0;

/** FNV-1a, four bytes at a time. */
function hashOf(kind: i32, at: usize, length: usize): u32 {
  let hash: u32 = 0x811c9dc5 ^ kind;
  let i: usize = 0;
  for (; i + 4 <= length; i += 4) hash = rotl<u32>((hash ^ load<u32>(at + i)) * 0x01000193, 13);
  for (; i < length; i++) hash = (hash ^ load<u8>(at + i)) * 0x01000193;
  hash ^= hash >> 15;
  hash *= 0x2c1b3c6d;
  return hash ^ (hash >> 12);
}

/** What is known of the text of this kind. It stays where it is until another text is asked for. */
export function interned(kind: i32, at: usize, length: usize): Entry {
  const hash = hashOf(kind, at, length);
  let slot = hash & (SLOTS - 1);
  for (;;) {
    const entry = load<usize>(slots + slot * sizeof<usize>());
    if (entry === 0) break;
    const found = changetype<Entry>(entry);
    if (
      found.hash === hash &&
      found.length === length &&
      found.kind === kind &&
      sameBytes(found.bytes, at, length)
    ) {
      return found;
    }
    slot = (slot + 1) & (SLOTS - 1);
  }
  return add(slot, hash, kind, at, length);
}

function add(free: u32, hash: u32, kind: i32, at: usize, length: usize): Entry {
  let slot = free;
  if (entries >= MOST_ENTRIES || bytes >= MOST_BYTES) {
    clear();
    slot = hash & (SLOTS - 1);
  }
  setAnswer(0);
  const value = learn(kind, at, length);
  const size = offsetof<Entry>() + length + answerLength();
  const entry = changetype<Entry>(heap.alloc(size));
  entry.kind = kind;
  entry.hash = hash;
  entry.length = length;
  entry.value = value;
  entry.textLength = answerLength();
  entry.list = 0;
  memory.copy(entry.bytes, at, length);
  memory.copy(entry.text, answer(), answerLength());
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
