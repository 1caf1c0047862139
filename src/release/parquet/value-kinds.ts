import { type Leaf, logicalTypeOf, refused } from "./file-schema.js";
import { SCHEMA_ELEMENT, type StoredType, TIMESTAMP } from "./format.js";
import type { Struct } from "./thrift.js";
import { booleanIn, numberIn, structIn } from "./thrift-fields.js";

/**
 * What the values of a column are, by what its schema says. Where the types are told in both of the ways that there
 * are, the newer one (logical) counts; one that is not known counts as none, as the format's specification wants it:
 * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md
 */
export type ValueKind =
  | { readonly kind: "boolean" | "float" | "text" | "json" | "base64" | "int96" }
  | { readonly kind: "uuid" | "float16" | "interval" | "date" }
  | { readonly kind: "integer"; readonly isSigned: boolean }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "time"; readonly unitsPerSecond: bigint }
  | { readonly kind: "timestamp"; readonly unitsPerSecond: bigint; readonly isUtc: boolean };

type Describe = (element: Struct, parameters: Struct) => ValueKind;

/** How the values of a logical type are given, and in which physical types they may lie (of so many bytes). */
interface Rule {
  readonly in: readonly StoredType[];
  readonly bytes?: number;
  readonly describe: Describe;
}

const BYTES = ["BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"] as const;
const INTEGERS = ["INT32", "INT64"] as const;

const TEXT: Rule = { in: BYTES, describe: () => ({ kind: "text" }) };
const JSON_TEXT: Rule = { in: BYTES, describe: () => ({ kind: "json" }) };
/** Bytes that are no text, though they may happen to be UTF-8. */
const BINARY: Rule = { in: BYTES, describe: () => ({ kind: "base64" }) };
const DATE: Rule = { in: ["INT32"], describe: () => ({ kind: "date" }) };
const UUID: Rule = { in: ["FIXED_LEN_BYTE_ARRAY"], bytes: 16, describe: () => ({ kind: "uuid" }) };
const FLOAT16: Rule = { in: ["FIXED_LEN_BYTE_ARRAY"], bytes: 2, describe: () => ({ kind: "float16" }) };
const INTERVAL: Rule = { in: ["FIXED_LEN_BYTE_ARRAY"], bytes: 12, describe: () => ({ kind: "interval" }) };
const SIGNED: Rule = { in: INTEGERS, describe: () => ({ kind: "integer", isSigned: true }) };
const UNSIGNED: Rule = { in: INTEGERS, describe: () => ({ kind: "integer", isSigned: false }) };
/** The element says scale and precision, also where the logical type does. */
const DECIMAL: Rule = {
  in: [...INTEGERS, ...BYTES],
  describe: (element, parameters) => ({
    kind: "decimal",
    scale: numberIn(parameters, 1) ?? numberIn(element, SCHEMA_ELEMENT.scale) ?? 0,
    precision: numberIn(parameters, 2) ?? numberIn(element, SCHEMA_ELEMENT.precision) ?? 0,
  }),
};
const UNITS: Readonly<Record<number, bigint>> = { 1: 1000n, 2: 1_000_000n, 3: 1_000_000_000n };
const unitIn = (parameters: Struct): bigint => {
  const [unit] = structIn(parameters, TIMESTAMP.unit).keys();
  const unitsPerSecond = UNITS[unit ?? 0];
  if (unitsPerSecond === undefined) throw new RangeError("a unit of time is not known");
  return unitsPerSecond;
};
const timeIn = (unit: (parameters: Struct) => bigint): Rule => ({
  in: INTEGERS,
  describe: (_, parameters) => ({ kind: "time", unitsPerSecond: unit(parameters) }),
});
const timestampIn = (unit: (parameters: Struct) => bigint, isUtc: (parameters: Struct) => boolean): Rule => ({
  in: ["INT64"],
  describe: (_, parameters) => ({
    kind: "timestamp",
    unitsPerSecond: unit(parameters),
    isUtc: isUtc(parameters),
  }),
});

const LOGICAL: Readonly<Record<number, Rule>> = {
  1: TEXT,
  4: TEXT, // ENUM
  5: DECIMAL,
  6: DATE,
  7: timeIn(unitIn),
  8: timestampIn(unitIn, (parameters) => booleanIn(parameters, TIMESTAMP.is_adjusted_to_utc)),
  10: {
    in: INTEGERS,
    describe: (_, parameters) => ({ kind: "integer", isSigned: booleanIn(parameters, 2) }),
  },
  12: JSON_TEXT,
  13: BINARY, // BSON
  14: UUID,
  15: FLOAT16,
  17: BINARY, // GEOMETRY
  18: BINARY, // GEOGRAPHY
};

const CONVERTED: Readonly<Record<number, Rule>> = {
  0: TEXT,
  4: TEXT, // ENUM
  5: DECIMAL,
  6: DATE,
  7: timeIn(() => 1000n),
  8: timeIn(() => 1_000_000n),
  // In UTC, by the specification.
  9: timestampIn(
    () => 1000n,
    () => true,
  ),
  10: timestampIn(
    () => 1_000_000n,
    () => true,
  ),
  11: UNSIGNED,
  12: UNSIGNED,
  13: UNSIGNED,
  14: UNSIGNED,
  15: SIGNED,
  16: SIGNED,
  17: SIGNED,
  18: SIGNED,
  19: JSON_TEXT,
  20: BINARY, // BSON
  21: INTERVAL,
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
  const described = rule.describe(element, newer && logical ? logical.parameters : new Map());
  if (described.kind === "decimal" && (described.scale < 0 || described.precision < 1))
    throw refused(path, "is a decimal of a scale or precision that there is not");
  return described;
}
