import { beginningOf } from "../http/index.js";

/** So much of an answer is looked at. */
const MOST_READ = 64 * 1024;

/** How an answer looks, for a message: `it begins "<html>"`. */
export function inWordsOf(answer: string): string {
  return beginningOf(Buffer.from(answer.slice(0, MOST_READ))).replace(/^; /, "") || "it is empty";
}
