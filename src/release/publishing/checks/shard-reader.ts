import { Failure } from "../../../base/failure.js";
import {
  type ColumnValues,
  checkParquet,
  type FileFacts,
  type Leaf,
  readColumns,
  type SchemaNode,
} from "../../parquet/index.js";
import type { Watch } from "./shard-files.js";
import { badShards } from "./subsets.js";

/** What a shard says of itself, and its columns as the pages of a release describe them. */

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

/** A shard whose footer has been read. */
export class ShardReader {
  readonly path: string;
  readonly facts: FileFacts;
  /** The columns, in order. */
  readonly fields: readonly Field[];

  private constructor(path: string, facts: FileFacts) {
    this.path = path;
    this.facts = facts;
    this.fields = facts.columns.map((column) => fieldOf(column, 0, facts, path));
  }

  /**
   * Opens a shard that is whole: all of it is read once and compared with its checksums, for what is damaged must neither be
   * published nor be believed in what it says of licences and opt-outs. Throws a `Failure` ("no_input" or "bad_input").
   */
  static async open(path: string, watch: Watch = {}): Promise<ShardReader> {
    return new ShardReader(path, await checkParquet(path, watch));
  }

  /** Throws a `Failure` ("bad_input") where one of these columns is not there. */
  checkColumns(columns: readonly string[]): void {
    const names = new Set(this.fields.map(({ name }) => name));
    const absent = columns.find((column) => !names.has(column));
    if (absent !== undefined) throw badShards(`${this.path} has no column ${absent}`);
  }

  /** The values of some columns, one row group at a time. Times are `Date`s. */
  async *columnsOf(names: readonly string[]): AsyncGenerator<ColumnValues> {
    this.checkColumns(names);
    yield* await readColumns(this.path, names);
  }

  /** The rows with the named columns only, one row group at a time. */
  async *rowsOf(names: readonly string[]): AsyncGenerator<Row[]> {
    for await (const { rows, columns } of this.columnsOf(names)) {
      const rowOf = (row: number) => Object.fromEntries(names.map((name, i) => [name, columns[i]?.[row]]));
      yield Array.from({ length: rows }, (_, row) => rowOf(row));
    }
  }
}

/** `level` is the definition level of what it is in. */
function fieldOf(node: SchemaNode, level: number, facts: FileFacts, path: string): Field {
  const { name, definitionLevel } = node;
  const nullable = definitionLevel > level;
  switch (node.kind) {
    case "value":
      return { name, type: typeOf(node.leaves[0] as Leaf, facts, path), nullable };
    case "struct":
      return {
        name,
        type: "struct",
        nullable,
        fields: node.members.map((member) => fieldOf(member, definitionLevel, facts, path)),
      };
    case "list":
      return { ...fieldOf(node.element, definitionLevel + 1, facts, path), name, nullable, list: true };
    case "map":
      throw new Failure("bad_input", `${path}: the column ${name} has a type that no record has: a map`);
  }
}

/** The types that the record's columns have in Parquet. */
const PHYSICAL_TYPES: Readonly<Partial<Record<string, FieldType>>> = {
  BOOLEAN: "boolean",
  BYTE_ARRAY: "string",
  DOUBLE: "double",
  FLOAT: "float",
  INT32: "int32",
  INT64: "int64",
};

function typeOf(leaf: Leaf, { kinds }: FileFacts, path: string): FieldType {
  if (kinds.get(leaf)?.kind === "timestamp") return "timestamp";
  const known = PHYSICAL_TYPES[leaf.physical];
  if (known) return known;
  const name = leaf.path.at(-1);
  throw new Failure(
    "bad_input",
    `${path}: the column ${name} has a type that no record has: ${leaf.physical}`,
  );
}
