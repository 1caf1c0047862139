import { Failure } from "../../../base/failure.js";
import { beginningOf } from "../../../base/http/index.js";
import { beginningWithout } from "../../../base/secrets/index.js";
import { parseReleaseManifest } from "../checks/found-release.js";

/** How much of an answer is looked at, in characters. */
const MOST_READ = 64 * 1024;

/** What an answer looks like, for a message: `it begins "<html>"`. */
export function inWordsOf(answer: string): string {
  return beginningOf(Buffer.from(answer.slice(0, MOST_READ))).replace(/^; /, "") || "it is empty";
}

/** What a server says of a refusal, for a message: in a line, without our secrets, and not endless. */
export function oneLine(text: string): string {
  return beginningWithout(text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim(), 300);
}

/**
 * The text of a manifest.json that a server gave, if it is one of ours. Throws a `Failure` ("refused") for anything else:
 * taken for no release, it would be published over without being compared.
 */
export function foundManifest(json: string, place: string): string {
  if (parseReleaseManifest(json)) return json;
  throw new Failure(
    "refused",
    `${place} is not one of ours (${inWordsOf(json)}); move it away, or publish to another place`,
  );
}
