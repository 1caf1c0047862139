import { COLUMNS } from "../../record/index.js";
import type { ColumnReader } from "./column-reader.js";
import { type Leaf, refused, type SchemaNode } from "./file-schema.js";
import { type ValueKind, valueKindOf } from "./value-kinds.js";

/** Entries of columns to JSON objects: lists, structs and maps around the values of `value-json.ts`. */

const JSON_COLUMNS = new Set(
  COLUMNS.filter(({ type }) => type === "object" || type === "objects").map(({ name }) => name),
);
const SPARSE_COLUMNS = new Set(COLUMNS.filter(({ type }) => type === "tags").map(({ name }) => name));

/** Whether the objects of a column leave out what they do not have, as those of tags do. */
export const isSparse = (column: string) => SPARSE_COLUMNS.has(column);

/** Gives the JSON of what comes next. */
export type Take = () => string;

/** The readers of a row group's columns. */
export type Readers = ReadonlyMap<Leaf, ColumnReader>;

/** Our columns that hold JSON as text are JSON, whichever program wrote the file. */
export function kindOf(leaf: Leaf): ValueKind {
  const kind = valueKindOf(leaf);
  return kind.kind === "text" && leaf.path.length === 1 && JSON_COLUMNS.has(leaf.path[0] as string)
    ? { kind: "json" }
    : kind;
}

/** What takes a column, or what is in one; `column` is its name. */
export function takerOf(node: SchemaNode, readers: Readers, column: string): Take {
  const own = node.leaves.map((leaf) => readers.get(leaf) as ColumnReader);
  const below = (child: SchemaNode) => takerOf(child, readers, column);
  const [first] = own as [ColumnReader];
  switch (node.kind) {
    case "value":
      return () => first.take();
    case "struct":
      return orNull(node, own, structTaker(node.members, below, isSparse(column)));
    case "list": {
      const element = below(node.element);
      return orNull(node, own, () => {
        const elements: string[] = [];
        for (const _ of entriesOf(node, own)) elements.push(element());
        return `[${elements.join(",")}]`;
      });
    }
    case "map": {
      const [key, value] = [below(node.key), below(node.value)];
      return orNull(node, own, () => mapJson(entriesOf(node, own), key, value, column));
    }
  }
}

function orNull({ definitionLevel }: SchemaNode, own: readonly ColumnReader[], take: Take): Take {
  const [first] = own as [ColumnReader];
  return () => {
    if (first.definitionLevel >= definitionLevel) return take();
    skip(own, definitionLevel);
    return "null";
  };
}

/** Takes the entries that say that something is null or empty. */
function skip(own: readonly ColumnReader[], definitionLevel: number): void {
  for (const reader of own) {
    if (reader.definitionLevel >= definitionLevel) throw notTogether();
    reader.take();
  }
}

/** Yields once for each element of a list or map, which the caller takes before the next one. */
function* entriesOf(
  { definitionLevel, repetitionLevel }: Extract<SchemaNode, { repetitionLevel: number }>,
  own: readonly ColumnReader[],
): Generator<void> {
  const [first] = own as [ColumnReader];
  if (first.definitionLevel === definitionLevel) return skip(own, definitionLevel + 1);
  do {
    yield;
    for (const reader of own) if (reader.repetitionLevel !== first.repetitionLevel) throw notTogether();
  } while (first.repetitionLevel === repetitionLevel);
}

function structTaker(
  members: readonly SchemaNode[],
  below: (child: SchemaNode) => Take,
  leavesOut: boolean,
): Take {
  const takers = members.map((member) => ({ key: `${JSON.stringify(member.name)}:`, take: below(member) }));
  return () => {
    let object = "";
    for (const { key, take } of takers) {
      const json = take();
      if (json !== "null" || !leavesOut) object += `${object === "" ? "" : ","}${key}${json}`;
    }
    return `{${object}}`;
  };
}

/** A map is an object; keys that are no texts become their JSON. */
function mapJson(entries: Iterable<void>, key: Take, value: Take, column: string): string {
  const names = new Set<string>();
  let object = "";
  for (const _ of entries) {
    const json = key();
    const name = json.startsWith('"') ? json : JSON.stringify(json);
    if (names.has(name)) throw refused([column], `has a map with the key ${name} twice`);
    names.add(name);
    object += `${object === "" ? "" : ","}${name}:${value()}`;
  }
  return `{${object}}`;
}

function notTogether(): RangeError {
  return new RangeError("columns do not have the same rows");
}
