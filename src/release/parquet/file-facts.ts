import { COLUMNS, MEDIA_TYPES, type MediaType } from "../../record/index.js";
import type { Leaf, SchemaNode } from "./file-schema.js";
import { CODEC_NAMES, FILE, KEY_VALUE, ROW_GROUP, STATISTICS } from "./format.js";
import { plainValue } from "./page-values.js";
import type { Structure } from "./parquet-file.js";
import { Remarks } from "./remarks.js";
import { kindOf } from "./row-json.js";
import { BINARY, type Struct } from "./thrift.js";
import { listIn, numberIn, structOf, textIn } from "./thrift-fields.js";
import { oneValue } from "./value-json.js";
import type { ValueKind } from "./value-kinds.js";

/** The minimum and the maximum of a column, and whether it has nulls. */
export interface Range {
  readonly min: unknown;
  readonly max: unknown;
  readonly nulls: boolean;
}

/** What a Parquet file says of itself in its footer: a few kilobytes, however large the file. */
export class FileFacts {
  readonly #structure: Structure;
  /** What the values of each column are. */
  readonly kinds: ReadonlyMap<Leaf, ValueKind>;

  /** Throws a `Failure` where the schema contradicts itself. */
  constructor(structure: Structure) {
    this.#structure = structure;
    this.kinds = new Map(structure.schema.leaves.map((leaf) => [leaf, kindOf(leaf)]));
  }

  get columns(): readonly SchemaNode[] {
    return this.#structure.schema.columns;
  }

  get rows(): number {
    const { groups, bareRows } = this.#structure;
    return groups.reduce((sum, { rows }) => sum + rows, bareRows);
  }

  /** Of the rows in memory, as our shards say; otherwise of the pages before compression. */
  get uncompressedBytes(): number {
    const said = this.#said("ov_arrow_bytes");
    if (/^\d{1,15}$/.test(said ?? "")) return Number(said);
    const groups = listIn(this.#structure.footer, FILE.row_groups).map(structOf);
    return groups.reduce((sum, group) => sum + (numberIn(group, ROW_GROUP.total_byte_size) ?? 0), 0);
  }

  /** How its columns are compressed; undefined where it has no row. */
  get codec(): string | undefined {
    return CODEC_NAMES[this.#structure.groups[0]?.chunks[0]?.codec ?? -1];
  }

  /** The media type of the file: as it says, or else by its columns. */
  get media(): MediaType | undefined {
    const said = this.#said("ov_media_type");
    const names = new Set(this.columns.map(({ name }) => name));
    const shown = (media: MediaType) =>
      COLUMNS.some((column) => column.media === media && names.has(column.name));
    return MEDIA_TYPES.find((media) => media === said) ?? MEDIA_TYPES.find(shown);
  }

  /** By the statistics of the row groups; undefined where one of them has none. */
  range(column: string): Range | undefined {
    let [min, max, nulls]: [unknown, unknown, boolean] = [undefined, undefined, false];
    for (const { chunks } of this.#structure.groups) {
      const { leaf, values, statistics } = chunks.find(({ leaf }) => leaf.path[0] === column) ?? {};
      const missing = statistics && numberIn(statistics, STATISTICS.null_count);
      if (!(statistics && leaf) || missing === undefined) return undefined;
      nulls ||= missing > 0;
      if (missing === values) continue;
      const low = this.#bound(statistics, leaf, STATISTICS.min_value, STATISTICS.min);
      const high = this.#bound(statistics, leaf, STATISTICS.max_value, STATISTICS.max);
      if (low === undefined || high === undefined) return undefined;
      if (min === undefined || (low as string) < (min as string)) min = low;
      if (max === undefined || (high as string) > (max as string)) max = high;
    }
    return { min, max, nulls };
  }

  #said(key: string): string | undefined {
    const pairs = listIn(this.#structure.footer, FILE.key_value_metadata).map(structOf);
    const pair = pairs.find((pair) => textIn(pair, KEY_VALUE.key) === key);
    return pair && textIn(pair, KEY_VALUE.value);
  }

  /** The first of these fields that is there. */
  #bound(statistics: Struct, leaf: Leaf, ...fields: readonly number[]): unknown {
    const found = fields.map((field) => statistics.get(field)).find((value) => value?.type === BINARY);
    const kind = this.kinds.get(leaf);
    if (found?.type !== BINARY || kind === undefined) return undefined;
    const values = plainValue(Buffer.from(found.value), leaf);
    return oneValue({ values, leaf, kind, remarks: new Remarks() });
  }
}
