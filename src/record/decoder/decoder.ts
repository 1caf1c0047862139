import { type Json, MAX_LINE_VALUES, parseExact } from "../../base/ndjson/index.js";
import { builtFile } from "../../base/own-files.js";
import { moduleAt } from "../../base/wasm/index.js";
import {
  COLUMNS,
  type Column,
  cleanText,
  type Dropped,
  IDENTIFIER_NAMESPACE,
  type MediaType,
  textOf,
} from "../index.js";
import { Facts } from "./facts.js";
import { LineField, Media, MemberType, type Question, Role } from "./shared.js";

/** What the module offers; see assembly/index.ts. Numbers named `at`, `batch` or `array` are addresses. */
export interface DecoderModule {
  readonly memory: WebAssembly.Memory;
  result(): number;
  namespace(): number;
  defineMember(
    type: MemberType,
    limit: number,
    media: Media,
    isRequired: number,
    role: Role,
    keyLength: number,
  ): number;
  input(bytes: number): number;
  decode(start: number, end: number): number;
  answerBuffer(bytes: number): number;
  setAnswer(bytes: number): void;
  addRow(media: Media): number;
  rows(): number;
  rowsLength(): number;
  clearRows(): void;
  newBatch(): number;
  newArray(batch: number, member: number): number;
  childOf(array: number, child: number): number;
  addLine(batch: number): number;
  addText(array: number, at: number, length: number): void;
  addNumber(array: number, value: number): void;
  addNull(array: number): void;
  endElements(array: number): void;
  describe(batch: number): number;
  describedBytes(): number;
  emptyBatch(batch: number): void;
}

/** What the module imports; see assembly/host.ts. */
export interface DecoderHost {
  learn(question: Question, at: number, length: number): number;
  cleanText(at: number, length: number, asJson: number): number;
  scalarText(at: number, length: number): number;
}

const newModule = moduleAt<DecoderModule>(builtFile("record/decoder/decoder.wasm"), "the reader of lines");

const UNWANTED: Dropped = { column: "tags", reason: "not about the work" };
const REPEATED: Dropped = { column: "tags", reason: "repeated" };

/** No limit, in 32 bits. */
const UNLIMITED = 2 ** 32 - 1;

/** What identifies a record; valid until the next line is read. */
export interface Identity {
  /** Its identifier: four numbers of 32 bits, from `at` on. */
  readonly words: ArrayLike<number>;
  readonly at: number;
  /** The name that it was made from, from `start` to `end`: provider, line feed, foreign identifier. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads lines into columns or rows, as `cleanRecord` would, without making JavaScript objects of them. The reading is done in
 * WebAssembly (assembly/); here is its host: the column table that it works by, and the record rules that it
 * asks about single values.
 */
export class LineDecoder {
  /** For batches alone, which hold their rows in its memory. */
  readonly module: DecoderModule;
  readonly #facts = new Facts();
  readonly #result: number;
  #bytes = new Uint8Array();
  #numbers = new Int32Array();
  /** The block of lines that lies in the module, and where. */
  #block: Uint8Array | undefined;
  #blockAt = 0;

  constructor() {
    const host: DecoderHost = {
      learn: (question, at, length) => this.#learn(question, at, length),
      cleanText: (at, length, asJson) => this.#cleanText(at, length, asJson !== 0),
      scalarText: (at, length) => this.#scalarText(at, length),
    };
    this.module = newModule(host);
    this.#result = this.module.result();
    for (const column of COLUMNS) this.#define(column.name, column.type, column);
    this.#define("media_type", "media_type", {});
    const namespace = this.module.namespace();
    this.bytes.set(IDENTIFIER_NAMESPACE, namespace);
  }

  /** The module's memory. It moves when it grows: ask for it again after every call. */
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
   * Reads the line from `start` to `end`, which a line end follows, in a block of lines that stays as it is.
   * False where the line is left to `JSON.parse` and `cleanRecord`.
   */
  decode(block: Uint8Array, start: number, end: number): boolean {
    // It may have more values than a line may have; and the module would keep the memory for it.
    if (end - start > MAX_LINE_VALUES) return false;
    if (block !== this.#block) {
      this.#blockAt = this.module.input(block.length);
      this.bytes.set(block, this.#blockAt);
      this.#block = block;
    }
    return this.module.decode(this.#blockAt + start, this.#blockAt + end) !== 0;
  }

  /**
   * Adds the line that was read last to the rows that are taken together; gives the byte where its row begins, or -1
   * where the line is left to `cleanRecord` after all.
   */
  addRow(): number {
    return this.module.addRow(this.#field(LineField.media));
  }

  /** The rows since the last time, to be read with `Rows`. */
  takeRows(): ArrayBuffer {
    const at = this.module.rows();
    const rows = this.module.memory.buffer.slice(at, at + this.module.rowsLength());
    this.module.clearRows();
    return rows;
  }

  get media(): MediaType {
    return Media[this.#field(LineField.media)] as MediaType;
  }

  get provider(): string {
    return this.#facts.providers.at(this.#field(LineField.provider));
  }

  get source(): string {
    return this.#facts.sources.at(this.#field(LineField.source));
  }

  /** Licence and version with a blank between them. */
  get licensePair(): string {
    return this.#facts.licenses.at(this.#field(LineField.license));
  }

  get license(): string {
    return this.licensePair.slice(0, this.licensePair.indexOf(" "));
  }

  /** The first eight digits of the identifier, as a number. */
  get key(): number {
    return this.#field(LineField.word0) >>> 0;
  }

  get identity(): Identity {
    const start = this.#field(LineField.name);
    const end = start + this.#field(LineField.nameLength);
    return { words: this.numbers, at: this.#result / 4 + LineField.word0, bytes: this.bytes, start, end };
  }

  /** What the line loses; undefined where that is nothing, as nearly always. */
  get dropped(): readonly Dropped[] | undefined {
    const unwanted = this.#field(LineField.unwanted);
    const repeated = this.#field(LineField.repeated);
    if (unwanted + repeated === 0) return undefined;
    return [...Array(unwanted).fill(UNWANTED), ...Array(repeated).fill(REPEATED)];
  }

  /** Puts a text where the module can read it; gives how many bytes it has. */
  give(text: string): { at: number; length: number } {
    const at = this.module.answerBuffer(3 * text.length);
    const { written } = ENCODER.encodeInto(text, this.bytes.subarray(at));
    return { at, length: written };
  }

  #field(field: LineField): number {
    return this.numbers[this.#result / 4 + field] as number;
  }

  #define(name: string, type: keyof typeof MemberType, { limit, media, required }: Partial<Column>): void {
    const key = Buffer.from(`"${name}":`);
    const at = this.module.defineMember(
      MemberType[type],
      limit ?? UNLIMITED,
      Media[media ?? "both"],
      Number(required === true),
      Role[name as keyof typeof Role] ?? Role.none,
      key.length,
    );
    this.bytes.set(key, at);
  }

  #learn(question: Question, at: number, length: number): number {
    const { value, text } = this.#facts.of[question](this.#textAt(at, length));
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
