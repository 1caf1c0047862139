import { BINARY, LIST, STRUCT, type Struct, TRUE, type Value } from "./thrift.js";

/** Reading and changing single fields of Thrift structs. */

export function structOf(value: Value | undefined): Struct {
  if (value?.type !== STRUCT) throw new TypeError("a struct is missing in the footer");
  return value.value;
}

export function structIn(struct: Struct, field: number): Struct {
  return structOf(struct.get(field));
}

export function listIn(struct: Struct, field: number): readonly Value[] {
  const value = struct.get(field);
  return value?.type === LIST ? value.value : [];
}

export function numberIn(struct: Struct, field: number): number | undefined {
  const value = struct.get(field);
  return value && numberOf(value);
}

/** NaN for a value that is not an integer. */
export function numberOf(value: Value): number {
  return "value" in value && typeof value.value === "bigint" ? Number(value.value) : Number.NaN;
}

export function textIn(struct: Struct, field: number): string | undefined {
  const value = struct.get(field);
  return value?.type === BINARY ? Buffer.from(value.value).toString("utf8") : undefined;
}

/** A boolean; false where there is none. */
export function booleanIn(struct: Struct, field: number): boolean {
  return struct.get(field)?.type === TRUE;
}
