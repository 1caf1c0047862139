import { ARRAY_FIELDS, ArrayField } from "./shared.js";

/**
 * The buffers of one column, as Arrow has them (https://arrow.apache.org/docs/format/Columnar.html): where they begin in
 * the bytes that all columns lie in. Lists have one child, structs have several.
 */
export interface ColumnPlace {
  readonly length: number;
  readonly nulls: number;
  /** One bit a row, lowest bit first; 0 for null. */
  readonly validity: number;
  /** Numbers of 32 bits: where each text or list ends, and a 0 before them. -1 where there are none. */
  readonly offsets: number;
  readonly values: number;
  readonly valueBytes: number;
  readonly children: readonly ColumnPlace[];
}

/** Rows of one media type, in columns in the order of the table. */
export interface RowsData {
  readonly rows: number;
  /** The buffers of all columns, one after the other, each at a multiple of 8 bytes. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** The places of the columns, `ArrayField` for each; children follow their parent. */
  readonly layout: Int32Array<ArrayBuffer>;
}

/** Where the columns are. */
export function placesIn({ layout }: Pick<RowsData, "layout">): ColumnPlace[] {
  let at = 0;
  const next = (): ColumnPlace => {
    const field = (field: ArrayField) => layout[start + field] as number;
    const start = at;
    at += ARRAY_FIELDS;
    return {
      length: field(ArrayField.length),
      nulls: field(ArrayField.nulls),
      validity: field(ArrayField.validity),
      offsets: field(ArrayField.offsets),
      values: field(ArrayField.values),
      valueBytes: field(ArrayField.valueBytes),
      children: Array.from({ length: field(ArrayField.children) }, next),
    };
  };
  const places: ColumnPlace[] = [];
  while (at < layout.length) places.push(next());
  return places;
}

/**
 * Copies columns out of the memory that they were gathered in, into bytes that can be handed over as a whole. `layout` has
 * addresses there, and positions in the copy afterwards.
 */
export function copyColumns(memory: Uint8Array, layout: Int32Array): Uint8Array<ArrayBuffer> {
  const buffers: (readonly [field: number, bytes: number])[] = [];
  for (let at = 0; at < layout.length; at += ARRAY_FIELDS) {
    const length = layout[at + ArrayField.length] as number;
    buffers.push([at + ArrayField.validity, Math.ceil(length / 8)]);
    if (layout[at + ArrayField.offsets] === 0) layout[at + ArrayField.offsets] = -1;
    else buffers.push([at + ArrayField.offsets, 4 * (length + 1)]);
    buffers.push([at + ArrayField.values, layout[at + ArrayField.valueBytes] as number]);
  }
  const body = new Uint8Array(buffers.reduce((sum, [, bytes]) => sum + padded(bytes), 0));
  let to = 0;
  for (const [field, bytes] of buffers) {
    const from = layout[field] as number;
    body.set(memory.subarray(from, from + bytes), to);
    layout[field] = to;
    to += padded(bytes);
  }
  return body;
}

/** A multiple of 8, at which numbers of 64 bits must begin. */
function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
