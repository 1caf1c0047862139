import { beginningOf } from "../http/index.js";

/** How an answer looks, for a message: `it begins "<html>"`. */
export function inWordsOf(answer: string): string {
  return beginningOf(Buffer.from(answer.slice(0, 1000))).replace(/^; /, "") || "it is empty";
}
