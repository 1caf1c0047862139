/** Parquet files of any schema, made for tests: values as they are to be stored, with the types that a test wants. */
import { parquetWriteBuffer } from "hyparquet-writer";
import {
  CHUNK,
  CHUNK_META,
  FILE,
  PHYSICAL_TYPES,
  ROW_GROUP,
  SCHEMA_ELEMENT,
  type StoredType,
} from "./format.js";
import { fieldsOf, i32, readStruct, STRUCT, type Struct, struct, type Value, writeStruct } from "./thrift.js";
import { listIn, structIn, structOf } from "./thrift-fields.js";

const TAIL = 8;

/** A column: values as they are stored, and what the schema says of them. */
export interface MadeColumn {
  readonly name: string;
  readonly type: StoredType;
  readonly values: readonly (number | bigint | boolean | Uint8Array | null)[];
  /** Of FIXED_LEN_BYTE_ARRAY. */
  readonly length?: number;
  readonly converted?: number;
  readonly scale?: number;
  readonly precision?: number;
  /** The number of the logical type, and its parameters. */
  readonly logical?: readonly [number: number, parameters?: Value];
}

/** Writes columns into one row group. */
export function madeParquet(columns: readonly MadeColumn[]): Buffer {
  const schema = columns.map(({ name, type, length }) => ({
    name,
    type: type === "INT96" ? ("FIXED_LEN_BYTE_ARRAY" as const) : type,
    ...(type === "INT96" ? { type_length: 12 } : length !== undefined && { type_length: length }),
    repetition_type: "OPTIONAL" as const,
  }));
  const written = parquetWriteBuffer({
    columnData: columns.map(({ name, values }) => ({ name, data: [...values] })),
    schema: [{ name: "root", num_children: columns.length }, ...schema],
    codec: "UNCOMPRESSED",
    statistics: false,
  });
  return changedFooter(Buffer.from(written), (footer) => {
    const elements = listIn(footer, FILE.schema).map(structOf);
    const [group] = listIn(footer, FILE.row_groups).map(structOf);
    for (const [i, column] of columns.entries()) {
      annotate(elements[i + 1] as Struct, column);
      const chunk = structOf(listIn(group as Struct, ROW_GROUP.columns)[i]);
      structIn(chunk, CHUNK.meta_data).set(CHUNK_META.type, i32(PHYSICAL_TYPES[column.type]));
    }
  });
}

function annotate(element: Struct, { type, converted, scale, precision, logical }: MadeColumn): void {
  element.set(SCHEMA_ELEMENT.type, i32(PHYSICAL_TYPES[type]));
  const numbers = { converted_type: converted, scale, precision };
  for (const [field, number] of Object.entries(numbers))
    if (number !== undefined) element.set(SCHEMA_ELEMENT[field as keyof typeof numbers], i32(number));
  if (logical)
    element.set(
      SCHEMA_ELEMENT.logical_type,
      struct([logical[0], logical[1] ?? { type: STRUCT, value: fieldsOf() }]),
    );
}

/** The file with another footer. */
export function changedFooter(file: Buffer, change: (footer: Struct) => void): Buffer {
  const start = file.length - TAIL - file.readUInt32LE(file.length - TAIL);
  const footer = readStruct(file.subarray(start));
  change(footer);
  const written = writeStruct(footer);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(written.length);
  return Buffer.concat([file.subarray(0, start), written, length, file.subarray(-4)]);
}

/** Every column chunk of a footer. */
export function chunksIn(footer: Struct): Struct[] {
  return listIn(footer, FILE.row_groups).flatMap((group) =>
    listIn(structOf(group), ROW_GROUP.columns).map(structOf),
  );
}

/** Elements of a schema in their order, the root first. */
export function elementsIn(footer: Struct): Struct[] {
  return listIn(footer, FILE.schema).map(structOf);
}

/** Adds to a number where the struct has one. */
export function shiftNumber(struct: Struct, field: number, by: number): void {
  const value = struct.get(field);
  if (value && "value" in value && typeof value.value === "bigint")
    struct.set(field, { ...value, value: value.value + BigInt(by) } as Value);
}
