import { type Data, DataType, type RecordBatch } from "apache-arrow";
import { COLUMNS } from "../../record/index.js";
import { type FileSchema, type Leaf, refused } from "./file-schema.js";
import type { Remarks } from "./remarks.js";
import { type ToJson, valueWriter } from "./value-json.js";
import { type ValueKind, valueKindOf } from "./value-kinds.js";

/** Rows as the decoder gives them, to JSON objects: lists, structs and maps around the values of `value-json.ts`. */

const JSON_COLUMNS = new Set(
  COLUMNS.filter(({ type }) => type === "object" || type === "objects").map(({ name }) => name),
);
/** Tags leave out what they do not have. */
const SPARSE_COLUMNS = new Set(COLUMNS.filter(({ type }) => type === "tags").map(({ name }) => name));

/** Rows without columns that are given at a time. */
const BARE_ROWS = 1024;

interface KnownLeaf {
  readonly leaf: Leaf;
  readonly kind: ValueKind;
}

export class RowWriter {
  readonly #names: readonly string[];
  readonly #leaves: readonly KnownLeaf[];
  readonly #remarks: Remarks;
  readonly #head: string;

  /** `head` is put in front of the members of each row. */
  constructor({ names, leaves }: FileSchema, head: string, remarks: Remarks) {
    this.#names = names;
    this.#leaves = leaves.map((leaf) => ({ leaf, kind: kindOf(leaf) }));
    this.#remarks = remarks;
    this.#head = head;
  }

  /** The lines of a batch, without line ends. */
  linesOf({ data, numRows }: RecordBatch): string[] {
    const leaves = this.#leaves.values();
    const columns = this.#names.map((name, i) => {
      const toJson = this.#column(data.children[i] as Data, leaves, name);
      return { key: `${JSON.stringify(name)}:`, toJson };
    });
    return Array.from({ length: numRows }, (_, row) => {
      let line = this.#head;
      for (const { key, toJson } of columns) line += `${line === "" ? "" : ","}${key}${toJson(row)}`;
      return `{${line}}`;
    });
  }

  /** The lines of rows without columns. */
  *bareLines(count: number): Generator<string[]> {
    for (let left = count; left > 0; left -= BARE_ROWS)
      yield Array.from({ length: Math.min(left, BARE_ROWS) }, () => `{${this.#head}}`);
  }

  /** A column with all that is in it, whose leaves are the next ones. */
  #column(data: Data, leaves: Iterator<KnownLeaf>, name: string): ToJson {
    const below = (child: Data) => this.#column(child, leaves, name);
    const { type } = data;
    if (DataType.isMap(type)) return orNull(data, mapJson(data, below, name));
    if (DataType.isList(type)) return orNull(data, listJson(data, below));
    if (DataType.isStruct(type)) return orNull(data, structJson(data, below, SPARSE_COLUMNS.has(name)));
    const { leaf, kind } = leaves.next().value as KnownLeaf;
    return orNull(data, valueWriter({ data, leaf, kind, remarks: this.#remarks }));
  }
}

/** The columns of ours that hold JSON as text are JSON, whoever wrote the file. */
function kindOf(leaf: Leaf): ValueKind {
  const kind = valueKindOf(leaf);
  return kind.kind === "text" && leaf.path.length === 1 && JSON_COLUMNS.has(leaf.path[0] as string)
    ? { kind: "json" }
    : kind;
}

function orNull(data: Data, toJson: ToJson): ToJson {
  if (data.nullCount === 0) return toJson;
  const { nullBitmap, offset } = data;
  return (row) => {
    const bit = offset + row;
    return ((nullBitmap[bit >> 3] as number) >> (bit & 7)) & 1 ? toJson(row) : "null";
  };
}

type Below = (child: Data) => ToJson;

function listJson(data: Data, below: Below): ToJson {
  const element = below(data.children[0] as Data);
  const offsets = data.valueOffsets as Int32Array;
  return (row) => {
    const elements: string[] = [];
    for (let i = offsets[row] as number; i < (offsets[row + 1] as number); i++) elements.push(element(i));
    return `[${elements.join(",")}]`;
  };
}

function structJson(data: Data, below: Below, isSparse: boolean): ToJson {
  const members = data.type.children.map(({ name }, i) => {
    return { key: `${JSON.stringify(name)}:`, toJson: below(data.children[i] as Data) };
  });
  return (row) => {
    let object = "";
    for (const { key, toJson } of members) {
      const json = toJson(row);
      if (json !== "null" || !isSparse) object += `${object === "" ? "" : ","}${key}${json}`;
    }
    return `{${object}}`;
  };
}

/** A map is an object; keys that are no texts become their JSON. */
function mapJson(data: Data, below: Below, column: string): ToJson {
  const [keyData, valueData] = (data.children[0] as Data).children as [Data, Data];
  const key = below(keyData);
  const value = below(valueData);
  const offsets = data.valueOffsets as Int32Array;
  return (row) => {
    const names = new Set<string>();
    let object = "";
    for (let i = offsets[row] as number; i < (offsets[row + 1] as number); i++) {
      const json = key(i);
      const name = json.startsWith('"') ? json : JSON.stringify(json);
      if (names.has(name)) throw refused([column], `has a map with the key ${name} twice`);
      names.add(name);
      object += `${object === "" ? "" : ","}${name}:${value(i)}`;
    }
    return `{${object}}`;
  };
}
