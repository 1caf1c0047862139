import { CODECS } from "../format.js";
import type { Compression } from "../options.js";

/** Compresses the data of a page. */
export type Compress = (data: Uint8Array) => Uint8Array;

/** Columns are hardly smaller on higher levels of zstd, and take twice the time on 3. */
const ZSTD_LEVEL = 1;
/** LZ4 blocks come behind the length of the data in four bytes, which Parquet's have not. */
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

/** The number of a compression in the format. */
export function codecOf(compression: Compression): number {
  return CODECS[compression];
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
