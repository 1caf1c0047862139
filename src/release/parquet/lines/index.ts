/** Rows of Parquet as lines of JSON, by a module of WebAssembly: the door. */
export { GroupLines, type OpenChunk } from "./row-lines.js";
