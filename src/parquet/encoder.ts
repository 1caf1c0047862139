import { openAsBlob } from "node:fs";
import { Table as ArrowTable, type RecordBatch, tableToIPC } from "apache-arrow";
import {
  Compression as Codec,
  EnabledStatistics,
  ParquetFile,
  Table,
  transformParquetStream,
  type WriterProperties,
  WriterPropertiesBuilder,
} from "parquet-wasm";
import { SCHEMA_VERSION } from "../record/index.js";
import { WRITER_VERSION } from "./schema.js";

/** How column chunks are compressed. */
export type Compression = "zstd" | "snappy" | "none";

const CODECS: Readonly<Record<Compression, Codec>> = {
  zstd: Codec.ZSTD,
  snappy: Codec.SNAPPY,
  none: Codec.UNCOMPRESSED,
};

/** Hardly a value in these occurs twice: a dictionary would only be built to be thrown away. */
const UNIQUE_COLUMNS = [
  "identifier",
  "foreign_identifier",
  "foreign_landing_url",
  "url",
  "thumbnail",
  "meta_data",
];

/**
 * Readers of the Java library trust the statistics of text columns only when they can read a version here, in this
 * form (org.apache.parquet.VersionParser).
 */
const CREATED_BY = `ov-tools version ${WRITER_VERSION}`;

/**
 * A row group ends early when it has this many bytes as encoded: a bound on memory for rows with huge texts, and
 * on what a reader has to fetch at once. 50,000 usual rows take a tenth of it.
 */
const ROW_GROUP_BYTES = 64 * 1024 * 1024;

/** How row groups are cut and compressed. */
export interface EncoderOptions {
  /** Rows of a row group; the last of a file has what is left. */
  readonly rowGroupRows: number;
  readonly compression: Compression;
}

/**
 * The bytes of one Parquet file, a row group at a time, of record batches from `encoderInput`. There has to be one
 * batch at least, and nothing comes out before it went in.
 *
 * The encoder says nothing when it fails on a batch: it leaves the batch out, or never ends (parquet-wasm drops
 * these errors in writer_async.rs). So whoever writes the bytes down has to look after both, the first by `rowsIn`.
 */
export function encode(
  batches: ReadableStream,
  options: EncoderOptions,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  return transformParquetStream(batches, writerProperties(options));
}

/** A record batch in the encoder's own memory. The encoder frees it. */
export function encoderInput(batch: RecordBatch): unknown {
  const table = Table.fromIPCStream(tableToIPC(new ArrowTable([batch]), "stream"));
  try {
    return table.recordBatch(0);
  } finally {
    table.free();
  }
}

/** How many rows a Parquet file says it has. Only the end of the file is read. */
export async function rowsIn(path: string): Promise<number> {
  const file = await ParquetFile.fromFile(await openAsBlob(path));
  try {
    return file.metadata().fileMetadata().numRows();
  } finally {
    file.free();
  }
}

function writerProperties({ rowGroupRows, compression }: EncoderOptions): WriterProperties {
  let builder = new WriterPropertiesBuilder()
    .setCreatedBy(CREATED_BY)
    .setCompression(CODECS[compression])
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .setMaxRowGroupSize(rowGroupRows)
    .setMaxRowGroupBytes(ROW_GROUP_BYTES)
    // One key only: the encoder writes several in the order of a hash map, which differs from file to file.
    .setKeyValueMetadata(new Map([["ov_schema_version", String(SCHEMA_VERSION)]]));
  for (const column of UNIQUE_COLUMNS) builder = builder.setColumnDictionaryEnabled(column, false);
  return builder.build();
}
