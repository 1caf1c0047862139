import { readFileSync } from "node:fs";
import { type Json, MAX_LINE_VALUES, parseExact } from "../../base/ndjson/index.js";
import {
  COLUMNS,
  type Column,
  cleanText,
  type Dropped,
  IDENTIFIER_NAMESPACE,
  type MediaType,
  textOf,
} from "../index.js";
import { type Fact, Facts } from "./facts.js";

/** What the module offers; see assembly/index.ts. Numbers named `at`, `batch` or `column` are addresses. */
export interface WalkerModule {
  readonly memory: WebAssembly.Memory;
  result(): number;
  namespace(): number;
  defineMember(
    type: number,
    limit: number,
    media: number,
    isRequired: number,
    role: number,
    keyLength: number,
  ): number;
  input(bytes: number): number;
  walk(start: number, end: number): number;
  answerBuffer(bytes: number): number;
  setAnswer(bytes: number): void;
  addRow(media: number): number;
  rows(): number;
  rowsLength(): number;
  clearRows(): void;
  newBatch(media: number): number;
  addLine(batch: number): void;
  addText(column: number, at: number, length: number): void;
  addNumber(column: number, value: number): void;
  addNull(column: number): void;
  endElements(column: number): void;
  empty(column: number): void;
}

/** Types of members, in the order of their numbers in assembly/columns.ts. */
const TYPES = [
  "text",
  "url",
  "integer",
  "number",
  "boolean",
  "timestamp",
  "uuid",
  "object",
  "tags",
  "texts",
  "objects",
  "media_type",
] as const;
/** Columns that have a part in the rules between columns, in the order of their numbers there. */
const ROLES = [
  "provider",
  "source",
  "foreign_identifier",
  "url",
  "license",
  "license_version",
  "meta_data",
  "identifier",
  "ingestion_type",
  "category",
  "watermarked",
  "filetype",
];
const MEDIA: readonly MediaType[] = ["image", "audio"];
/** Where the fields of a result lie, counted in numbers of 32 bits. */
const RESULT = {
  ...{ media: 0, provider: 1, source: 2, license: 3 },
  ...{ key: 4, key2: 5, key3: 6, key4: 7, name: 8, nameLength: 9 },
  ...{ unwanted: 10, repeated: 11 },
} as const;

const UNWANTED: Dropped = { column: "tags", reason: "not about the work" };
const REPEATED: Dropped = { column: "tags", reason: "repeated" };

/** No limit, in 32 bits. */
const UNLIMITED = 2 ** 32 - 1;

/** The number of a media type in the module. */
export function mediaNumber(media: MediaType): number {
  return MEDIA.indexOf(media) + 1;
}

const compiled = new WebAssembly.Module(readFileSync(new URL("./walker.wasm", import.meta.url)));

/**
 * Reads lines into columns or rows, as `cleanRecord` would, without making JavaScript objects of them. The reading is done in
 * WebAssembly (assembly/); here are its surroundings: the column table that it works by, and the record rules that it
 * asks about single values.
 */
export class LineWalker {
  /** For batches, which hold the rows in the module's memory. */
  readonly module: WalkerModule;
  readonly #facts = new Facts();
  readonly #result: number;
  #bytes = new Uint8Array();
  #numbers = new Int32Array();
  /** The block of lines that lies in the module, and where. */
  #block: Uint8Array | undefined;
  #blockAt = 0;

  constructor() {
    const host = {
      learn: (kind: number, at: number, length: number) => this.#learn(kind, at, length),
      cleanText: (at: number, length: number, asJson: number) => this.#cleanText(at, length, asJson !== 0),
      scalarText: (at: number, length: number) => this.#scalarText(at, length),
    };
    const env = {
      abort: () => {
        throw new Error("the reader of lines is out of memory");
      },
    };
    const { exports } = new WebAssembly.Instance(compiled, { host, env });
    this.module = exports as unknown as WalkerModule;
    this.#result = this.module.result();
    for (const column of COLUMNS) this.#define(column.name, column);
    this.#define("media_type", undefined);
    this.bytes.set(IDENTIFIER_NAMESPACE, this.module.namespace());
  }

  /** The module's memory. It moves when it grows: take it anew after every call. */
  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.module.memory.buffer);
    return this.#bytes;
  }

  /** The same as numbers of 32 bits. */
  get numbers(): Int32Array {
    if (this.#numbers.length === 0) this.#numbers = new Int32Array(this.module.memory.buffer);
    return this.#numbers;
  }

  /**
   * Reads the line from `start` to `end`, behind which a line end stands, out of a block of lines that stays as it is.
   * False where the line is left to `JSON.parse` and `cleanRecord`.
   */
  walk(block: Uint8Array, start: number, end: number): boolean {
    // It may have more values than a line may have; and the module would keep the memory for it.
    if (end - start > MAX_LINE_VALUES) return false;
    if (block !== this.#block) {
      this.#blockAt = this.module.input(block.length);
      this.bytes.set(block, this.#blockAt);
      this.#block = block;
    }
    return this.module.walk(this.#blockAt + start, this.#blockAt + end) !== 0;
  }

  /**
   * Adds the line that was read last to the rows that are taken together; gives the byte where its row begins, or -1
   * where the line is left to others after all.
   */
  addRow(): number {
    return this.module.addRow(this.#resultOf("media"));
  }

  /** The rows since the last time, to be read with `Rows`. */
  takeRows(): ArrayBuffer {
    const at = this.module.rows();
    const rows = this.module.memory.buffer.slice(at, at + this.module.rowsLength());
    this.module.clearRows();
    return rows;
  }

  get media(): MediaType {
    return MEDIA[this.#resultOf("media") - 1] as MediaType;
  }

  get provider(): string {
    return this.#facts.provider(this.#resultOf("provider"));
  }

  get source(): string {
    return this.#facts.source(this.#resultOf("source"));
  }

  /** Licence and version with a blank between them. */
  get licensePair(): string {
    return this.#facts.license(this.#resultOf("license"));
  }

  get license(): string {
    return this.licensePair.slice(0, this.licensePair.indexOf(" "));
  }

  /** The first eight digits of the identifier, as a number. */
  get key(): number {
    return this.#resultOf("key") >>> 0;
  }

  /** Where in the memory the identifier is, four numbers of 32 bits, counted in those. */
  get identifierAt(): number {
    return this.#result / 4 + RESULT.key;
  }

  /** Where in the memory the name is that the identifier was made from: provider, line feed, foreign identifier. */
  get name(): readonly [start: number, end: number] {
    const start = this.#resultOf("name");
    return [start, start + this.#resultOf("nameLength")];
  }

  /** What the line loses; undefined where that is nothing, as nearly always. */
  get dropped(): readonly Dropped[] | undefined {
    const unwanted = this.#resultOf("unwanted");
    const repeated = this.#resultOf("repeated");
    if (unwanted + repeated === 0) return undefined;
    return [...Array(unwanted).fill(UNWANTED), ...Array(repeated).fill(REPEATED)];
  }

  /** Puts a text where the module can read it; gives how many bytes it has. */
  give(text: string): { at: number; length: number } {
    const at = this.module.answerBuffer(3 * text.length);
    const { written } = ENCODER.encodeInto(text, this.bytes.subarray(at));
    return { at, length: written };
  }

  #resultOf(field: keyof typeof RESULT): number {
    return this.numbers[this.#result / 4 + RESULT[field]] as number;
  }

  #define(name: string, column: Column | undefined): void {
    const key = Buffer.from(`"${name}":`);
    const at = this.module.defineMember(
      TYPES.indexOf(column?.type ?? "media_type"),
      column?.limit ?? UNLIMITED,
      column?.media === undefined ? 0 : mediaNumber(column.media),
      Number(column?.required === true),
      ROLES.indexOf(name),
      key.length,
    );
    this.bytes.set(key, at);
  }

  #learn(kind: number, at: number, length: number): number {
    const ask = this.#facts.of[kind] as (text: string) => Fact;
    const { value, text } = ask(this.#textAt(at, length));
    if (text !== undefined) this.#answer(text);
    return value;
  }

  #cleanText(at: number, length: number, asJson: boolean): number {
    try {
      const text = cleanText(JSON.parse(this.#textAt(at, length)));
      return this.#answer(asJson ? JSON.stringify(text) : text);
    } catch {
      return 0;
    }
  }

  #scalarText(at: number, length: number): number {
    try {
      const [value] = parseExact(`[${this.#textAt(at, length)}]`) as Json[];
      const text = textOf(value);
      return text === null ? 0 : this.#answer(JSON.stringify(text));
    } catch {
      return 0;
    }
  }

  #answer(text: string): number {
    this.module.setAnswer(this.give(text).length);
    return 1;
  }

  #textAt(at: number, length: number): string {
    return Buffer.from(this.bytes.buffer, at, length).toString();
  }
}

const ENCODER = new TextEncoder();
