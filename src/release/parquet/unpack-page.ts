import { brotliDecompressSync } from "node:zlib";
import { zstdBinding } from "../../base/files/index.js";
import { gunzipPage } from "../../base/gzip/index.js";
import { readVarint } from "./varint.js";

/** Gives the data of a page, which has `size` bytes when it is unpacked. Throws where it cannot be unpacked, or has more. */
export type UnpackPage = (packed: Buffer, size: number) => Buffer;

/** By the number of the codec in the format. Each library is loaded when it is needed. */
const UNPACKERS: Readonly<Record<number, () => Promise<UnpackPage>>> = {
  0: async () => (bytes) => bytes,
  1: async () => {
    const { uncompressSync } = await import("snappy");
    return (packed, size) => {
      // The library makes room for what the data says of itself, in its first number:
      // https://github.com/google/snappy/blob/main/format_description.txt
      if (readVarint({ bytes: packed, at: 0 }) !== BigInt(size))
        throw new RangeError("the page has another length");
      return uncompressSync(packed) as Buffer;
    };
  },
  2: async () => gunzipPage,
  4: async () => (packed, size) => brotliDecompressSync(packed, { maxOutputLength: Math.max(1, size) }),
  5: async () => {
    const block = await lz4Block();
    return (packed, size) => hadoopLz4(packed, size, block) ?? block(packed, size);
  },
  6: async () => {
    const { DCtx } = await zstdBinding();
    const context = new DCtx();
    return (packed, size) => {
      const page = Buffer.allocUnsafeSlow(size);
      return page.subarray(0, context.decompress(page, packed));
    };
  },
  7: lz4Block,
};

const ready = new Map<number, Promise<UnpackPage>>();

/** How pages of a codec are unpacked. Throws for a codec that is not in the table. */
export async function unpackerOf(codec: number): Promise<UnpackPage> {
  const found = ready.get(codec) ?? (UNPACKERS[codec] as () => Promise<UnpackPage>)();
  ready.set(codec, found);
  const unpack = await found;
  return (packed, size) => {
    if (size === 0) return Buffer.alloc(0);
    const page = unpack(packed, size);
    if (page.length !== size) throw new RangeError("the page has another length");
    return page;
  };
}

/** A byte of LZ4 gives at most this many: https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md */
const LZ4_MOST = 255;

/** The library wants the size in four bytes before a block, and makes room for as much. */
async function lz4Block(): Promise<UnpackPage> {
  const { uncompressSync } = await import("lz4-napi");
  return (packed, size) => {
    if (size > LZ4_MOST * packed.length) throw new RangeError("the page has another length");
    const head = Buffer.alloc(4);
    head.writeUInt32LE(size);
    return uncompressSync(Buffer.concat([head, packed]));
  };
}

/**
 * Blocks of LZ4 as Hadoop frames them: the sizes of the data and of the block in four bytes each, the highest first.
 * Undefined for what is not framed: other writers put a plain block under the same number, and readers try both, see
 * https://github.com/apache/parquet-format/blob/master/Compression.md#lz4
 */
function hadoopLz4(packed: Buffer, size: number, block: UnpackPage): Buffer | undefined {
  const blocks: Buffer[] = [];
  let left = size;
  for (let at = 0; at < packed.length; ) {
    if (at + 8 > packed.length) return undefined;
    const [unpacked, length] = [packed.readUInt32BE(at), packed.readUInt32BE(at + 4)];
    at += 8;
    if (unpacked > left || at + length > packed.length) return undefined;
    if (unpacked > 0) blocks.push(block(packed.subarray(at, at + length), unpacked));
    left -= unpacked;
    at += length;
  }
  return left === 0 ? Buffer.concat(blocks) : undefined;
}
