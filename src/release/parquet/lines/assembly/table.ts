import { Bytes, newBytes, append32, freeBytes } from "../../../../base/wasm/assembly/bytes";

/** JSON of values, one after the other, and where each begins; the last number is where the last one ends. */
@unmanaged
export class Table {
  count: u32;
  json: Bytes;
  starts: Bytes;
}

export function newTable(): Table {
  const table = changetype<Table>(heap.alloc(offsetof<Table>()));
  table.json = newBytes();
  table.starts = newBytes();
  clear(table);
  return table;
}

export function freeTable(table: Table): void {
  freeBytes(table.json);
  freeBytes(table.starts);
  heap.free(changetype<usize>(table));
}

export function clear(table: Table): void {
  table.count = 0;
  table.json.used = 0;
  table.starts.used = 0;
  append32(table.starts, 0);
}

/** What was appended to the JSON since the last value is one. */
// @ts-expect-error: decorator
@inline
export function endValue(table: Table): void {
  append32(table.starts, <u32>table.json.used);
  table.count++;
}
