import { placesIn, type RowsData } from "../../record/decoder/index.js";
import { columnsOf } from "../../record/index.js";
import { type ArrowArray, type Compress, type EncodedRowGroup, RowGroupEncoder } from "./encoder/index.js";
import { type ShardColumns, shardColumns, shardSchema } from "./record-schema.js";

/** A row group of records of one media type: of the columns of a batch, those that shards have are encoded. */
export class RecordRowGroup {
  readonly #columns: ShardColumns;
  readonly #encoder: RowGroupEncoder;
  /** Which columns of a batch those of the shards are. */
  readonly #indexes: readonly number[];

  constructor(columns: ShardColumns, compress: Compress) {
    this.#columns = columns;
    this.#encoder = new RowGroupEncoder(shardSchema(columns), compress);
    const all = columnsOf(columns.media);
    this.#indexes = shardColumns(columns).map((column) => all.indexOf(column));
  }

  /** Adds the rows from one of a batch, which has all columns of the media type, to before another. */
  add(data: RowsData, from: number, to: number): void {
    const { media } = this.#columns;
    const arrays = placesIn(data);
    if (arrays.length !== columnsOf(media).length || arrays.some(({ length }) => length !== data.rows)) {
      throw new TypeError(`a batch does not have the columns of ${media === "image" ? "images" : "audio"}`);
    }
    const columns = this.#indexes.map((index) => arrays[index] as ArrowArray);
    this.#encoder.add({ body: data.body, columns }, from, to);
  }

  end(): EncodedRowGroup {
    return this.#encoder.end();
  }
}
