import type { FileMetaData, SchemaTree } from "hyparquet";
import { Failure, shortageOf } from "../../base/failure.js";
import { COLUMNS, MEDIA_TYPES, type MediaType } from "../../record/index.js";
import { checkParquet } from "../parquet/index.js";
import type { Watch } from "./shard-files.js";
import { MAKE_AGAIN } from "./subsets.js";

/**
 * What a shard says of itself, mostly from its footer: a few kilobytes, however large the shard. A plain JavaScript
 * reader is used on purpose: it knows nothing of the encoder that wrote the shard.
 */

/** A column of a shard, or a member of a struct, as the Parquet schema has it. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly nullable: boolean;
  /** Present where the column is a list: its elements are of `type`. */
  readonly list?: true;
  /** Members of a struct. */
  readonly fields?: readonly Field[];
}

export type FieldType =
  | "string"
  | "int32"
  | "int64"
  | "double"
  | "float"
  | "boolean"
  | "timestamp"
  | "struct";

/** Values of some columns, row by row; `undefined` stands for null as well as null does. */
export type Row = Readonly<Record<string, unknown>>;

/** Values of a column behind one another. */
interface ColumnChunk {
  readonly columnName: string;
  readonly columnData: ArrayLike<unknown>;
  readonly rowStart: number;
}

/** A shard whose footer has been read. */
export class ShardReader {
  readonly path: string;
  readonly #metadata: FileMetaData;
  readonly #tree: SchemaTree;

  private constructor(path: string, metadata: FileMetaData, tree: SchemaTree) {
    this.path = path;
    this.#metadata = metadata;
    this.#tree = tree;
  }

  /**
   * Opens a shard that is whole: all of it is read once and compared with its checksums, for what is damaged must neither be
   * published nor be believed in what it says of licences and opt-outs. Throws a `Failure` ("no_input" or "bad_input").
   */
  static async open(path: string, watch: Watch = {}): Promise<ShardReader> {
    await checkParquet(path, watch);
    const { asyncBufferFromFile, parquetMetadataAsync, parquetSchema } = await import("hyparquet");
    try {
      const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
      return new ShardReader(path, metadata, parquetSchema(metadata));
    } catch (error) {
      throw notReadable(path, error);
    }
  }

  get rows(): number {
    return Number(this.#metadata.num_rows);
  }

  /** Of the rows in memory, as the shard says; else of its pages before compression. */
  get uncompressedBytes(): number {
    const said = this.#said("ov_arrow_bytes");
    if (/^\d{1,15}$/.test(said ?? "")) return Number(said);
    return this.#metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0);
  }

  /** How its columns are compressed, as Parquet names it; undefined where it has no row. */
  get codec(): string | undefined {
    return this.#metadata.row_groups[0]?.columns[0]?.meta_data?.codec;
  }

  /** The columns, in order. */
  get fields(): Field[] {
    return this.#tree.children.map((column) => fieldOf(column, this.path));
  }

  /** Which kind of media the shard is of: as it says, else by its columns. */
  get media(): MediaType | undefined {
    const said = this.#said("ov_media_type");
    const names = new Set(this.fields.map(({ name }) => name));
    const shown = (media: MediaType) =>
      COLUMNS.some((column) => column.media === media && names.has(column.name));
    return MEDIA_TYPES.find((media) => media === said) ?? MEDIA_TYPES.find(shown);
  }

  #said(name: string): string | undefined {
    return this.#metadata.key_value_metadata?.find(({ key }) => key === name)?.value;
  }

  /**
   * The least and greatest value of a column by the statistics of its row groups, and whether it has nulls; undefined
   * where a row group has no statistics.
   */
  range(column: string): { min: unknown; max: unknown; nulls: boolean } | undefined {
    let [min, max, nulls]: [unknown, unknown, boolean] = [undefined, undefined, false];
    for (const group of this.#metadata.row_groups) {
      const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === column);
      const { statistics, num_values } = chunk?.meta_data ?? {};
      const missing = statistics?.null_count;
      if (statistics === undefined || missing === undefined) return undefined;
      nulls ||= missing > 0n;
      if (missing === num_values) continue;
      const [low, high] = [statistics.min_value ?? statistics.min, statistics.max_value ?? statistics.max];
      if (low === undefined || high === undefined) return undefined;
      if (min === undefined || (low as string) < (min as string)) min = low;
      if (max === undefined || (high as string) > (max as string)) max = high;
    }
    return { min, max, nulls };
  }

  /** Throws a `Failure` ("bad_input") where one of these columns is not there. */
  checkColumns(columns: readonly string[]): void {
    const names = new Set(this.fields.map(({ name }) => name));
    const absent = columns.find((column) => !names.has(column));
    if (absent !== undefined) {
      throw new Failure("bad_input", `${this.path} has no column ${absent}; ${MAKE_AGAIN}`);
    }
  }

  /** The values of some columns, one row group at a time: much faster than its rows. */
  async *columnsOf(
    names: readonly string[],
  ): AsyncGenerator<{ readonly rows: number; readonly columns: readonly (readonly unknown[])[] }> {
    this.checkColumns(names);
    const { asyncBufferFromFile, parquetRead } = await import("hyparquet");
    const { compressors } = await import("hyparquet-compressors");
    const file = await asyncBufferFromFile(this.path);
    let rowStart = 0;
    for (const { num_rows } of this.#metadata.row_groups) {
      const rows = Number(num_rows);
      const columns = names.map(() => Array<unknown>(rows));
      const options = { file, metadata: this.#metadata, compressors, columns: [...names] };
      const start = rowStart;
      const onChunk = ({ columnName, columnData, rowStart }: ColumnChunk) => {
        const column = columns[names.indexOf(columnName)] as unknown[];
        for (let i = 0; i < columnData.length; i++) column[rowStart - start + i] = columnData[i];
      };
      try {
        await parquetRead({ ...options, rowStart, rowEnd: rowStart + rows, onChunk });
      } catch (error) {
        throw notReadable(this.path, error);
      }
      yield { rows, columns };
      rowStart += rows;
    }
  }

  /** The rows with the named columns only, one row group at a time. */
  async *rowsOf(columns: readonly string[]): AsyncGenerator<Row[]> {
    this.checkColumns(columns);
    const { asyncBufferFromFile, parquetReadObjects } = await import("hyparquet");
    const { compressors } = await import("hyparquet-compressors");
    const file = await asyncBufferFromFile(this.path);
    let rowStart = 0;
    for (const group of this.#metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const options = {
        file,
        metadata: this.#metadata,
        compressors,
        columns: [...columns],
        rowStart,
        rowEnd,
      };
      try {
        yield await parquetReadObjects(options);
      } catch (error) {
        throw notReadable(this.path, error);
      }
      rowStart = rowEnd;
    }
  }
}

/** The reader's own words are for its makers: they are kept as the cause. */
function notReadable(path: string, error: unknown): Failure {
  const { outcome, message } = shortageOf(error) ?? {
    outcome: "bad_input",
    message: "it is damaged, or of a kind that is not read here",
  };
  return new Failure(outcome, `${path} cannot be read as Parquet: ${message}; ${MAKE_AGAIN}`, {
    cause: error,
  });
}

function fieldOf({ element, children }: SchemaTree, path: string): Field {
  const nullable = element.repetition_type !== "REQUIRED";
  if (element.converted_type === "LIST" || element.logical_type?.type === "LIST") {
    const inner = children[0]?.children[0];
    if (inner) return { ...fieldOf(inner, path), name: element.name, nullable, list: true };
  }
  if (children.length > 0) {
    const fields = children.map((child) => fieldOf(child, path));
    return { name: element.name, type: "struct", nullable, fields };
  }
  return { name: element.name, type: typeOf(element, path), nullable };
}

/** The types that the record's columns have in Parquet. */
const PHYSICAL_TYPES: Readonly<Record<string, FieldType>> = {
  BOOLEAN: "boolean",
  BYTE_ARRAY: "string",
  DOUBLE: "double",
  FLOAT: "float",
  INT32: "int32",
  INT64: "int64",
};

function typeOf(
  { name, type, converted_type, logical_type }: SchemaTree["element"],
  path: string,
): FieldType {
  if (logical_type?.type === "TIMESTAMP" || converted_type?.startsWith("TIMESTAMP")) return "timestamp";
  const known = PHYSICAL_TYPES[type ?? ""];
  if (known) return known;
  throw new Failure("bad_input", `${path}: the column ${name} has a type that no record has: ${type}`);
}
