import { crc32 } from "node:zlib";
import { refused } from "./file-schema.js";
import { PAGE_HEADER } from "./format.js";
import type { ChunkPlace, RowGroupPlace } from "./row-groups.js";
import { readSizedStruct } from "./thrift.js";
import { numberIn } from "./thrift-fields.js";

/**
 * Compares the pages of a row group with the checksums that some writers give them (Spark, Hive and others on Java).
 * Decoders do not, and give other values for a bit that fell over. Throws a `Failure` at the first that differs.
 */
export function comparePages({ start, chunks }: RowGroupPlace, bytes: Uint8Array): void {
  for (const chunk of chunks) compareChunk(chunk, bytes.subarray(chunk.start - start, chunk.end - start));
}

function compareChunk({ leaf, start }: ChunkPlace, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const { struct, size } = readSizedStruct(bytes.subarray(at));
    const length = numberIn(struct, PAGE_HEADER.compressed_page_size) ?? 0;
    const checksum = numberIn(struct, PAGE_HEADER.crc);
    const page = bytes.subarray(at + size, at + size + length);
    if (checksum !== undefined && crc32(page) !== checksum >>> 0)
      throw refused(leaf.path, `is damaged: the page at byte ${start + at} does not have its checksum`);
    at += size + Math.max(length, 0);
  }
}
