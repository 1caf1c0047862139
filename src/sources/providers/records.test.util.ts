import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../base/ndjson/index.js";
import { convertItem } from "../engine/convert.js";
import type { ItemTools } from "../engine/provider.js";
import { findProvider } from "./index.js";

/** The cleaned records of an item, with only the members that a test names. */
export async function recordsOf(
  provider: string,
  item: JsonObject,
  members: readonly string[],
  tools: ItemTools = {},
) {
  const { records, refused } = await convertItem(findProvider(provider), item, tools);
  assert.deepEqual(refused, []);
  return records.map((record) => Object.fromEntries(members.map((name) => [name, record[name]])));
}

/** An item with some members replaced; undefined removes one. */
export type Change = readonly [what: string, change: JsonObject, expected: JsonObject | string];

/** Checks what a change to a good item changes in its record, or that it is left out and why. */
export function checkChanges(
  provider: string,
  item: JsonObject,
  changes: readonly Change[],
  tools: ItemTools = {},
): void {
  for (const [what, change, expected] of changes) {
    test(what, async () => {
      const changed = { ...item, ...change };
      if (typeof expected === "string") {
        assert.equal((await convertItem(findProvider(provider), changed, tools)).skipped, expected);
      } else {
        assert.deepEqual(await recordsOf(provider, changed, Object.keys(expected), tools), [expected]);
      }
    });
  }
}
