import { zstdBinding } from "../../../base/files/index.js";
import type { Compression } from "../format.js";

/** Compresses the data of a page, into a buffer of their own that may be freed. */
export type Compress = (data: Uint8Array) => Uint8Array<ArrayBuffer>;

/** Columns are hardly smaller on higher levels of zstd, and take twice the time on 3. */
const ZSTD_LEVEL = 1;
/** The library begins a block of LZ4 with the length of the data in four bytes, which Parquet's LZ4_RAW has not. */
const LZ4_HEAD = 4;

/** Each library is loaded when it is needed. */
const COMPRESSORS: Readonly<Record<Compression, () => Promise<Compress>>> = {
  zstd: async () => {
    const { CCtx, CParameter, compressBound } = await zstdBinding();
    const context = new CCtx();
    context.setParameter(CParameter.compressionLevel, ZSTD_LEVEL);
    // One room for all pages: the library's own class makes one for each, which is garbage as large as the page.
    let room = Buffer.allocUnsafeSlow(0);
    return (data) => {
      const most = compressBound(data.length);
      if (most > room.length) room = Buffer.allocUnsafeSlow(most);
      return copyOf(room, 0, context.compress2(room, data));
    };
  },
  snappy: async () => {
    const { compressSync } = await import("snappy");
    return (data) => copyOf(compressSync(asBuffer(data)));
  },
  lz4: async () => {
    const { compressSync } = await import("lz4-napi");
    return (data) => copyOf(compressSync(asBuffer(data)), LZ4_HEAD);
  },
  none: async () => (data) => copyOf(data),
};

export function compressorOf(compression: Compression): Promise<Compress> {
  return COMPRESSORS[compression]();
}

function copyOf(bytes: Uint8Array, from = 0, to = bytes.length): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.subarray(from, to));
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
