/** Wikimedia Commons: snapshots of its structured data, entities, and the Flickr photos that files come from. */
export { parseCondition, parseParts } from "./conditions.js";
export type { Entity, Snak, Statement } from "./entity.js";
export { type Ambiguity, type Candidate, type FlickrPhoto, findFlickrPhoto } from "./flickr-photo.js";
export { OutputBuffer } from "./output-buffer.js";
export { type ParallelOptions, readGzipFile } from "./parallel.js";
export { type Checksum, hasChecksum, publishedChecksum, snapshotUrl } from "./published.js";
export type { FaultyLine } from "./reader.js";
export type { Ending, ReadOptions, Results, SnapshotDamage } from "./results.js";
export { Scanner } from "./scan.js";
export { ALL_ENTITIES, type Condition, type Output, type Parts, type Selection } from "./selection.js";
export { inspectFile, readSnapshot } from "./snapshot.js";
export { readStream } from "./stream.js";
export { Totals, type TotalsJson } from "./totals.js";
