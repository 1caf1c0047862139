/** Values as Arrow arrays, as the encoder takes them: made by the library of Apache Arrow. */
import { type Data, type DataType, vectorFromArray } from "apache-arrow";
import type { ArrowArray, ArrowBatch } from "./index.js";

/** Columns of values, each with its type. Types of lists have their elements' types. */
export function arrowBatch(
  columns: readonly (readonly [type: DataType, values: readonly unknown[]])[],
): ArrowBatch {
  const buffers: Buffer[] = [];
  let used = 0;
  const put = (view: ArrayBufferView | undefined): number => {
    const at = used;
    const bytes = view ? Buffer.from(view.buffer, view.byteOffset, view.byteLength) : Buffer.alloc(0);
    buffers.push(bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8));
    used += Math.ceil(bytes.length / 8) * 8;
    return at;
  };
  const arrayOf = ({ length, nullCount, nullBitmap, valueOffsets, values, children }: Data): ArrowArray => ({
    length,
    nulls: nullCount,
    validity: put(nullBitmap),
    offsets: put(valueOffsets),
    values: put(values),
    children: children.map(arrayOf),
  });
  const arrays = columns.map(([type, values]) => arrayOf(vectorFromArray([...values], type).data[0] as Data));
  return { body: Uint8Array.from(Buffer.concat(buffers)), columns: arrays };
}
