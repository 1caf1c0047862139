import { LineField } from "../shared";

/** What the line says that was read last, for the host to read where it lies. */
const fields: usize = memory.data(64, 4);

export function result(): usize {
  return fields;
}

// @ts-expect-error: decorator
@inline
export function setField(field: LineField, value: i32): void {
  store<i32>(fields + 4 * field, value);
}
