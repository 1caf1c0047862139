import { readFileSync } from "node:fs";

/**
 * Checks that bytes are one JSON object and notes where its members stand, without making any object of it.
 *
 * `JSON.parse` makes thousands of small objects of every entity, of which a snapshot's reader wants two or three. This
 * walk over the bytes takes a tenth of the time, so parts that are wanted can be cut out and all others are checked at
 * the same cost. It takes exactly what `JSON.parse` takes; a test holds the two together. The walk itself is
 * WebAssembly: `assembly/scan.ts`.
 */

/** What the module gives; it is described there. */
interface Walk {
  readonly memory: WebAssembly.Memory;
  membersAt(): number;
  innerMembersOffset(): number;
  innerNameAt(): number;
  lineAt(): number;
  outerMembers(): number;
  innerMembers(): number;
  scan(start: number, end: number, nameLength: number): number;
  skipValue(start: number, level: number): number;
}

const WALK = new WebAssembly.Module(readFileSync(new URL("./scan.wasm", import.meta.url)));
const PAGE = 64 * 1024;
/** Addresses that one member takes: its name, the byte behind that, its value, the byte behind that. */
const ADDRESSES = 4;

/** What became of a walk: it is JSON, it is not, or it is with names that have to be decoded first. */
export type Scanned = "object" | "not_json" | "escaped_names";

/** In the order of the module's numbers. */
const SCANNED: readonly Scanned[] = ["object", "not_json", "escaped_names"];

/** Walks over lines, one after the other, and knows where the members of the last object stand. */
export class Scanner {
  readonly members: Members;
  /** Those of the member with the inner name; empty where there is none, or it is no object (Wikibase writes `[]`). */
  readonly inner: Members;
  readonly #walk: Walk;
  readonly #lineAt: number;
  readonly #nameLength: number;
  #memory: Buffer<ArrayBuffer>;

  constructor(innerName: string) {
    this.#walk = new WebAssembly.Instance(WALK).exports as Walk;
    this.#lineAt = this.#walk.lineAt();
    this.#memory = Buffer.from(this.#walk.memory.buffer);
    this.#nameLength = this.#memory.write(innerName, this.#walk.innerNameAt());
    this.members = new Members();
    this.inner = new Members();
  }

  /** Walks over one object, which has to fill the bytes from `start` to `end` but for blanks, and notes its members. */
  scan(bytes: Buffer, start: number, end: number): Scanned {
    this.#take(bytes, start, end);
    const found = this.#walk.scan(this.#lineAt, this.#lineAt + end - start, this.#nameLength);
    const origin = start - this.#lineAt;
    const at = this.#walk.membersAt();
    this.members.show(this.#memory, at, this.#walk.outerMembers(), origin);
    this.inner.show(this.#memory, at + this.#walk.innerMembersOffset(), this.#walk.innerMembers(), origin);
    return SCANNED[found] as Scanned;
  }

  /** The byte behind the value that begins at `start`; -1 where there is none before `end`. */
  skipValue(bytes: Buffer, start: number, end: number): number {
    this.#take(bytes, start, end);
    const behind = this.#walk.skipValue(this.#lineAt, 0);
    return behind === 0 ? -1 : behind - this.#lineAt + start;
  }

  /** Copies a line to where it is read, and puts a NUL behind it. */
  #take(bytes: Buffer, start: number, end: number): void {
    const behind = this.#lineAt + end - start;
    // The walk reads sixteen bytes at a time.
    const missing = behind + 16 - this.#memory.length;
    if (missing > 0) {
      this.#walk.memory.grow(Math.ceil(missing / PAGE));
      this.#memory = Buffer.from(this.#walk.memory.buffer);
    }
    bytes.copy(this.#memory, this.#lineAt, start, end);
    this.#memory[behind] = 0;
  }
}

/** Where the members of an object stand, as positions in its bytes. */
export class Members {
  count = 0;
  #addresses = new Uint32Array();
  #origin = 0;

  /** Shows what is noted in memory. `origin` makes positions of addresses. */
  show(memory: Buffer<ArrayBuffer>, at: number, count: number, origin: number): void {
    if (this.#addresses.buffer !== memory.buffer) this.#addresses = new Uint32Array(memory.buffer, at);
    this.count = count;
    this.#origin = origin;
  }

  /** The number of the member with this name, the last one if it is repeated (as in `JSON.parse`); -1 for none. */
  find(bytes: Buffer, name: string): number {
    for (let member = this.count - 1; member >= 0; member--)
      if (isNamed(bytes, this.nameStart(member), this.nameEnd(member), name)) return member;
    return -1;
  }

  nameStart(member: number): number {
    return this.#position(ADDRESSES * member);
  }

  nameEnd(member: number): number {
    return this.#position(ADDRESSES * member + 1);
  }

  start(member: number): number {
    return this.#position(ADDRESSES * member + 2);
  }

  end(member: number): number {
    return this.#position(ADDRESSES * member + 3);
  }

  #position(index: number): number {
    return (this.#addresses[index] as number) + this.#origin;
  }
}

function isNamed(bytes: Buffer, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name.charCodeAt(i)) return false;
  return true;
}
