import { Bytes } from "../../../base/wasm/assembly/bytes";

/** Bytes that are put together while a line is read: texts without their escapes, objects in their canonical form. */
export const scratch = changetype<Bytes>(memory.data(16));
