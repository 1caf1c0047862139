import { BOUNDARY_ORDERS, COLUMN_INDEX, OFFSET_INDEX, PAGE_LOCATION } from "./format.js";
import type { Leaf } from "./layout.js";
import { type Bounds, comparing, type EncodedChunk } from "./pages/index.js";
import { BINARY, binary, boolean, fieldsOf, I64, i32, i64, list, struct, writeStruct } from "./thrift.js";

/** The indexes of a column chunk's pages, with which readers find the pages that they need. */

const NOTHING = Uint8Array.of();

/** The smallest and the largest value of each page; undefined where one of them has no bounds that can be written. */
export function columnIndex({ type }: Leaf, { pages }: EncodedChunk): Uint8Array | undefined {
  if (pages.some(({ isNull, bounds }) => !isNull && !bounds)) return undefined;
  const bounds = pages.flatMap(({ bounds }) => bounds ?? []);
  return writeStruct(
    fieldsOf(
      [COLUMN_INDEX.null_pages, list(pages.map(({ isNull }) => boolean(isNull)))],
      [
        COLUMN_INDEX.min_values,
        list(
          pages.map(({ bounds }) => binary(bounds?.least.bytes ?? NOTHING)),
          BINARY,
        ),
      ],
      [
        COLUMN_INDEX.max_values,
        list(
          pages.map(({ bounds }) => binary(bounds?.most.bytes ?? NOTHING)),
          BINARY,
        ),
      ],
      [COLUMN_INDEX.boundary_order, i32(BOUNDARY_ORDERS[orderOf(bounds, comparing(type))])],
      [
        COLUMN_INDEX.null_counts,
        list(
          pages.map(({ nulls }) => i64(nulls)),
          I64,
        ),
      ],
    ),
  );
}

/** In which order pages stand, by both of their bounds. */
function orderOf(
  bounds: readonly Bounds[],
  compare: (a: Uint8Array, b: Uint8Array) => number,
): keyof typeof BOUNDARY_ORDERS {
  const isOrdered = (sign: 1 | -1) =>
    bounds.slice(1).every(({ least, most }, i) => {
      const before = bounds[i] as Bounds;
      return (
        sign * compare(before.least.bytes, least.bytes) <= 0 &&
        sign * compare(before.most.bytes, most.bytes) <= 0
      );
    });
  if (isOrdered(1)) return "ascending";
  return isOrdered(-1) ? "descending" : "unordered";
}

/** Where each page is; the chunk begins at `start` in the file. */
export function offsetIndex(start: number, { dictionaryBytes, pages }: EncodedChunk): Uint8Array {
  let at = start + dictionaryBytes;
  const locations = pages.map(({ bytes, firstRow }) => {
    const location = struct(
      [PAGE_LOCATION.offset, i64(at)],
      [PAGE_LOCATION.compressed_page_size, i32(bytes)],
      [PAGE_LOCATION.first_row_index, i64(firstRow)],
    );
    at += bytes;
    return location;
  });
  return writeStruct(fieldsOf([OFFSET_INDEX.page_locations, list(locations)]));
}
