import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { cleanRecord } from "../../record/index.js";
import { temporaryFolder } from "../../testing/run.js";
import { loadOptions, sampleRecord } from "../../testing/samples.js";
import { staging } from "./database.js";
import { Loader } from "./load.js";
import { loadRecord } from "./load.test.util.js";
import { largest, statistics } from "./statistics.js";

test("records are counted by media type, provider, source and licence, in that order", (t) => {
  const database = staging.open(join(temporaryFolder(t), "staging.db"), { create: true });
  t.after(() => database.close());
  assert.deepEqual([...statistics(database)], []);

  const changes: Record<string, unknown>[] = [
    {},
    {},
    { license_version: "4.0" },
    { license: "cc0", license_version: "1.0" },
    { source: "nasa" },
    { provider: "clevelandmuseum" },
    { media_type: "audio" },
    { media_type: "audio" },
  ];
  const loader = new Loader(database, "staging.db", loadOptions(new Date()));
  for (const [i, change] of changes.entries()) {
    const cleaned = cleanRecord(sampleRecord({ ...change, foreign_identifier: String(i) }));
    assert.ok("record" in cleaned);
    loadRecord(loader, cleaned.record);
  }
  loader.commit();

  const rows = [...statistics(database)].map((count) => Object.values(count).join(" "));
  assert.deepEqual(rows, [
    "image clevelandmuseum clevelandmuseum by 2.0 1",
    "image flickr flickr by 2.0 2",
    "image flickr flickr by 4.0 1",
    "image flickr flickr cc0 1.0 1",
    "image flickr nasa by 2.0 1",
    "audio flickr flickr by 2.0 2",
  ]);
  assert.deepEqual(Object.keys([...statistics(database)][0] ?? {}), [
    ...["media_type", "provider", "source", "license", "license_version", "records"],
  ]);
});

test("the largest counts stay in their order, and the others come to one sum", () => {
  const counts = Array.from({ length: 50 }, (_, i) => ({ provider: `p${i}`, records: (i * 7) % 50 }));
  const { counts: kept, others } = largest(counts, 3);
  assert.deepEqual(
    kept.map(({ records }) => records),
    [49, 48, 47].sort(
      (a, b) => counts.findIndex((c) => c.records === a) - counts.findIndex((c) => c.records === b),
    ),
  );
  assert.deepEqual(others, { combinations: 47, records: (46 * 47) / 2 });
});
