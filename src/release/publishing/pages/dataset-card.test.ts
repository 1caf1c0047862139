import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { COLUMNS } from "../../../record/index.js";
import type { Counts } from "../../parquet/index.js";
import {
  EMPTY,
  sampleManifest,
  sampleOptions,
  shardOf,
  TOTALS,
  totalsOf,
  VERSION,
} from "../sample.test.util.js";
import { contentsOf } from "./contents.js";
import { datasetCard } from "./dataset-card.js";

const card = datasetCard(contentsOf(sampleManifest(), sampleOptions()));

/** The text below a heading of a page. */
function section(page: string, heading: string): string {
  const [, text] = page.split(`\n## ${heading}\n\n`);
  assert.ok(text !== undefined, `no section "${heading}"`);
  return text.split("\n## ")[0] as string;
}

/** The rows of a section's table, without its header. */
function rowsOf(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) => line.slice(2, -2).split(" | "));
}

/** Names and counts of a section's table. */
function countsIn(page: string, heading: string): Counts {
  const rows = rowsOf(section(page, heading));
  return Object.fromEntries(rows.map((row) => [row[0], Number(row.at(-1)?.replaceAll(",", ""))]));
}

test("the card's counts are the manifest's", () => {
  assert.deepEqual(countsIn(card, "Records by provider"), TOTALS.by_provider);
  assert.deepEqual(countsIn(card, "Records by source"), TOTALS.by_source);
  assert.deepEqual(rowsOf(section(card, "Records by licence")), [
    [
      "[CC BY-NC-SA 2.0](https://creativecommons.org/licenses/by-nc-sa/2.0/)",
      "`by-nc-sa`",
      "BY, NC, SA",
      "1,000",
    ],
    ["[CC0 1.0](https://creativecommons.org/publicdomain/zero/1.0/)", "`cc0`", "none", "200"],
    [
      "[Public Domain Mark 1.0](https://creativecommons.org/publicdomain/mark/1.0/)",
      "`pdm`",
      "none; a label, not a licence",
      "30",
    ],
    ["[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)", "`by`", "BY", "4"],
  ]);
  assert.match(card, /^1,234 records of openly licensed images and audio: /m);
  assert.match(card, /^\| `image` \| 1,230 \| 2 \| 22 \|$/m);
  assert.match(card, /^- The largest provider, flickr, gave 1,200 of 1,234 records \(97\.2 %\)\.$/m);
});

test("every column of the shards is in the column table", () => {
  const namesIn = (page: string) => rowsOf(section(page, "Columns")).map(([name]) => name);
  const all = COLUMNS.map(({ name }) => `\`${name}\``);
  const untimed = all.filter((name) => name !== "`last_synced_with_source`");
  assert.equal(untimed.length, all.length - 1);
  assert.deepEqual(namesIn(card), untimed);
  const image = [{ name: "last_synced_with_source", type: "timestamp", nullable: true }] as const;
  assert.deepEqual(
    namesIn(datasetCard(contentsOf(sampleManifest(), sampleOptions({ schemas: { image } })))),
    all,
  );
});

test("the snapshot's date is that of the latest change", () => {
  assert.match(card, /^Release 2026-11-02\. Snapshot date: 2026-11-02, /m);
  assert.match(
    card,
    /^> The publisher of this dataset: Metadata of openly licensed images and audio, release 2026-11-02, 1,234 records\./m,
  );
});

test("the paths of the snippets are those of the shards", () => {
  const paths = [...section(card, "How to load it").matchAll(/data\/[\w*./-]+/g)].map(([path]) => path);
  assert.deepEqual(
    [...new Set(paths)],
    ["data/image/train-*.parquet", "data/image/train-00000-of-00002.parquet", "data/image"],
  );
});

test("removals go to the publisher, or to the contact that was given", () => {
  assert.match(section(card, "Opt-out and removal"), /write to: the publisher, where you got this dataset$/m);
  const withContact = datasetCard(contentsOf(sampleManifest(), sampleOptions({ contact: "me@example.org" })));
  assert.match(section(withContact, "Opt-out and removal"), /write to: me&#64;example&#46;org$/m);
});

test("the changes since the last release", () => {
  assert.match(section(card, "Changes"), /^This is the first release\.$/m);
  const changes = {
    rows: -1200,
    by_license: { "by 2.0": 300, "pdm 1.0": -1500 },
    by_provider: { "a|b": 1 },
    shards: { added: 1, unchanged: 2, removed: 0 },
  };
  const version = { ...VERSION, previous: "2026-10-01", changes };
  const next = section(datasetCard(contentsOf(sampleManifest(), sampleOptions({ version }))), "Changes");
  assert.match(
    next,
    /^Since release 2026-10-01: −1,200 records\. Of the shards, 2 are the same, 1 new and 0 gone\.$/m,
  );
  assert.deepEqual(rowsOf(next).slice(0, 2), [
    ["pdm 1&#46;0", "−1,500"],
    ["by 2&#46;0", "+300"],
  ]);
  assert.match(next, /^\| a&#124;b \| \+1 \|$/m);
  const delta = { ...VERSION, since: "2026-10-01" };
  assert.match(
    section(datasetCard(contentsOf(sampleManifest(), sampleOptions({ version: delta }))), "Changes"),
    /^This is a delta: what has changed since release 2026-10-01\. /m,
  );
});

test("a card of nothing says so", () => {
  const empty = datasetCard(contentsOf(EMPTY, sampleOptions()));
  assert.match(empty, /^0 records of openly licensed media: /m);
  assert.match(empty, /Snapshot date: unknown, /);
  assert.equal(section(empty, "How to load it"), "There are no shards to load.\n");
  assert.doesNotMatch(empty, /NaN|undefined|null,|train-/);
});

test("a long table ends with the sum of the rest", () => {
  const by_source = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`s${i}`, 1]));
  const manifest = sampleOf(150, by_source);
  const rows = rowsOf(section(datasetCard(contentsOf(manifest, sampleOptions())), "Records by source"));
  assert.equal(rows.length, 101);
  assert.deepEqual(rows.at(-1), ["50 others (see manifest.json)", "50"]);
});

test("names from outside stay in their cell and make no markup", () => {
  const hostile = fc.string({
    unit: fc.constantFrom("|", "\\", "`", "<", "!", "[", "]", "(", ")", "\n", "a", " ", "_", "#", ":"),
  });
  fc.assert(
    fc.property(fc.dictionary(hostile, fc.integer({ min: 1, max: 99 }), { minKeys: 1 }), (by_source) => {
      const rows = Object.values(by_source).reduce((a, b) => a + b, 0);
      const table = section(
        datasetCard(contentsOf(sampleOf(rows, by_source), sampleOptions())),
        "Records by source",
      );
      assert.equal(rowsOf(table).length, Object.keys(by_source).length);
      for (const row of rowsOf(table)) {
        assert.equal(row.length, 2);
        assert.match(row[0] as string, /^(?:[\w \ufffd]|&#\d+;)*$/);
      }
    }),
  );
});

/** A manifest of one shard with these sources. */
function sampleOf(rows: number, by_source: Counts) {
  return {
    shards: [shardOf("image/train-00000-of-00001.parquet", "x", { rows })],
    totals: totalsOf({
      rows,
      by_media: { image: rows },
      by_license: { "cc0 1.0": rows },
      by_provider: { a: rows },
      by_source,
    }),
  };
}
