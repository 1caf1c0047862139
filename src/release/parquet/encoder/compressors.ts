import type { Compression } from "../format.js";

/** Compresses the data of a page. */
export type Compress = (data: Uint8Array) => Uint8Array;

/** Columns are hardly smaller on higher levels of zstd, and take twice the time on 3. */
const ZSTD_LEVEL = 1;
/** The library begins a block of LZ4 with the length of the data in four bytes, which Parquet's LZ4_RAW has not. */
const LZ4_HEAD = 4;

/** Each library is loaded when it is needed. */
const COMPRESSORS: Readonly<Record<Compression, () => Promise<Compress>>> = {
  zstd: async () => {
    const { Compressor } = await import("zstd-napi");
    const compressor = new Compressor();
    compressor.setParameters({ compressionLevel: ZSTD_LEVEL });
    return (data) => compressor.compress(data);
  },
  snappy: async () => {
    const { compressSync } = await import("snappy");
    return (data) => compressSync(asBuffer(data));
  },
  lz4: async () => {
    const { compressSync } = await import("lz4-napi");
    return (data) => compressSync(asBuffer(data)).subarray(LZ4_HEAD);
  },
  none: async () => (data) => data.slice(),
};

export function compressorOf(compression: Compression): Promise<Compress> {
  return COMPRESSORS[compression]();
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
