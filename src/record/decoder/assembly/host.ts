/** What the program around this module is asked. Its answers are bytes in the buffer `answer`, of `answerLength`. */

/** Kinds of texts that something is to be known of; the program has the same table. */
export const PROVIDER: i32 = 0;
export const SOURCE: i32 = 1;
export const HOST: i32 = 2;
export const LICENSE: i32 = 3;
/** One for images, one for audio. */
export const FILETYPE: i32 = 4;
export const EXTENSION: i32 = 6;
export const TAG: i32 = 8;

/** What is known of a text: a number, and a text in `answer`. */
// @ts-expect-error: decorator
@external("host", "learn")
export declare function learn(kind: i32, at: usize, length: usize): i32;

/** Cleans the JSON text in these bytes (`cleanText`), as a text or as JSON text again; false where it is none. */
// @ts-expect-error: decorator
@external("host", "cleanText")
export declare function cleanText(at: usize, length: usize, asJson: bool): bool;

/** The text that a number or a boolean is in an object (`textOf`), as JSON; false where it is none. */
// @ts-expect-error: decorator
@external("host", "scalarText")
export declare function scalarText(at: usize, length: usize): bool;

let buffer: usize = heap.alloc(1024);
let size: usize = 1024;
let used: usize = 0;

/** Where an answer of so many bytes is to be put. */
export function answerBuffer(bytes: usize): usize {
  if (bytes > size) {
    size = 2 * bytes;
    buffer = heap.realloc(buffer, size);
  }
  return buffer;
}

export function setAnswer(bytes: usize): void {
  used = bytes;
}

export function answer(): usize {
  return buffer;
}

export function answerLength(): usize {
  return used;
}
