import type { Leaf } from "./file-schema.js";
import { DATA_PAGE, DATA_PAGE_V2, DICTIONARY_PAGE, ENCODINGS, PAGE_HEADER, PAGE_TYPES } from "./format.js";
import type { Page } from "./page-checks.js";
import { FALSE, type Struct } from "./thrift.js";
import { numberIn, structIn } from "./thrift-fields.js";
import type { UnpackPage } from "./unpack-page.js";

/** The parts of a data page, unpacked. */
export interface PageParts {
  readonly encoding: number;
  /** Whether the values are indexes into the dictionary. */
  readonly isIndexed: boolean;
  readonly repetitionLevels: Buffer;
  readonly definitionLevels: Buffer;
  readonly values: Buffer;
}

const NO_BYTES = Buffer.alloc(0);
const DICTIONARY_ENCODINGS: readonly number[] = [ENCODINGS.PLAIN_DICTIONARY, ENCODINGS.RLE_DICTIONARY];

/** The values of a dictionary, and how many there are; undefined for any other page. */
export function dictionaryIn(
  { struct, data, unpacked }: Page,
  unpack: UnpackPage,
): { bytes: Buffer; count: number } | undefined {
  if (numberIn(struct, PAGE_HEADER.type) !== PAGE_TYPES.dictionary) return undefined;
  const header = structIn(struct, PAGE_HEADER.dictionary_page_header);
  return { bytes: unpack(data, unpacked), count: numberIn(header, DICTIONARY_PAGE.num_values) ?? 0 };
}

/** The parts of a page with values. Throws a `RangeError` where it is damaged. */
export function partsOf(page: Page, leaf: Leaf, unpack: UnpackPage): PageParts {
  const isFirstVersion = numberIn(page.struct, PAGE_HEADER.type) === PAGE_TYPES.data;
  const parts = isFirstVersion ? partsOfV1(page, leaf, unpack) : partsOfV2(page, unpack);
  return { ...parts, isIndexed: DICTIONARY_ENCODINGS.includes(parts.encoding) };
}

/** Everything in it is packed, and levels have their length in four bytes before them. */
function partsOfV1({ struct, data, unpacked }: Page, leaf: Leaf, unpack: UnpackPage) {
  const header = structIn(struct, PAGE_HEADER.data_page_header);
  const bytes = unpack(data, unpacked);
  let at = 0;
  const levels = (max: number, encodingField: number): Buffer => {
    if (max === 0) return NO_BYTES;
    if (numberIn(header, encodingField) !== ENCODINGS.RLE)
      throw new RangeError("levels are in an encoding that is not read");
    const start = at + 4;
    at = start + bytes.readUInt32LE(at);
    return bytes.subarray(start, at);
  };
  const repetitionLevels = levels(leaf.maxRepetitionLevel, DATA_PAGE.repetition_level_encoding);
  const definitionLevels = levels(leaf.maxDefinitionLevel, DATA_PAGE.definition_level_encoding);
  const encoding = numberIn(header, DATA_PAGE.encoding) ?? 0;
  return { encoding, repetitionLevels, definitionLevels, values: bytes.subarray(at) };
}

/** Only the values are packed. */
function partsOfV2({ struct, data, unpacked }: Page, unpack: UnpackPage) {
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
    values: isPacked ? unpack(packed, unpacked - levels) : packed,
  };
}

function lengthIn(header: Struct, field: number): number {
  const length = numberIn(header, field) ?? 0;
  if (!(length >= 0)) throw new RangeError("a part of a page has no such length");
  return length;
}
