import { Bytes, room } from "../../../base/wasm/assembly/bytes";

/** What the host is asked. */

/** Its last answer, as bytes. */
export const answer = changetype<Bytes>(memory.data(16));

/** What is known of a text (`Question`): a number, and a text in `answer`. */
// @ts-expect-error: decorator
@external("host", "learn")
export declare function learn(question: i32, at: usize, length: usize): i32;

/** Cleans the JSON text in these bytes (`cleanText`), as a text or as JSON text again; false where it is not one. */
// @ts-expect-error: decorator
@external("host", "cleanText")
export declare function cleanText(at: usize, length: usize, asJson: bool): bool;

/** The text that a number or a boolean is in an object (`textOf`), as JSON; false where it is not one. */
// @ts-expect-error: decorator
@external("host", "scalarText")
export declare function scalarText(at: usize, length: usize): bool;

/** Where the host puts an answer of at most this many bytes. */
export function answerBuffer(bytes: usize): usize {
  answer.used = 0;
  return room(answer, bytes);
}

export function setAnswer(bytes: usize): void {
  answer.used = bytes;
}
