import { BOUNDARY_ORDERS, COLUMN_INDEX, OFFSET_INDEX, PAGE_LOCATION } from "../format.js";
import { BINARY, binary, boolean, I64, i32, i64, list, struct, structBytes, type Value } from "../thrift.js";
import type { EncodedColumnChunk, EncodedPage } from "./column-chunk.js";
import type { LeafColumn } from "./schema.js";
import { type Bounds, comparatorOf } from "./statistics.js";

/** The page index of a column chunk, with which readers find the data pages that they need. */

const NOTHING = Uint8Array.of();

/** The `ColumnIndex`: the bounds of each data page; undefined where one has none that can be written. */
export function columnIndex(
  { physicalType }: LeafColumn,
  { dataPages }: EncodedColumnChunk,
): Uint8Array | undefined {
  if (dataPages.some(({ isNullPage, bounds }) => !isNullPage && !bounds)) return undefined;
  const bounds = dataPages.flatMap(({ bounds }) => bounds ?? []);
  const each = (of: (page: EncodedPage) => Value, type?: number) => list(dataPages.map(of), type);
  return structBytes(
    [COLUMN_INDEX.null_pages, each(({ isNullPage }) => boolean(isNullPage))],
    [COLUMN_INDEX.min_values, each(({ bounds }) => binary(bounds?.min.bytes ?? NOTHING), BINARY)],
    [COLUMN_INDEX.max_values, each(({ bounds }) => binary(bounds?.max.bytes ?? NOTHING), BINARY)],
    [COLUMN_INDEX.boundary_order, i32(BOUNDARY_ORDERS[orderOf(bounds, comparatorOf(physicalType))])],
    [COLUMN_INDEX.null_counts, each(({ nullCount }) => i64(nullCount), I64)],
  );
}

/** The `boundary_order`: how data pages are ordered, by both of their bounds. */
function orderOf(
  bounds: readonly Bounds[],
  compare: (a: Uint8Array, b: Uint8Array) => number,
): keyof typeof BOUNDARY_ORDERS {
  const isOrdered = (sign: 1 | -1) =>
    bounds.slice(1).every(({ min, max }, i) => {
      const before = bounds[i] as Bounds;
      return (
        sign * compare(before.min.bytes, min.bytes) <= 0 && sign * compare(before.max.bytes, max.bytes) <= 0
      );
    });
  if (isOrdered(1)) return "ascending";
  return isOrdered(-1) ? "descending" : "unordered";
}

/** The `OffsetIndex`: where each data page is; the column chunk begins at `start` in the file. */
export function offsetIndex(
  start: number,
  { dictionaryPageBytes, dataPages }: EncodedColumnChunk,
): Uint8Array {
  let at = start + dictionaryPageBytes;
  const locations = dataPages.map(({ bytes, firstRowIndex }) => {
    const location = struct(
      [PAGE_LOCATION.offset, i64(at)],
      [PAGE_LOCATION.compressed_page_size, i32(bytes)],
      [PAGE_LOCATION.first_row_index, i64(firstRowIndex)],
    );
    at += bytes;
    return location;
  });
  return structBytes([OFFSET_INDEX.page_locations, list(locations)]);
}
