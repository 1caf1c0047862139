/** Tables to Parquet files: a list of columns and rows as Arrow arrays become row groups, and row groups a file. */
export type { ArrowArray, ArrowBatch } from "./arrow.js";
export { type Compress, compressorOf } from "./compressors.js";
export { FileWriter } from "./file-writer.js";
export { type EncodedRowGroup, RowGroupEncoder } from "./row-group.js";
export { leafColumnsOf, listOf, type NodeType, type SchemaNode, TYPES } from "./schema.js";
export { numbersOf } from "./statistics.js";
