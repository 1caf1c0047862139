import { type Data, makeData, RecordBatch, type Schema, Struct } from "apache-arrow";
import { columnsOf, type MediaRecord, type MediaType, type Value } from "../record/index.js";
import { columnBuilder } from "./column-builders.js";
import type { ColumnBuilder } from "./scalar-builders.js";
import { schemaOf } from "./schema.js";

/**
 * Rows go to the encoder in small batches, so that no more than one batch of records is in memory. The encoder
 * gathers batches into row groups by itself.
 */
const BATCH_ROWS = 2048;
/** Far more than 2048 usual rows have (about 2 MB); only rows with huge texts make a batch end early. */
const BATCH_BYTES = 16 * 1024 * 1024;

/** Turns records of one media type into Arrow record batches, one after another. */
export class BatchBuilder {
  /** Rows added since the last batch was taken. */
  rows = 0;
  /** About how much memory they take. */
  #bytes = 0;
  readonly #media: MediaType;
  readonly #schema: Schema;
  readonly #columns: readonly (readonly [name: string, nullable: boolean, builder: ColumnBuilder])[];

  constructor(media: MediaType) {
    this.#media = media;
    this.#schema = schemaOf(media);
    this.#columns = columnsOf(media).map((column, i) => {
      const field = this.#schema.fields[i] as Schema["fields"][number];
      return [column.name, field.nullable, columnBuilder(column.type, field.type)];
    });
  }

  /** Whether a batch should be taken before more is added. */
  get full(): boolean {
    return this.rows >= BATCH_ROWS || this.#bytes >= BATCH_BYTES;
  }

  /**
   * Adds one record. Throws a `TypeError` when it is not as `cleanRecord` makes it; the builder cannot be used
   * after that.
   */
  add(record: Readonly<Record<string, Value | undefined>>): void {
    for (const [name, nullable, builder] of this.#columns) {
      const value = record[name] ?? null;
      if (value === null && !nullable) throw new TypeError(`${this.#media} record without ${name}`);
      this.#bytes += builder.add(value);
    }
    this.rows++;
  }

  /** The rows added since the last call, as one batch. */
  take(): RecordBatch {
    const children: Data[] = this.#columns.map(([, , builder]) => builder.take());
    const type = new Struct(this.#schema.fields);
    const data = makeData({ type, length: this.rows, nullCount: 0, children });
    this.rows = 0;
    this.#bytes = 0;
    return new RecordBatch(this.#schema, data);
  }
}

/** One batch of these records, however many there are. */
export function buildBatch(media: MediaType, records: readonly MediaRecord[]): RecordBatch {
  const builder = new BatchBuilder(media);
  for (const record of records) builder.add(record);
  return builder.take();
}
