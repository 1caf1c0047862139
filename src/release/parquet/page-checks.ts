import { crc32 } from "node:zlib";
import { Failure } from "../../base/failure.js";
import { compareChecksum, GET_AGAIN } from "./checksums.js";
import { DATA_PAGE, PAGE_HEADER, PAGE_TYPES } from "./format.js";
import { type ChunkPlace, MOST_UNPACKED, type RowGroupPlace, tooLarge } from "./row-groups.js";
import { readSizedStruct, type Struct } from "./thrift.js";
import { numberIn, structIn } from "./thrift-fields.js";

/**
 * Pages are checked before they are decoded: a flipped bit gives other values, and the sizes and counts in headers may be
 * anything.
 */

/** A page of a column chunk, as it lies in the file. */
export interface Page {
  /** In the bytes of its chunk. */
  readonly at: number;
  readonly header: Buffer;
  readonly struct: Struct;
  readonly data: Buffer;
  /** Values and nulls that a reader finds in it. */
  readonly values: number;
  readonly unpacked: number;
}

/** The numbers of values in the headers of pages that have any. */
const VALUES_IN: Readonly<Record<number, number>> = {
  [PAGE_TYPES.data]: PAGE_HEADER.data_page_header,
  [PAGE_TYPES.data_v2]: PAGE_HEADER.data_page_header_v2,
};

/**
 * Compares the pages of a row group with their checksums, where they have some, and with what the footer says of their
 * number of values. `headers` is the checksum of their headers, in a file that has one. Throws a `Failure` ("bad_input").
 */
export function checkPages(group: RowGroupPlace, bytes: Buffer, headers?: string): void {
  let checksum = 0;
  let unpacked = 0;
  for (const chunk of group.chunks) {
    for (const { at, header, struct, data, unpacked: more } of pagesOf(group, chunk, bytes)) {
      const expected = numberIn(struct, PAGE_HEADER.crc);
      if (expected !== undefined && crc32(data) !== expected >>> 0)
        throw damaged(group, chunk, `the page at byte ${chunk.start + at} does not have its checksum`);
      checksum = crc32(header, checksum);
      unpacked += more;
    }
    if (unpacked > MOST_UNPACKED) throw tooLarge(group.number, unpacked);
  }
  if (headers !== undefined)
    compareChecksum(`row group ${group.number}: a header of its pages`, headers, checksum);
}

/** The pages of a chunk up to its last value; `group` has these bytes. Throws a `Failure` ("bad_input") where they are not whole. */
export function* pagesOf(group: RowGroupPlace, chunk: ChunkPlace, groupBytes: Buffer): Generator<Page> {
  const bytes = groupBytes.subarray(chunk.start - group.start, chunk.end - group.start);
  let left = chunk.values;
  for (let at = 0; left > 0; ) {
    const page = pageAt(bytes, at);
    const place = chunk.start + at;
    if (page === undefined)
      throw damaged(group, chunk, `there is no whole page at byte ${place}, but ${left} values are missing`);
    yield page;
    left -= page.values;
    const { values } = chunk;
    if (left < 0)
      throw damaged(
        group,
        chunk,
        `the pages up to byte ${place} have ${values - left} values instead of ${values}`,
      );
    at += page.header.length + page.data.length;
  }
}

/** Undefined for bytes that are no page. */
function pageAt(bytes: Buffer, at: number): Page | undefined {
  try {
    const { struct, size } = readSizedStruct(bytes.subarray(at));
    const length = numberIn(struct, PAGE_HEADER.compressed_page_size) ?? -1;
    const unpacked = numberIn(struct, PAGE_HEADER.uncompressed_page_size) ?? -1;
    const field = VALUES_IN[numberIn(struct, PAGE_HEADER.type) ?? -1];
    const values = field === undefined ? 0 : (numberIn(structIn(struct, field), DATA_PAGE.num_values) ?? -1);
    if (!(length >= 0 && unpacked >= 0 && values >= 0 && at + size + length <= bytes.length))
      return undefined;
    const header = bytes.subarray(at, at + size);
    return { at, header, struct, data: bytes.subarray(at + size, at + size + length), values, unpacked };
  } catch {
    return undefined;
  }
}

function damaged({ number }: RowGroupPlace, { leaf }: ChunkPlace, problem: string): Failure {
  const column = JSON.stringify(leaf.path.join("."));
  const message = `row group ${number}: the column ${column} is damaged: ${problem}; ${GET_AGAIN}`;
  return new Failure("bad_input", message);
}
