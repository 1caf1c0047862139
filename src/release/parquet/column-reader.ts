import type { Leaf } from "./file-schema.js";
import { ENCODINGS } from "./format.js";
import { HybridReader } from "./hybrid-reader.js";
import type { Page } from "./page-checks.js";
import { dictionaryIn, type PageParts, partsOf } from "./page-parts.js";
import { valuesIn } from "./page-values.js";
import type { Remarks } from "./remarks.js";
import type { UnpackPage } from "./unpack-page.js";
import { type ToJson, valueWriter } from "./value-json.js";
import type { ValueKind } from "./value-kinds.js";

/** A column chunk to be read. */
export interface ColumnChunk {
  readonly leaf: Leaf;
  readonly kind: ValueKind;
  /** Its pages, which have been checked. */
  readonly pages: Iterator<Page>;
  readonly unpack: UnpackPage;
  readonly remarks: Remarks;
}

/**
 * The entries of a column chunk, each a value or a null, in order: one page is unpacked at a time. What an entry is, its two
 * levels say: https://github.com/apache/parquet-format#nested-encoding. Throws a `RangeError` where pages are damaged.
 */
export class ColumnReader {
  readonly #chunk: ColumnChunk;
  readonly #maxDefinitionLevel: number;
  readonly #maxRepetitionLevel: number;
  /** Entries left in the page. */
  #left = 0;
  #repetitionLevels: HybridReader | undefined;
  #definitionLevels: HybridReader | undefined;
  #toJson: ToJson = () => "null";
  /** Of the next value in the page. */
  #index = 0;
  #dictionary: ToJson | undefined;
  /** Levels of the entry that is next to be taken; both are 0 after the last one. */
  repetitionLevel = 0;
  definitionLevel = 0;
  /** Whether all entries were taken. */
  isDone = false;

  constructor(chunk: ColumnChunk) {
    this.#chunk = chunk;
    this.#maxDefinitionLevel = chunk.leaf.maxDefinitionLevel;
    this.#maxRepetitionLevel = chunk.leaf.maxRepetitionLevel;
    this.#advance();
  }

  /** The JSON of the next entry. */
  take(): string {
    if (this.isDone) throw new RangeError("a column has fewer entries than there are rows");
    const json = this.definitionLevel === this.#maxDefinitionLevel ? this.#toJson(this.#index++) : "null";
    this.#advance();
    return json;
  }

  #advance(): void {
    while (this.#left === 0) {
      const { value, done } = this.#chunk.pages.next();
      if (done) {
        this.isDone = true;
        this.repetitionLevel = this.definitionLevel = 0;
        return;
      }
      this.#open(value);
    }
    this.#left--;
    this.repetitionLevel = this.#repetitionLevels?.next() ?? 0;
    this.definitionLevel = this.#definitionLevels?.next() ?? 0;
    if (this.repetitionLevel > this.#maxRepetitionLevel || this.definitionLevel > this.#maxDefinitionLevel)
      throw new RangeError("a level is higher than any");
  }

  #open(page: Page): void {
    const { leaf, unpack } = this.#chunk;
    const dictionary = dictionaryIn(page, unpack);
    if (dictionary) this.#dictionary = this.#dictionaryWriter(dictionary.bytes, dictionary.count);
    if (page.values === 0) return;
    const parts = partsOf(page, leaf, unpack);
    this.#left = page.values;
    this.#repetitionLevels = levelsIn(parts.repetitionLevels, this.#maxRepetitionLevel);
    this.#definitionLevels = levelsIn(parts.definitionLevels, this.#maxDefinitionLevel);
    this.#index = 0;
    this.#toJson = this.#writerOf(parts, page.values);
  }

  #writerOf({ encoding, isIndexed, values }: PageParts, most: number): ToJson {
    if (!isIndexed) return this.#valueWriter(encoding, values, most);
    const dictionary = this.#dictionary;
    // Where all are null, there may be no byte that says how many bits an index has.
    if (dictionary === undefined || values.length === 0)
      return () => {
        throw new RangeError("a value is in no dictionary");
      };
    const indexes = new HybridReader(values, values[0] as number, 1);
    return () => dictionary(indexes.next());
  }

  #valueWriter(encoding: number, bytes: Buffer, most: number): ToJson {
    const { leaf, kind, remarks } = this.#chunk;
    return valueWriter({ values: valuesIn(encoding, { bytes, most, leaf }), leaf, kind, remarks });
  }

  /** Each of its values becomes JSON once, unless it has a remark, which is counted every time. */
  #dictionaryWriter(bytes: Buffer, count: number): ToJson {
    const { remarks } = this.#chunk;
    const toJson = this.#valueWriter(ENCODINGS.PLAIN, bytes, count);
    const known: (string | undefined)[] = [];
    return (index) => {
      const json = known[index];
      if (json !== undefined) return json;
      if (index >= count) throw new RangeError("a value is not in the dictionary");
      const before = remarks.count;
      const written = toJson(index);
      if (remarks.count === before) known[index] = written;
      return written;
    };
  }
}

/** Undefined where the only level is 0. */
function levelsIn(bytes: Buffer, max: number): HybridReader | undefined {
  return max === 0 ? undefined : new HybridReader(bytes, 32 - Math.clz32(max));
}
