import type { Leaf } from "./file-schema.js";
import { DATA_PAGE, DATA_PAGE_V2, DICTIONARY_PAGE, ENCODINGS, PAGE_HEADER, PAGE_TYPES } from "./format.js";
import { HybridReader } from "./hybrid-reader.js";
import type { Page } from "./page-checks.js";
import { valuesIn } from "./page-values.js";
import type { Remarks } from "./remarks.js";
import { FALSE, type Struct } from "./thrift.js";
import { numberIn, structIn } from "./thrift-fields.js";
import type { UnpackPage } from "./unpack-page.js";
import { type ToJson, valueWriter } from "./value-json.js";
import type { ValueKind } from "./value-kinds.js";

/** A column chunk to be read. */
interface ColumnChunk {
  readonly leaf: Leaf;
  readonly kind: ValueKind;
  /** Its pages, which have been checked. */
  readonly pages: Iterator<Page>;
  readonly unpack: UnpackPage;
  readonly remarks: Remarks;
}

/** The parts of a data page. */
interface PageParts {
  readonly encoding: number;
  readonly repetitionLevels: Buffer;
  readonly definitionLevels: Buffer;
  readonly values: Buffer;
}

const NO_BYTES = Buffer.alloc(0);
const DICTIONARY_ENCODINGS: readonly number[] = [ENCODINGS.PLAIN_DICTIONARY, ENCODINGS.RLE_DICTIONARY];

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
    const type = numberIn(page.struct, PAGE_HEADER.type);
    if (type === PAGE_TYPES.dictionary) this.#openDictionary(page);
    if (page.values === 0) return;
    const parts = type === PAGE_TYPES.data ? this.#partsOf(page) : this.#partsOfV2(page);
    this.#left = page.values;
    this.#repetitionLevels = levelsIn(parts.repetitionLevels, this.#maxRepetitionLevel);
    this.#definitionLevels = levelsIn(parts.definitionLevels, this.#maxDefinitionLevel);
    this.#index = 0;
    this.#toJson = this.#writerOf(parts, page.values);
  }

  #writerOf({ encoding, values }: PageParts, most: number): ToJson {
    if (!DICTIONARY_ENCODINGS.includes(encoding)) return this.#valueWriter(encoding, values, most);
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
  #openDictionary({ struct, data, unpacked }: Page): void {
    const count =
      numberIn(structIn(struct, PAGE_HEADER.dictionary_page_header), DICTIONARY_PAGE.num_values) ?? 0;
    const { remarks, unpack } = this.#chunk;
    const toJson = this.#valueWriter(ENCODINGS.PLAIN, unpack(data, unpacked), count);
    const known: (string | undefined)[] = [];
    this.#dictionary = (index) => {
      const json = known[index];
      if (json !== undefined) return json;
      if (index >= count) throw new RangeError("a value is not in the dictionary");
      const before = remarks.count;
      const written = toJson(index);
      if (remarks.count === before) known[index] = written;
      return written;
    };
  }

  /** Everything in it is packed, and levels have their length in four bytes before them. */
  #partsOf({ struct, data, unpacked }: Page): PageParts {
    const header = structIn(struct, PAGE_HEADER.data_page_header);
    const bytes = this.#chunk.unpack(data, unpacked);
    let at = 0;
    const levels = (max: number, encodingField: number): Buffer => {
      if (max === 0) return NO_BYTES;
      if (numberIn(header, encodingField) !== ENCODINGS.RLE)
        throw new RangeError("levels are in an encoding that is not read");
      const start = at + 4;
      at = start + bytes.readUInt32LE(at);
      return bytes.subarray(start, at);
    };
    const repetitionLevels = levels(this.#maxRepetitionLevel, DATA_PAGE.repetition_level_encoding);
    const definitionLevels = levels(this.#maxDefinitionLevel, DATA_PAGE.definition_level_encoding);
    const encoding = numberIn(header, DATA_PAGE.encoding) ?? 0;
    return { encoding, repetitionLevels, definitionLevels, values: bytes.subarray(at) };
  }

  /** Only the values are packed. */
  #partsOfV2({ struct, data, unpacked }: Page): PageParts {
    const header = structIn(struct, PAGE_HEADER.data_page_header_v2);
    const repeated = lengthIn(header, DATA_PAGE_V2.repetition_levels_byte_length);
    const levels = repeated + lengthIn(header, DATA_PAGE_V2.definition_levels_byte_length);
    if (levels > data.length || levels > unpacked) throw new RangeError("levels are longer than their page");
    const packed = data.subarray(levels);
    const isPacked = header.get(DATA_PAGE_V2.is_compressed)?.type !== FALSE;
    return {
      encoding: numberIn(header, DATA_PAGE_V2.encoding) ?? 0,
      repetitionLevels: data.subarray(0, repeated),
      definitionLevels: data.subarray(repeated, levels),
      values: isPacked ? this.#chunk.unpack(packed, unpacked - levels) : packed,
    };
  }
}

/** Undefined where the only level is 0. */
function levelsIn(bytes: Buffer, max: number): HybridReader | undefined {
  return max === 0 ? undefined : new HybridReader(bytes, 32 - Math.clz32(max));
}

function lengthIn(header: Struct, field: number): number {
  const length = numberIn(header, field) ?? 0;
  if (!(length >= 0)) throw new RangeError("a part of a page has no such length");
  return length;
}
