import { Failure } from "../../base/failure.js";
import { FILE, PHYSICAL_TYPES, REPETITIONS, SCHEMA_ELEMENT, type StoredType } from "./format.js";
import { STRUCT, type Struct } from "./thrift.js";
import { listIn, numberIn, structOf, textIn } from "./thrift-fields.js";

/**
 * What the schema of a Parquet file says, of any writer: its columns as a tree of lists, maps and structs, with values at
 * the ends, and which levels of definition and repetition say what is there.
 */

/** A column of values. Columns that are made of others (lists, structs, maps) have several. */
export interface Leaf {
  /** The names from the column down to it. */
  readonly path: readonly string[];
  readonly physical: StoredType;
  /** Of FIXED_LEN_BYTE_ARRAY, in bytes. */
  readonly length: number;
  readonly element: Struct;
  readonly maxDefinitionLevel: number;
  readonly maxRepetitionLevel: number;
}

/** A column, or what is in one. Where it is null, the definition level is less than `definitionLevel`. */
export type SchemaNode = {
  readonly name: string;
  readonly definitionLevel: number;
  /** Those in it, in order. */
  readonly leaves: readonly Leaf[];
} & (
  | { readonly kind: "value" }
  | { readonly kind: "struct"; readonly members: readonly SchemaNode[] }
  /** An entry that continues a list or map has this repetition level. */
  | { readonly kind: "list"; readonly repetitionLevel: number; readonly element: SchemaNode }
  | {
      readonly kind: "map";
      readonly repetitionLevel: number;
      readonly key: SchemaNode;
      readonly value: SchemaNode;
    }
);

export interface FileSchema {
  readonly columns: readonly SchemaNode[];
  /** In the order of the file's column chunks. */
  readonly leaves: readonly Leaf[];
}

const PHYSICAL_NAMES = Object.keys(PHYSICAL_TYPES) as StoredType[];
/** Of lists and maps: as converted and as logical types. */
const LIST_TYPES = { converted: [3], logical: 3 } as const;
const MAP_TYPES = { converted: [1, 2], logical: 2 } as const;
const VARIANT = 16;
/** As deep as JSON may be here. */
const MOST_LEVELS = 100;

/** An element of the schema with those below it, and the levels at which one of it is there. */
interface Branch {
  readonly element: Struct;
  readonly name: string;
  readonly path: readonly string[];
  readonly isRepeated: boolean;
  readonly definitionLevel: number;
  readonly repetitionLevel: number;
  readonly below: readonly Branch[];
  readonly leaves: readonly Leaf[];
}

/** Reads the schema of a footer. Throws a `Failure` where JSON objects cannot hold its rows. */
export function fileSchemaOf(footer: Struct): FileSchema {
  const elements = listIn(footer, FILE.schema).map(structOf).values();
  const root = elements.next().value;
  if (root === undefined) throw new RangeError("the schema is empty");
  const branches = branchesBelow(root, elements, { path: [], definitionLevel: 0, repetitionLevel: 0 });
  return { columns: branches.map(nodeOf), leaves: branches.flatMap(({ leaves }) => leaves) };
}

type Parent = Pick<Branch, "path" | "definitionLevel" | "repetitionLevel">;

function branchesBelow(element: Struct, elements: Iterator<Struct, undefined>, parent: Parent): Branch[] {
  const branches = new Map<string, Branch>();
  for (let left = numberIn(element, SCHEMA_ELEMENT.num_children) ?? 0; left > 0; left--) {
    const next = elements.next().value;
    if (next === undefined) throw new RangeError("the schema ends too early");
    const branch = branchOf(next, elements, parent, branches);
    branches.set(branch.name, branch);
  }
  return [...branches.values()];
}

function branchOf(
  element: Struct,
  elements: Iterator<Struct, undefined>,
  parent: Parent,
  siblings: ReadonlyMap<string, Branch>,
): Branch {
  const name = textIn(element, SCHEMA_ELEMENT.name) ?? "";
  const path = [...parent.path, name];
  if (siblings.has(name))
    throw refused(path, "is there twice, and a JSON object has a name once: rename one of them");
  // One that says nothing is required: the first of the numbers, as other readers take it.
  const repetition = numberIn(element, SCHEMA_ELEMENT.repetition_type) ?? REPETITIONS.required;
  const isRepeated = repetition === REPETITIONS.repeated;
  const definitionLevel = parent.definitionLevel + Number(repetition !== REPETITIONS.required);
  const repetitionLevel = parent.repetitionLevel + Number(isRepeated);
  const own = { element, name, path, isRepeated, definitionLevel, repetitionLevel };
  if (element.has(SCHEMA_ELEMENT.type)) return { ...own, below: [], leaves: [leafOf(own)] };
  if (logicalTypeOf(element)?.number === VARIANT)
    throw refused(path, "is a VARIANT, which is not read: write it as JSON text");
  if (path.length === MOST_LEVELS)
    throw refused(path.slice(0, 1), `has columns in columns, more than ${MOST_LEVELS} levels deep`);
  const below = branchesBelow(element, elements, own);
  if (below.length === 0) throw refused(path, "is a group of no columns, which says nothing of its rows");
  return { ...own, below, leaves: below.flatMap(({ leaves }) => leaves) };
}

/** A branch that is repeated without being in a list is a list itself, which is never null. */
function nodeOf(branch: Branch): SchemaNode {
  if (!branch.isRepeated) return presentNodeOf(branch);
  const { name, leaves, repetitionLevel } = branch;
  const definitionLevel = branch.definitionLevel - 1;
  return { kind: "list", name, leaves, definitionLevel, repetitionLevel, element: presentNodeOf(branch) };
}

/** Whatever its repetition: what one of it is. */
function presentNodeOf(branch: Branch): SchemaNode {
  const { name, leaves, below, definitionLevel } = branch;
  const own = { name, leaves, definitionLevel };
  if (below.length === 0) return { ...own, kind: "value" };
  const isMap = isOf(branch, MAP_TYPES);
  if (!isMap && !isOf(branch, LIST_TYPES)) return { ...own, kind: "struct", members: below.map(nodeOf) };
  const [repeated] = below;
  if (below.length !== 1 || !repeated?.isRepeated) throw new TypeError("a list or map has another structure");
  const { repetitionLevel } = repeated;
  const [key, value] = repeated.below;
  if (isMap && key && value && repeated.below.length === 2)
    return { ...own, kind: "map", repetitionLevel, key: nodeOf(key), value: nodeOf(value) };
  return { ...own, kind: "list", repetitionLevel, element: elementOf(repeated, name) };
}

/**
 * The element of a list: what is in the repeated group, or in files of old writers that group itself, see
 * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#backward-compatibility-rules
 */
function elementOf(repeated: Branch, list: string): SchemaNode {
  const [only] = repeated.below;
  const isItself =
    repeated.below.length !== 1 ||
    only?.isRepeated ||
    repeated.name === "array" ||
    repeated.name === `${list}_tuple` ||
    isOf(repeated, LIST_TYPES) ||
    isOf(repeated, MAP_TYPES);
  return isItself ? presentNodeOf(repeated) : nodeOf(only as Branch);
}

function isOf({ element }: Branch, types: { converted: readonly number[]; logical: number }): boolean {
  const converted = numberIn(element, SCHEMA_ELEMENT.converted_type);
  return logicalTypeOf(element)?.number === types.logical || types.converted.includes(converted ?? -1);
}

/** The number of a logical type, and its parameters. */
export function logicalTypeOf(element: Struct): { number: number; parameters: Struct } | undefined {
  const logical = element.get(SCHEMA_ELEMENT.logical_type);
  if (logical?.type !== STRUCT) return undefined;
  for (const [number, parameters] of logical.value) return { number, parameters: structOf(parameters) };
  return undefined;
}

/** The `Failure` for a column that cannot be read. */
export function refused(path: readonly string[], reason: string): Failure {
  return new Failure("bad_input", `the column ${JSON.stringify(path.join("."))} ${reason}`);
}

function leafOf({ element, path, definitionLevel, repetitionLevel }: Omit<Branch, "below" | "leaves">): Leaf {
  const physical = PHYSICAL_NAMES[numberIn(element, SCHEMA_ELEMENT.type) ?? -1];
  if (physical === undefined) throw refused(path, "is of a type that Parquet does not have");
  const length = numberIn(element, SCHEMA_ELEMENT.type_length) ?? 0;
  const levels = { maxDefinitionLevel: definitionLevel, maxRepetitionLevel: repetitionLevel };
  return { path, physical, length, element, ...levels };
}
