import { beginningOf } from "../../../base/http/index.js";
import { beginningWithout } from "../../../base/secrets/index.js";

/** So much of an answer is looked at. */
const MOST_READ = 64 * 1024;

/** How an answer looks, for a message: `it begins "<html>"`. */
export function inWordsOf(answer: string): string {
  return beginningOf(Buffer.from(answer.slice(0, MOST_READ))).replace(/^; /, "") || "it is empty";
}

/** What a server says of a refusal, for a message: in a line, without our secrets, and not endless. */
export function oneLine(text: string): string {
  return beginningWithout(text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim(), 300);
}
