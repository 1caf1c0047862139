/**
 * Reads lines of NDJSON into the buffers of Arrow arrays, or into rows of cells, as `JSON.parse` and `cleanRecord`
 * would, without making objects of them. It reads what records nearly always look like, and leaves every line that may be
 * anything else to them. `../decoder.ts` is the host.
 */
import { readLine } from "./line";
import { complete } from "./rules";

export { input } from "../../../base/wasm/assembly/memory";
export { addNull, addNumber, addText, childOf, endElements } from "./arrays";
export { addLine, describe, describedBytes, emptyBatch, newArray, newBatch } from "./batch";
export { answerBuffer, setAnswer } from "./host";
export { namespace } from "./identifier";
export { defineMember } from "./members";
export { result } from "./result";
export { addRow, clearRows, rows, rowsLength } from "./rows";

/** Reads the line between two addresses, which a line end follows. False where it is left to `cleanRecord`. */
export function decode(start: usize, end: usize): bool {
  return readLine(start, end) && complete();
}
