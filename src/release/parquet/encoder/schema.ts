import type { Encoding, LogicalType, PhysicalType, Repetition } from "../format.js";

/**
 * The schema of a table, for the encoder. Columns are values, or lists whose elements are values or structs
 * of values; the elements of a list are not null, but members of structs may be.
 */

/** A node of the schema; a leaf column where it has a physical type, a group otherwise. */
export interface SchemaNode {
  readonly name: string;
  readonly repetition: Repetition;
  readonly physicalType?: PhysicalType;
  readonly logicalType?: LogicalType;
  readonly children?: readonly SchemaNode[];
  /** Of a leaf column: where another encoding is smaller than that of the type. */
  readonly encoding?: Encoding | undefined;
  /** Of a leaf column: values hardly repeat in a row group, so a dictionary would be built only to be thrown away. */
  readonly isUnique?: boolean;
}

/** What values a node has; its name and repetition come from where it stands. */
export type NodeType = Pick<SchemaNode, "physicalType" | "logicalType" | "children">;

/** The types of values, as Arrow calls them; timestamps are milliseconds since 1970, in UTC. */
export const TYPES = {
  utf8: { physicalType: "BYTE_ARRAY", logicalType: "STRING" },
  int32: { physicalType: "INT32" },
  int64: { physicalType: "INT64" },
  double: { physicalType: "DOUBLE" },
  boolean: { physicalType: "BOOLEAN" },
  timestamp: { physicalType: "INT64", logicalType: "TIMESTAMP_MILLIS" },
} as const satisfies Readonly<Record<string, NodeType>>;

/**
 * The three levels of a list
 * (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists). The node that has it is optional: lists
 * that are null, empty, and of one element differ in their definition levels.
 */
export function listOf(element: NodeType): NodeType {
  const child: SchemaNode = { name: "element", repetition: "required", ...element };
  return { logicalType: "LIST", children: [{ name: "list", repetition: "repeated", children: [child] }] };
}

/** A leaf column: what column chunks hold. */
export interface LeafColumn {
  /** `path_in_schema`: the names of the nodes from the column down to the leaf. */
  readonly path: readonly string[];
  readonly physicalType: PhysicalType;
  /** Of data pages without a dictionary, or whose dictionary is full. */
  readonly encoding: Encoding;
  readonly hasDictionary: boolean;
  readonly maxDefinitionLevel: number;
  readonly maxRepetitionLevel: number;
}

/** Lengths or differences are kept apart from the bytes. */
const ENCODINGS: Readonly<Record<PhysicalType, Encoding>> = {
  BYTE_ARRAY: "DELTA_LENGTH_BYTE_ARRAY",
  INT32: "DELTA_BINARY_PACKED",
  INT64: "DELTA_BINARY_PACKED",
  DOUBLE: "PLAIN",
  BOOLEAN: "PLAIN",
};
/** Values of one bit, and those whose differences are smaller than numbers in a dictionary. */
const WITHOUT_DICTIONARY: ReadonlySet<PhysicalType> = new Set(["BOOLEAN", "INT64"]);

type Levels = Pick<LeafColumn, "path" | "maxDefinitionLevel" | "maxRepetitionLevel">;
const ROOT: Levels = { path: [], maxDefinitionLevel: 0, maxRepetitionLevel: 0 };

/** The leaf columns of a node, in the order of the schema. */
export function leafColumnsOf(node: SchemaNode, parent: Levels = ROOT): LeafColumn[] {
  const { name, repetition, physicalType, children = [], isUnique = false } = node;
  const levels = {
    path: [...parent.path, name],
    maxDefinitionLevel: parent.maxDefinitionLevel + Number(repetition !== "required"),
    maxRepetitionLevel: parent.maxRepetitionLevel + Number(repetition === "repeated"),
  };
  if (physicalType === undefined) return children.flatMap((child) => leafColumnsOf(child, levels));
  const hasDictionary = !WITHOUT_DICTIONARY.has(physicalType) && !isUnique;
  return [{ ...levels, physicalType, encoding: node.encoding ?? ENCODINGS[physicalType], hasDictionary }];
}
