import { Failure } from "../../base/failure.js";
import { FILE, PHYSICAL_TYPES, REPETITIONS, SCHEMA_ELEMENT, type StoredType } from "./format.js";
import { i32, LIST, STRUCT, type Struct, type Value } from "./thrift.js";
import { listIn, numberIn, structOf, textIn } from "./thrift-fields.js";

/**
 * What the schema of a Parquet file says, of any writer; and the same schema without what it says of values. The
 * decoder is given the latter, so that it gives values as they are stored: what it makes of decimals, times and the
 * like is not always what the file says, and what it cannot hold (years behind 2262 in nanoseconds) it changes
 * silently. Lists and maps it is told: it knows the rules for those of old writers.
 */

/** A column of values. Columns that are made of others (lists, structs, maps) have several. */
export interface Leaf {
  /** The names on the way to it. */
  readonly path: readonly string[];
  readonly physical: StoredType;
  /** Whether a row can have several of its values, for it or what it is in is repeated. */
  readonly isRepeated: boolean;
  /** Of FIXED_LEN_BYTE_ARRAY, in bytes. */
  readonly length: number;
  readonly element: Struct;
}

export interface FileSchema {
  /** The names of the columns. */
  readonly names: readonly string[];
  /** In the order of the file's column chunks. */
  readonly leaves: readonly Leaf[];
  /** The schema for the decoder. */
  readonly raw: Value;
}

const PHYSICAL_NAMES = Object.keys(PHYSICAL_TYPES) as StoredType[];
/** The numbers of the types that groups may keep, as converted and as logical types: lists and maps. */
const KEPT_CONVERTED: readonly (number | undefined)[] = [1, 2, 3];
const KEPT_LOGICAL: readonly (number | undefined)[] = [2, 3];
const VARIANT = 16;
const INT96_BYTES = 12;
/** As deep as JSON may be here. */
const MOST_LEVELS = 100;

/** Reads the schema of a footer. Throws a `Failure` where its rows are none that JSON objects can hold. */
export function fileSchemaOf(footer: Struct): FileSchema {
  const elements = listIn(footer, FILE.schema).map(structOf);
  const leaves: Leaf[] = [];
  let next = 0;
  const take = (): Struct => {
    const element = elements[next++];
    if (element === undefined) throw new RangeError("the schema ends too early");
    return element;
  };
  const namesBelow = (parent: Struct, path: readonly string[], isRepeated: boolean): Set<string> => {
    const names = new Set<string>();
    for (let left = numberIn(parent, SCHEMA_ELEMENT.num_children) ?? 0; left > 0; left--) {
      const element = take();
      const name = textIn(element, SCHEMA_ELEMENT.name) ?? "";
      const ownPath = [...path, name];
      if (names.has(name))
        throw refused(ownPath, "is there twice, and a JSON object has a name once: rename one of them");
      names.add(name);
      const own = isRepeated || numberIn(element, SCHEMA_ELEMENT.repetition_type) === REPETITIONS.repeated;
      if (isLeaf(element)) leaves.push(leafOf(element, ownPath, own));
      else if (logicalTypeOf(element)?.number === VARIANT)
        throw refused(ownPath, "is a VARIANT, which is not read: write it as JSON text");
      else if (ownPath.length === MOST_LEVELS)
        throw refused(ownPath.slice(0, 1), `has columns in columns, more than ${MOST_LEVELS} levels deep`);
      else namesBelow(element, ownPath, own);
    }
    return names;
  };
  const names = namesBelow(take(), [], false);
  const raw = elements.map(
    (element, i): Value => ({ type: STRUCT, value: i === 0 ? element : rawElement(element) }),
  );
  return { names: [...names], leaves, raw: { type: LIST, element: STRUCT, value: raw } };
}

/** The number of a logical type, and its parameters. */
export function logicalTypeOf(element: Struct): { number: number; parameters: Struct } | undefined {
  const logical = element.get(SCHEMA_ELEMENT.logical_type);
  if (logical?.type !== STRUCT) return undefined;
  for (const [number, parameters] of logical.value) return { number, parameters: structOf(parameters) };
  return undefined;
}

/** What is said of a column that cannot be given. */
export function refused(path: readonly string[], reason: string): Failure {
  return new Failure("bad_input", `the column ${JSON.stringify(path.join("."))} ${reason}`);
}

function isLeaf(element: Struct): boolean {
  return element.has(SCHEMA_ELEMENT.type);
}

function leafOf(element: Struct, path: readonly string[], isRepeated: boolean): Leaf {
  const physical = PHYSICAL_NAMES[numberIn(element, SCHEMA_ELEMENT.type) ?? -1];
  if (physical === undefined) throw refused(path, "is of a type that Parquet does not have");
  const length = numberIn(element, SCHEMA_ELEMENT.type_length) ?? 0;
  return { path, physical, length, isRepeated, element };
}

/** A schema's element as the decoder is told it. */
function rawElement(element: Struct): Struct {
  const raw = new Map(element);
  const { type, type_length, repetition_type, converted_type, scale, precision, logical_type } =
    SCHEMA_ELEMENT;
  // One that says nothing is required: the first of the numbers, as other readers take it.
  if (!raw.has(repetition_type)) raw.set(repetition_type, i32(REPETITIONS.required));
  const isKept = !isLeaf(element);
  if (!isKept || !KEPT_CONVERTED.includes(numberIn(element, converted_type))) raw.delete(converted_type);
  if (!isKept || !KEPT_LOGICAL.includes(logicalTypeOf(element)?.number)) raw.delete(logical_type);
  raw.delete(scale);
  raw.delete(precision);
  if (numberIn(element, type) === PHYSICAL_TYPES.INT96) {
    raw.set(type, i32(PHYSICAL_TYPES.FIXED_LEN_BYTE_ARRAY));
    raw.set(type_length, i32(INT96_BYTES));
  }
  return raw;
}
