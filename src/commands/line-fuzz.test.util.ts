import { COLUMNS, type ColumnType } from "../record/index.js";
import { BLANKS } from "../testing/blanks.js";
import { BROKEN, LICENSES, NAMES, NUMBERS, TEXTS, TIMES, URLS, WORDS } from "./odd-values.test.util.js";

/** Lines at random: records of which some columns, numbers, names, blanks or bytes are odd. The same seed gives the same lines. */

/** Random numbers from 0 up to 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Makes lines; `n` makes each another work. */
export class LineMaker {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomOf(seed);
  }

  /** The bytes of a line, without a line end. */
  line(n: number): Buffer {
    const text = this.#chance(0.03) ? this.#junk() : this.#object(this.#members(n), 0.1);
    const bytes = Buffer.from(this.#chance(0.04) ? this.#damaged(text) : text);
    const line = bytes.filter((byte) => byte !== 0x0a);
    if (this.#chance(0.01)) line[this.#below(line.length)] = 0x80 + this.#below(128);
    return Buffer.from(line);
  }

  lineEnd(): string {
    return this.#chance(0.1) ? "\r\n" : "\n";
  }

  #junk(): string {
    return this.#pick([
      "",
      " ",
      "\t",
      "\u00a0",
      "\u3000\ufeff",
      "null",
      "[]",
      "17",
      '"x"',
      "{",
      "{}",
      "{} {}",
      "\ufeff{}",
    ]);
  }

  #members(n: number): [string, string][] {
    const members = new Map<string, string>(
      Object.entries({
        provider: "my_museum",
        foreign_identifier: `work ${n}`,
        foreign_landing_url: `https://museum.example.org/works/${n}`,
        url: `https://museum.example.org/files/${n}.jpg`,
        license: "by",
        license_version: "4.0",
      }).map(([name, text]) => [name, this.#text(text)]),
    );
    for (let odd = this.#below(5); odd > 0; odd--) {
      const column = this.#pick(COLUMNS);
      members.set(column.name, this.#valueOf(column.type, column.name, n));
    }
    if (this.#chance(0.2))
      members.set("media_type", this.#decorated(this.#pick(["image", "audio", "Image", "video"])));
    if (this.#chance(0.1)) members.set("license_url", this.#decorated(this.#pick(LICENSES)));
    if (this.#chance(0.02)) members.set(this.#pick(NAMES), this.#any(0));
    if (this.#chance(0.1)) members.delete(this.#pick([...members.keys()]));
    const all = [...members];
    if (this.#chance(0.05)) all.push([this.#pick(all)[0], this.#any(0)]);
    return this.#chance(0.3) ? all.sort(() => this.#random() - 0.5) : all;
  }

  #valueOf(type: ColumnType, name: string, n: number): string {
    if (this.#chance(0.25)) return this.#any(0);
    switch (type) {
      case "url":
        return this.#decorated(name === "url" ? `https://museum.example.org/other/${n}` : this.#pick(URLS));
      case "integer":
      case "number":
        return this.#chance(0.8) ? this.#pick(NUMBERS) : this.#decorated(this.#pick(NUMBERS));
      case "timestamp":
        return this.#decorated(this.#pick(TIMES));
      case "object":
        return this.#members1(2);
      case "tags":
        return this.#list(() => (this.#chance(0.8) ? this.#tag() : this.#any(2)));
      case "texts":
        return this.#list(() => this.#decorated(this.#pick(WORDS)));
      case "objects":
        return this.#list(() => this.#members1(2));
      default:
        if (name.startsWith("license")) return this.#decorated(this.#pick([...LICENSES, "4.0", "2", "3.0"]));
        return this.#decorated(name === "foreign_identifier" ? `other ${n}` : this.#pick(TEXTS));
    }
  }

  #tag(): string {
    const members: [string, string][] = [
      ["name", this.#decorated(this.#pick(WORDS))],
      ["provider", this.#text("p")],
    ];
    if (this.#chance(0.4)) members.push(["accuracy", this.#pick(NUMBERS)]);
    if (this.#chance(0.05)) members.push([this.#pick(NAMES), this.#any(2)]);
    return this.#object(members, 0);
  }

  #members1(depth: number): string {
    const names = Array.from({ length: this.#below(5) }, () => this.#pick(NAMES));
    return this.#object(
      names.map((name) => [name, this.#any(depth)]),
      0.02,
    );
  }

  /** Any value. */
  #any(depth: number): string {
    if (depth > 4) return this.#pick(NUMBERS);
    const kind = this.#random();
    if (kind < 0.3) return this.#pick(NUMBERS);
    if (kind < 0.55) return this.#decorated(this.#pick(TEXTS));
    if (kind < 0.65) return this.#pick(["null", "true", "false"]);
    if (kind < 0.75) return this.#list(() => this.#any(depth + 1));
    if (kind < 0.9) return this.#members1(depth + 1);
    if (kind < 0.94) return this.#nested();
    if (kind < 0.98) return this.#text(this.#pick(NUMBERS));
    return this.#pick(BROKEN);
  }

  /** A value deep down. */
  #nested(): string {
    const levels = this.#pick([19, 20, 21, 98, 99, 100, 101, 102, 150]);
    const [open, close] = this.#chance(0.5) ? ["[", "]"] : ['{"a":', "}"];
    return open.repeat(levels) + this.#pick(["1", "[]", '"x"', "null"]) + close.repeat(levels);
  }

  #list(element: () => string): string {
    return `[${Array.from({ length: this.#below(5) }, () => this.#blank() + element() + this.#blank()).join(",")}]`;
  }

  #object(members: readonly [string, string][], oddNames: number): string {
    const written = members.map(([name, value]) => {
      const key = this.#chance(oddNames) ? this.#escaped(name) : JSON.stringify(name);
      return `${this.#blank()}${key}${this.#blank()}:${this.#blank()}${value}${this.#blank()}`;
    });
    return `{${written.join(",")}}`;
  }

  /** A text in odd case, with white space in it. */
  #decorated(text: string): string {
    const blank = () => (this.#chance(0.2) ? this.#pick(BLANKS) : "");
    const at = this.#below(text.length + 1);
    const cased = this.#chance(0.05) ? text.toUpperCase() : text;
    return this.#text(blank() + cased.slice(0, at) + blank() + cased.slice(at) + blank());
  }

  #text(text: string): string {
    return this.#chance(0.05) ? this.#escaped(text) : JSON.stringify(text);
  }

  #escaped(text: string): string {
    const units = Array.from({ length: text.length }, (_, i) =>
      text.charCodeAt(i).toString(16).padStart(4, "0"),
    );
    return `"${units.map((unit) => `\\u${unit}`).join("")}"`;
  }

  #blank(): string {
    return this.#chance(0.03)
      ? this.#pick([" ", "\t", "  ", "\r", "\u00a0"].slice(0, this.#chance(0.1) ? 5 : 4))
      : "";
  }

  #damaged(text: string): string {
    const at = this.#below(text.length);
    return (
      text.slice(0, at) +
      this.#pick(["", '"', "\\", "{", "}", ",", ":", "\u0000", "\ufeff", "x"]) +
      text.slice(at + this.#below(3))
    );
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  #pick<T>(all: readonly T[]): T {
    return all[this.#below(all.length)] as T;
  }
}
