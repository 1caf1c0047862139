import {
  Compression as Codec,
  EnabledStatistics,
  Encoding,
  Table,
  transformParquetStream,
  type WriterProperties,
  WriterPropertiesBuilder,
} from "parquet-wasm";
import { COLUMNS, type ColumnType, type MediaType } from "../record/index.js";
import type { BatchData } from "./batch.js";
import { IpcWriter } from "./ipc.js";
import type { Compression } from "./options.js";
import { release } from "./release.js";
import { schemaOf, WRITER_VERSION } from "./schema.js";

const CODECS: Readonly<Record<Compression, Codec>> = {
  zstd: Codec.ZSTD,
  snappy: Codec.SNAPPY,
  lz4: Codec.LZ4_RAW,
  none: Codec.UNCOMPRESSED,
};

/**
 * Hardly a value in these occurs twice in a row group: a dictionary would only be built to be thrown away, and costs
 * a third of the encoder's time.
 */
const UNIQUE_COLUMNS = new Set([
  "identifier",
  "foreign_identifier",
  "foreign_landing_url",
  "url",
  "thumbnail",
  "creator_url",
  "title",
  "meta_data",
  "audio_set",
  "alt_files",
  "filesize",
  "duration",
]);

/** Encodings of columns without a dictionary; lengths or differences are kept apart from the bytes. */
const ENCODINGS: Partial<Record<ColumnType, Encoding>> = {
  text: Encoding.DELTA_LENGTH_BYTE_ARRAY,
  url: Encoding.DELTA_LENGTH_BYTE_ARRAY,
  uuid: Encoding.DELTA_LENGTH_BYTE_ARRAY,
  object: Encoding.DELTA_BYTE_ARRAY,
  objects: Encoding.DELTA_BYTE_ARRAY,
  integer: Encoding.DELTA_BINARY_PACKED,
  timestamp: Encoding.DELTA_BINARY_PACKED,
};

/** Where another encoding is smaller than the type's. */
const OWN_ENCODINGS: Readonly<Record<string, Encoding>> = {
  foreign_identifier: Encoding.DELTA_BYTE_ARRAY,
  foreign_landing_url: Encoding.PLAIN,
  thumbnail: Encoding.PLAIN,
};

/**
 * Readers of the Java library trust the statistics of text columns only when they can read a version here, in this
 * form (org.apache.parquet.VersionParser).
 */
const CREATED_BY = `ov-tools version ${WRITER_VERSION}`;

/** One a media type, because its memory is used again and again. */
const ipcWriters = new Map<MediaType, IpcWriter>();

function ipcWriterOf(media: MediaType): IpcWriter {
  const writer = ipcWriters.get(media) ?? new IpcWriter(schemaOf(media));
  ipcWriters.set(media, writer);
  return writer;
}

/** A row group that is being encoded, as a Parquet file of its own. */
export class RowGroupEncoder {
  readonly #ipc: IpcWriter;
  readonly #batches: WritableStreamDefaultWriter<unknown>;
  readonly #bytes: Promise<Uint8Array<ArrayBuffer>>;
  #length = 0;

  constructor(media: MediaType, compression: Compression) {
    this.#ipc = ipcWriterOf(media);
    const { readable, writable } = new TransformStream<unknown>();
    this.#batches = writable.getWriter();
    this.#bytes = this.#gather(transformParquetStream(readable, propertiesOf(media, compression)));
    // Waited for at the end; a failure before must not end the thread.
    this.#bytes.catch(() => undefined);
  }

  async add(batch: BatchData): Promise<void> {
    await Promise.race([this.#batches.write(encoderInput(this.#ipc, batch)), this.#bytes]);
  }

  /** The file's bytes. */
  async end(): Promise<Uint8Array<ArrayBuffer>> {
    this.#batches.close().catch(() => undefined);
    return this.#unlessSilent();
  }

  async #gather(stream: Promise<ReadableStream<Uint8Array>>): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await stream) {
      chunks.push(chunk);
      this.#length += chunk.length;
    }
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
      release(chunk.buffer as ArrayBuffer);
    }
    return bytes;
  }

  /**
   * After a batch that it could not encode, the encoder may neither go on nor end (parquet-wasm drops these errors in
   * writer_async.rs). It works in this thread: when a timer has gone off twice and nothing came, nothing will.
   */
  async #unlessSilent(): Promise<Uint8Array<ArrayBuffer>> {
    let timer: NodeJS.Timeout | undefined;
    let length = -1;
    const silence = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        if (this.#length === length) reject(new Error("the Parquet encoder gave up"));
        length = this.#length;
      }, 1000);
    });
    return Promise.race([this.#bytes, silence]).finally(() => clearInterval(timer));
  }
}

/** A batch in the encoder's own memory. The encoder frees it. */
function encoderInput(writer: IpcWriter, batch: BatchData): unknown {
  const table = Table.fromIPCStream(writer.write(batch));
  try {
    return table.recordBatch(0);
  } finally {
    table.free();
  }
}

function propertiesOf(media: MediaType, compression: Compression): WriterProperties {
  let builder = new WriterPropertiesBuilder()
    .setCreatedBy(CREATED_BY)
    .setCompression(CODECS[compression])
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    // One row group, whose end is decided by who sends the batches.
    .setMaxRowGroupSize(2 ** 31 - 1);
  for (const { name, type, media: only = media } of COLUMNS) {
    if (only !== media) continue;
    const encoding = OWN_ENCODINGS[name] ?? ENCODINGS[type];
    if (encoding !== undefined) builder = builder.setColumnEncoding(name, encoding);
    if (UNIQUE_COLUMNS.has(name) || type === "timestamp")
      builder = builder.setColumnDictionaryEnabled(name, false);
  }
  return builder.build();
}
