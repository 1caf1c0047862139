import { type Leaf, logicalTypeOf, refused } from "./file-schema.js";
import { SCHEMA_ELEMENT, type StoredType, TIMESTAMP } from "./format.js";
import type { Struct } from "./thrift.js";
import { booleanIn, numberIn, structIn } from "./thrift-fields.js";

/**
 * What the values of a column are, as its schema says. Where it has both a logical and a converted type, the logical one,
 * which is newer, counts; an unknown type is ignored, as the specification demands:
 * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md
 */
export type ValueKind =
  | { readonly kind: "boolean" | "float" | "text" | "json" | "base64" | "int96" }
  | { readonly kind: "uuid" | "float16" | "interval" | "date" }
  | { readonly kind: "integer"; readonly isSigned: boolean }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "time"; readonly unitsPerSecond: bigint }
  | { readonly kind: "timestamp"; readonly unitsPerSecond: bigint; readonly isUtc: boolean };

/** What the values of a logical type are, and in which physical types they may be stored (with this length). */
interface Rule {
  readonly in: readonly StoredType[];
  readonly bytes?: number;
  readonly kind: ValueKind | ((element: Struct, parameters: Struct) => ValueKind);
}

const BYTES = ["BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"] as const;
const FIXED = ["FIXED_LEN_BYTE_ARRAY"] as const;
const INTEGERS = ["INT32", "INT64"] as const;

const TEXT: Rule = { in: BYTES, kind: { kind: "text" } };
const JSON_TEXT: Rule = { in: BYTES, kind: { kind: "json" } };
/** Bytes that are no text, though they may happen to be UTF-8. */
const BINARY: Rule = { in: BYTES, kind: { kind: "base64" } };
const DATE: Rule = { in: ["INT32"], kind: { kind: "date" } };
const SIGNED: Rule = { in: INTEGERS, kind: { kind: "integer", isSigned: true } };
const UNSIGNED: Rule = { in: INTEGERS, kind: { kind: "integer", isSigned: false } };
/** The element says scale and precision, also where the logical type does. */
const DECIMAL: Rule = {
  in: [...INTEGERS, ...BYTES],
  kind: (element, parameters) => ({
    kind: "decimal",
    scale: numberIn(parameters, 1) ?? numberIn(element, SCHEMA_ELEMENT.scale) ?? 0,
    precision: numberIn(parameters, 2) ?? numberIn(element, SCHEMA_ELEMENT.precision) ?? 0,
  }),
};
/** Units a second, by their numbers. */
const UNITS: Readonly<Record<number, bigint>> = { 1: 1000n, 2: 1_000_000n, 3: 1_000_000_000n };
const unitIn = (parameters: Struct): bigint => {
  const [unit] = structIn(parameters, TIMESTAMP.unit).keys();
  const unitsPerSecond = UNITS[unit ?? 0];
  if (unitsPerSecond === undefined) throw new RangeError("a unit of time is not known");
  return unitsPerSecond;
};
const time = (unitsPerSecond: bigint): ValueKind => ({ kind: "time", unitsPerSecond });
const timestamp = (unitsPerSecond: bigint, isUtc: boolean): ValueKind => ({
  kind: "timestamp",
  unitsPerSecond,
  isUtc,
});

const LOGICAL: Readonly<Record<number, Rule>> = {
  1: TEXT,
  4: TEXT, // ENUM
  5: DECIMAL,
  6: DATE,
  7: { in: INTEGERS, kind: (_, parameters) => time(unitIn(parameters)) },
  8: {
    in: ["INT64"],
    kind: (_, parameters) =>
      timestamp(unitIn(parameters), booleanIn(parameters, TIMESTAMP.is_adjusted_to_utc)),
  },
  10: { in: INTEGERS, kind: (_, parameters) => ({ kind: "integer", isSigned: booleanIn(parameters, 2) }) },
  12: JSON_TEXT,
  13: BINARY, // BSON
  14: { in: FIXED, bytes: 16, kind: { kind: "uuid" } },
  15: { in: FIXED, bytes: 2, kind: { kind: "float16" } },
  17: BINARY, // GEOMETRY
  18: BINARY, // GEOGRAPHY
};

/** Times and timestamps are in UTC, by the specification. */
const CONVERTED: Readonly<Record<number, Rule>> = {
  0: TEXT,
  4: TEXT, // ENUM
  5: DECIMAL,
  6: DATE,
  7: { in: INTEGERS, kind: time(1000n) },
  8: { in: INTEGERS, kind: time(1_000_000n) },
  9: { in: ["INT64"], kind: timestamp(1000n, true) },
  10: { in: ["INT64"], kind: timestamp(1_000_000n, true) },
  ...{ 11: UNSIGNED, 12: UNSIGNED, 13: UNSIGNED, 14: UNSIGNED },
  ...{ 15: SIGNED, 16: SIGNED, 17: SIGNED, 18: SIGNED },
  19: JSON_TEXT,
  20: BINARY, // BSON
  21: { in: FIXED, bytes: 12, kind: { kind: "interval" } },
};

/** Where no type is said: bytes are texts to Impala, Hive and old versions of Spark. */
const PHYSICAL: Readonly<Record<StoredType, ValueKind>> = {
  BOOLEAN: { kind: "boolean" },
  INT32: { kind: "integer", isSigned: true },
  INT64: { kind: "integer", isSigned: true },
  INT96: { kind: "int96" },
  FLOAT: { kind: "float" },
  DOUBLE: { kind: "float" },
  BYTE_ARRAY: { kind: "text" },
  FIXED_LEN_BYTE_ARRAY: { kind: "text" },
};

/** What the values of a column are. Throws a `Failure` where the schema contradicts itself. */
export function valueKindOf({ path, physical, length, element }: Leaf): ValueKind {
  const logical = logicalTypeOf(element);
  const newer = logical && LOGICAL[logical.number];
  const rule = newer ?? CONVERTED[numberIn(element, SCHEMA_ELEMENT.converted_type) ?? -1];
  if (rule === undefined) return PHYSICAL[physical];
  if (!rule.in.includes(physical) || (rule.bytes !== undefined && rule.bytes !== length))
    throw refused(path, `has a type that does not go with ${physical}: the file contradicts itself`);
  const parameters = newer && logical ? logical.parameters : new Map();
  const kind = typeof rule.kind === "function" ? rule.kind(element, parameters) : rule.kind;
  if (kind.kind === "decimal" && (kind.scale < 0 || kind.precision < 1))
    throw refused(path, "is a decimal of a scale or precision that there is not");
  return kind;
}
