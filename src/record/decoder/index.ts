/** Lines of NDJSON read in WebAssembly: into Arrow columns, or into rows of cells. */
export { type Cell, type Row, Rows } from "./rows.js";
export { LineWalker, mediaNumber, type WalkerModule } from "./walker.js";
