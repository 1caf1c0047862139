/** The pages of a row group: values are encoded and compressed, and what readers want to know of them is noted. */
export { type Bound, type Bounds, comparing } from "./bounds.js";
export type { EncodedChunk, EncodedPage } from "./chunk.js";
export { codecOf, compressorOf } from "./compressors.js";
export { type EncodedRowGroup, RowGroupEncoder } from "./row-group.js";
