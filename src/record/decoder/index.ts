/**
 * Lines of NDJSON read in WebAssembly: into columns, or into rows of cells. Nothing outside this room knows where in the
 * module's memory anything lies (docs/decoded-rows.md).
 */
export { Batch } from "./batch.js";
export { type ColumnPlace, placesIn, type RowsData } from "./columns.js";
export { type Identity, LineDecoder } from "./decoder.js";
export { type Cell, type Row, Rows } from "./rows.js";
