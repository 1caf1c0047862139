import { isUtf8 } from "node:buffer";
import { type JsonObject, parseObject, replaceTokens } from "../../base/ndjson/index.js";
import type { Entity, Statement } from "./entity.js";
import { type Members, Scanner } from "./scan.js";

const QUOTE = 0x22;

/** Names of members without escapes, where they can be; all else stays as it is written, so numbers keep their digits. */
function decodedName(token: string, kind: string): string {
  return kind === "name" && token.includes("\\") ? JSON.stringify(JSON.parse(token)) : token;
}

/** What is wrong with a line. */
export interface LineFault {
  readonly error: string;
  /** `json`, `not_an_object`, `utf8` or `too_long`, as everywhere; or `not_an_entity`. */
  readonly code: string;
}

/** A part of the bytes of a line: a JSON value. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * One line that holds an entity, as bytes: checked, and ready to have parts cut out of it or parsed. One object serves
 * all lines, one after the other.
 */
export class EntityLine {
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  readonly #scanner = new Scanner("statements");

  /** Takes the next line; says what is wrong with it. The bytes must stay as they are while it is used. */
  load(bytes: Buffer, start: number, end: number, isKnownUtf8 = false): LineFault | undefined {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    if (!isKnownUtf8 && !isUtf8(bytes.subarray(start, end)))
      return { error: "not valid UTF-8", code: "utf8" };
    const scanned = this.#scanner.scan(bytes, start, end);
    const fault = scanned === "object" ? undefined : this.#read(scanned);
    return fault ?? (this.#isEntity() ? undefined : this.#noEntity());
  }

  /** The byte after the value that begins at `start`; -1 where it does not end before `end`. */
  valueEnd(bytes: Buffer, start: number, end: number): number {
    return this.#scanner.skipValue(bytes, start, end);
  }

  /** Whether it has an id such as M123, as the entities of every Wikibase have: a capital letter and a number. */
  #isEntity(): boolean {
    const id = this.member("id");
    if (id === undefined || this.bytes[id.start] !== QUOTE) return false;
    const letter = this.bytes[id.start + 1] as number;
    const digit = this.bytes[id.start + 2] as number;
    return letter >= 0x41 && letter <= 0x5a && digit >= 0x30 && digit <= 0x39;
  }

  #noEntity(): LineFault {
    const error = this.member("entities")
      ? "this is an answer of a Wikibase; for its entities pipe it through `jq -c '.entities[]'`"
      : "this object is no entity: it has no id such as M123";
    return { error, code: "not_an_entity" };
  }

  /** Reads a line the long way: to find the words for what is wrong, or to have its names decoded. */
  #read(scanned: "not_json" | "escaped_names"): LineFault | undefined {
    const parsed = parseObject(this.text());
    if (!("record" in parsed)) return parsed;
    if (scanned === "not_json") return { error: "not valid JSON: nested too deeply", code: "json" };
    this.bytes = Buffer.from(replaceTokens(this.text(), decodedName));
    this.start = 0;
    this.end = this.bytes.length;
    this.#scanner.scan(this.bytes, 0, this.end);
    return undefined;
  }

  text(): string {
    return this.bytes.toString("utf8", this.start, this.end);
  }

  /** The whole entity, parsed. */
  parse(): Entity {
    return JSON.parse(this.text()) as JsonObject;
  }

  /** A member of the entity. */
  member(name: string): Part | undefined {
    return this.#find(this.#scanner.members, name);
  }

  /** The list of statements about a property. */
  property(id: string): Part | undefined {
    return this.#find(this.#scanner.inner, id);
  }

  /** Calls back with every property that has statements. */
  forEachProperty(visit: (id: string) => void): void {
    const { inner } = this.#scanner;
    for (let i = 0; i < inner.count; i++) {
      if (!this.#isEmpty(inner.start(i)))
        visit(this.bytes.toString("latin1", inner.nameStart(i), inner.nameEnd(i)));
    }
  }

  /** Whether a part is `[]`, `{}` or null: an empty map, however it is written. */
  isEmpty({ start, end }: Part): boolean {
    return this.#isEmpty(start) || this.bytes.toString("latin1", start, end) === "null";
  }

  /** The value of a part. */
  value(part: Part | undefined): unknown {
    return part && JSON.parse(this.bytes.toString("utf8", part.start, part.end));
  }

  /** The statements about a property; none where they are no list. */
  statements(id: string): Statement[] {
    const part = this.property(id);
    if (part === undefined) return [];
    const value = this.value(part);
    return Array.isArray(value) ? (value as Statement[]) : [];
  }

  #find(members: Members, name: string): Part | undefined {
    const found = members.find(this.bytes, name);
    return found === -1 ? undefined : { start: members.start(found), end: members.end(found) };
  }

  #isEmpty(start: number): boolean {
    const opening = this.bytes[start];
    if (opening !== 0x5b && opening !== 0x7b) return false;
    let i = start + 1;
    while (this.bytes[i] === 0x20 || this.bytes[i] === 0x09) i++;
    return this.bytes[i] === opening + 2;
  }
}
