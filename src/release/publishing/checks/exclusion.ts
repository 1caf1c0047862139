import { Failure } from "../../../base/failure.js";
import { nearestName } from "../../../base/nearest.js";
import { CONDITIONS, conditionsOf, isLicenseName, LICENSE_GROUPS } from "../../../record/index.js";

/** Whether a licence (`by-nc`) is to be left out. */
export type IsExcluded = (license: string) => boolean;

/**
 * Reads what `--exclude-license` was given: conditions (`nd`: every licence that has it), licences (`by-nc-sa`) and
 * groups of the catalogue (`commercial`), with commas between them. Throws a `Failure` ("usage") for any other word.
 */
export function parseExclusion(words: string): IsExcluded {
  const tests = words.split(",").map((word) => testOf(word.trim().toLowerCase()));
  return (license) => tests.some((test) => test(license));
}

function testOf(word: string): IsExcluded {
  const group = Object.hasOwn(LICENSE_GROUPS, word) ? LICENSE_GROUPS[word] : undefined;
  if (group) return (license) => group.includes(license);
  // `by` is a licence and a condition of nearly all others: the licence is what people mean.
  if (word !== "by" && Object.hasOwn(CONDITIONS, word)) {
    return (license) => (conditionsOf(license) as readonly string[]).includes(word);
  }
  if (isLicenseName(word)) return (license) => license === word;
  const known = `a condition (${Object.keys(CONDITIONS).join(", ")}), a licence (by-nc-sa) or a group (${Object.keys(LICENSE_GROUPS).join(", ")})`;
  const near = nearestName(word, [...Object.keys(LICENSE_GROUPS), ...Object.values(LICENSE_GROUPS).flat()]);
  const help = near === undefined ? "" : ` (did you mean ${near}?)`;
  throw new Failure("usage", `--exclude-license: ${JSON.stringify(word)} is not ${known}${help}`);
}
