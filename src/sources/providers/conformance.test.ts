import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { JsonObject } from "../../base/ndjson/index.js";
import { PROJECT, WITHOUT_SHARED as skip } from "../../testing/run.js";
import { createSubProviderTable } from "../sub-providers/index.js";
import { type Case, readCases } from "./catalog-cases.test.util.js";
import { comparePart, isPartCase } from "./compare-parts.test.util.js";
import { PROVIDERS } from "./index.js";
import { compareRecords, isRecordCase, nameOf } from "./whole-records.test.util.js";

/**
 * Every fact about a provider's records, and about the parts of records that have a function of their own here. The
 * cases lie beside the repository, so they are only run where they are there. Every difference is known by its name,
 * and `docs/conformance.json` holds the score that docs/providers.md shows.
 */

interface Score {
  met: number;
  /** Facts that differ on purpose, by the reason. */
  differing: Record<string, number>;
}

const SCORE = join(PROJECT, "docs", "conformance.json");
const score: Record<string, Score> = {};

const cases = skip ? [] : readCases();

describe("facts about providers", { skip }, () => {
  for (const { name } of PROVIDERS) {
    const own = cases.filter((one) => nameOf(one) === name && (isRecordCase(one) || isPartCase(one)));
    test(`${name}: ${own.length} facts`, async () => {
      // Openverse's own API is no source of the catalogue.
      assert.equal(own.some(isRecordCase), name !== "openverse");
      const facts: Score = { met: 0, differing: {} };
      for (const one of own) {
        const reasons = await (isRecordCase(one) ? compareRecords(one) : comparePart(one));
        if (reasons.length === 0) facts.met++;
        else {
          const why = reasons.join("; ");
          facts.differing[why] = (facts.differing[why] ?? 0) + 1;
        }
      }
      if (own.length > 0) score[name] = facts;
    });
  }

  test("windows of time", async () => {
    for (const one of cases.filter(({ provider }) => provider === "time-windows").filter(isPartCase)) {
      assert.deepEqual(await comparePart(one), []);
    }
  });

  test("docs/conformance.json holds the score", () => {
    if (process.env.OV_WRITE_OUTPUTS) writeFileSync(SCORE, `${JSON.stringify(score, null, 2)}\n`);
    assert.deepEqual(JSON.parse(readFileSync(SCORE, "utf8")), score, "write it with OV_WRITE_OUTPUTS=1");
  });

  test("every whole record of a provider is looked at", () => {
    const known = new Set(PROVIDERS.map(({ name }) => name));
    const left = cases.filter(isRecordCase).filter((one: Case) => !known.has(nameOf(one)));
    assert.deepEqual(left, []);
  });
});

describe("sub-providers", { skip }, () => {
  const table = createSubProviderTable();
  const own = cases.filter(({ provider, what }) => provider === "sub-providers" && what === "source column");
  for (const { input, expected } of own) {
    test(JSON.stringify(input), () => {
      const { provider, owner, ...metaData } = input as JsonObject;
      const { unit_code, dataProvider, building } = metaData;
      const record = {
        provider,
        creator_url: `https://www.flickr.com/photos/${owner}`,
        meta_data: { unit_code, dataProvider, building },
      };
      assert.equal(table.sourceOf(record).source ?? provider, expected);
    });
  }
});
