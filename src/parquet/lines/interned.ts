import { sameBytes } from "./byte-kinds.js";

/** More than this and the table starts anew: what does not repeat is not worth the memory. */
const MOST_ENTRIES = 1 << 15;
const MOST_BYTES = 1 << 20;

/** What is known of one text. */
interface Entry<T> {
  readonly bytes: Uint8Array;
  readonly value: T;
}

/**
 * Remembers what is known of texts that repeat (providers, hosts, licences, tags), by their bytes: finding it again
 * costs no JavaScript string. `learn` is asked once a text.
 */
export class Interned<T> {
  readonly #learn: (text: string) => T;
  readonly #slots: (Entry<T> | undefined)[] = new Array(2 * MOST_ENTRIES);
  /** Counts how often the table began anew. */
  generation = 0;
  #entries = 0;
  #bytes = 0;
  #last: Entry<T> | undefined;

  constructor(learn: (text: string) => T) {
    this.#learn = learn;
  }

  /** What is known of the text in these bytes of valid UTF-8. */
  of(bytes: Uint8Array, start: number, end: number): T {
    const length = end - start;
    const last = this.#last;
    if (last?.bytes.length === length && sameBytes(last.bytes, 0, bytes, start, length)) return last.value;
    const mask = this.#slots.length - 1;
    let slot = hashOf(bytes, start, end) & mask;
    for (;;) {
      const entry = this.#slots[slot];
      if (entry === undefined) break;
      if (entry.bytes.length === length && sameBytes(entry.bytes, 0, bytes, start, length)) {
        this.#last = entry;
        return entry.value;
      }
      slot = (slot + 1) & mask;
    }
    return this.#add(slot, Uint8Array.prototype.slice.call(bytes, start, end));
  }

  #add(slot: number, bytes: Uint8Array): T {
    const entry = { bytes, value: this.#learn(Buffer.from(bytes).toString()) };
    if (this.#entries >= MOST_ENTRIES || this.#bytes >= MOST_BYTES) {
      this.#slots.fill(undefined);
      this.generation++;
      this.#entries = 0;
      this.#bytes = 0;
      this.#slots[hashOf(bytes, 0, bytes.length) & (this.#slots.length - 1)] = entry;
    } else {
      this.#slots[slot] = entry;
    }
    this.#entries++;
    this.#bytes += bytes.length;
    this.#last = entry;
    return entry.value;
  }
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}
