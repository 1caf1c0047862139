import { createHash } from "node:crypto";
import { Failure } from "../../base/failure.js";

/** The most subsets: hubs show no more than some thousand, and each of them takes some memory while it is open. */
export const MOST_SUBSETS = 1000;

export function tooManySubsets(column: string | undefined): Failure {
  return new Failure("no_output", `more than ${MOST_SUBSETS} values of ${column}: too many subsets`);
}

/** Needs no quoting in a shell, a pattern, a URL or YAML, and is safe on file systems that ignore case. */
const PLAIN_NAME = /^[a-z0-9][a-z0-9._+-]{0,79}$/;
const ODD_CHARACTERS = /[^a-z0-9._+-]+/g;

/**
 * The name of the folder for a value: the value itself, as licences and nearly all providers are. Any other text gets
 * a plain name with a part of its SHA-256, so that two values never share a folder.
 */
export function partitionName(value: string): string {
  if (PLAIN_NAME.test(value)) return value;
  const plain = value
    .toLowerCase()
    .replace(ODD_CHARACTERS, "_")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 40);
  const hash = createHash("sha256").update(value).digest("hex").slice(0, 8);
  return plain === "" ? hash : `${plain}-${hash}`;
}
