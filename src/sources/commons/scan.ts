import { builtFile } from "../../base/own-files.js";
import { moduleAt } from "../../base/wasm/index.js";
import { MEMBER_FIELDS, MemberField, MOST_NAME_BYTES, ScanResult } from "./shared.js";

/**
 * Checks that bytes are one JSON object and notes where its members stand, without making any object of it.
 *
 * `JSON.parse` makes thousands of small objects of every entity, of which a snapshot's reader wants two or three. This
 * walk over the bytes takes a tenth of the time, so parts that are wanted can be cut out and all others are checked at
 * the same cost. It takes exactly what `JSON.parse` takes; a test holds the two together. The walk itself is
 * WebAssembly: `assembly/scan.ts`.
 */

/** What the module offers; see assembly/scan.ts. */
export interface ScanModule {
  readonly memory: WebAssembly.Memory;
  input(bytes: number): number;
  membersAt(): number;
  innerMembersAt(): number;
  innerNameAt(): number;
  outerMembers(): number;
  innerMembers(): number;
  scan(start: number, end: number, nameLength: number): ScanResult;
  skipValue(start: number, level: number): number;
}

const newModule = moduleAt<ScanModule>(builtFile("sources/commons/scan.wasm"), "the reader of entities");

export type Scanned = keyof typeof ScanResult;

/** Room for most lines, in bytes. */
const FIRST_ROOM = 64 * 1024;

/** Walks over lines, one after the other, and knows where the members of the last object stand. */
export class Scanner {
  readonly members: Members;
  /** Those of the member with the inner name; empty where there is none, or it is no object (Wikibase writes `[]`). */
  readonly inner: Members;
  readonly #module = newModule();
  readonly #nameLength: number;
  #memory = Buffer.alloc(0);
  /** Where a line is put, and how long it may be. */
  #lineAt = 0;
  #room = 0;

  constructor(innerName: string) {
    this.#makeRoom(FIRST_ROOM);
    this.#nameLength = this.#memory.write(innerName, this.#module.innerNameAt(), MOST_NAME_BYTES);
    this.members = new Members();
    this.inner = new Members();
  }

  /** Walks over one object, which has to fill the bytes from `start` to `end` but for blanks, and notes its members. */
  scan(bytes: Buffer, start: number, end: number): Scanned {
    this.#take(bytes, start, end);
    const found = this.#module.scan(this.#lineAt, this.#lineAt + end - start, this.#nameLength);
    const origin = start - this.#lineAt;
    this.members.show(this.#memory, this.#module.membersAt(), this.#module.outerMembers(), origin);
    this.inner.show(this.#memory, this.#module.innerMembersAt(), this.#module.innerMembers(), origin);
    return ScanResult[found] as Scanned;
  }

  /** The byte after the value that begins at `start`; -1 where there is none before `end`. */
  skipValue(bytes: Buffer, start: number, end: number): number {
    this.#take(bytes, start, end);
    const after = this.#module.skipValue(this.#lineAt, 0);
    return after === 0 ? -1 : after - this.#lineAt + start;
  }

  /** Copies a line to where it is read, and puts a NUL after it. */
  #take(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    if (length > this.#room) this.#makeRoom(Math.max(length, 2 * this.#room));
    bytes.copy(this.#memory, this.#lineAt, start, end);
    this.#memory[this.#lineAt + length] = 0;
  }

  #makeRoom(bytes: number): void {
    this.#lineAt = this.#module.input(bytes);
    this.#room = bytes;
    this.#memory = Buffer.from(this.#module.memory.buffer);
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
    return this.#position(member, MemberField.nameStart);
  }

  nameEnd(member: number): number {
    return this.#position(member, MemberField.nameEnd);
  }

  start(member: number): number {
    return this.#position(member, MemberField.start);
  }

  end(member: number): number {
    return this.#position(member, MemberField.end);
  }

  #position(member: number, field: MemberField): number {
    return (this.#addresses[MEMBER_FIELDS * member + field] as number) + this.#origin;
  }
}

function isNamed(bytes: Buffer, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name.charCodeAt(i)) return false;
  return true;
}
