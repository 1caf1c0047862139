import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { textOfHtml } from "../../base/html/html.js";
import type { JsonObject } from "../../base/ndjson/index.js";
import { isObject, objectAt } from "../../base/ndjson/index.js";
import { type Case, documentOf, inputOf } from "./catalog-cases.test.util.js";
import { NONE, PARTS } from "./parts.test.util.js";

/** Parts of records against those of the catalogue: a part may only differ by what is named here. */

/** Which facts are different on purpose, by how their case begins, and why. */
const DIFFERENT: readonly {
  readonly part: string;
  readonly input: string;
  readonly reason: string;
  readonly check: (work: () => unknown) => void;
}[] = [
  {
    part: "flickr: response -> list of items (null = stop)",
    input: '{"stat":"notok"',
    reason: "an answer that is an error ends the walk with its words",
    check: (work) => assert.throws(work, { outcome: "refused" }),
  },
  {
    part: "europeana: response -> list of items (null = stop)",
    input: '{"success":false',
    reason: "an answer that is an error ends the walk with its words",
    check: (work) => assert.throws(work, { outcome: "refused" }),
  },
];

/** Whether there is a part that makes what a case is about. */
export function isPartCase({ provider, what, context_dependent }: Case): boolean {
  return Object.hasOwn(PARTS, `${provider}: ${what}`) && (!context_dependent || what.includes("HMAC"));
}

/** Throws when a part differs from its case; else the reasons why it may. */
export async function comparePart(one: Case): Promise<string[]> {
  const name = `${one.provider}: ${one.what}`;
  const input = inputOf(one) as JsonObject;
  const text = JSON.stringify(input) ?? "";
  const work = () => PARTS[name]?.(input, one);
  const different = DIFFERENT.find(({ part, input: start }) => part === name && text.startsWith(start));
  if (different) {
    different.check(work);
    return [different.reason];
  }
  const expected = comparable(one);
  // Our ids are sorted: the order of the API changes from day to day.
  const same =
    name.startsWith("met: response") && Array.isArray(expected) ? expected.sort((a, b) => a - b) : expected;
  const ours = await work();
  const reason = READ_AS_TEXT.find(({ read }) =>
    isDeepStrictEqual(withTexts(ours, read), withTexts(same, read)),
  );
  if (reason?.why !== undefined) return [reason.why];
  if (!reason) assert.deepEqual(ours, same, `${name} ${text.slice(0, 300)}`);
  return [];
}

/** The catalogue keeps some HTML, and joins the pieces of other by blanks. White space becomes one blank in cleaning. */
const READ_AS_TEXT: readonly { readonly why?: string; readonly read: (text: string) => string }[] = [
  { read: (text) => text.replace(/\s+/g, " ") },
  { why: "HTML is read as its text, without what is hidden", read: (text) => textOfHtml(text) ?? "" },
  { why: "words stay whole where a tag stands in them", read: (text) => text.replace(/\s+/g, "") },
];

function withTexts(value: unknown, read: (text: string) => string): unknown {
  if (value === undefined) return undefined;
  return JSON.parse(
    JSON.stringify(value, (_, one) => (typeof one === "string" ? read(one) : one)),
  ) as unknown;
}

/** What is compared of an expected value: the licence's names, the newest of two, and everything of all else. */
function comparable({ what, expected }: Case): unknown {
  const value = documentOf(expected);
  if (isObject(value) && "newest" in value && "2023" in value) return value.newest;
  if (!/licence/.test(what) || !isObject(value)) return value;
  if ("raw_url" in value && !("accepted_by_openverse" in value)) return value.raw_url ?? paired(value);
  return paired(value);
}

function paired(value: JsonObject): unknown {
  const { license, version } = objectAt(value);
  return version === null ? NONE : { license, version };
}
