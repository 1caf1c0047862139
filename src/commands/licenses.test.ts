import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { linesOf, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord } from "../testing/samples.js";

/** Licences in all their forms, through the real commands. */

const CC = "https://creativecommons.org/";
const NONE = { license: undefined, license_version: undefined };
const ARTEFACT = `${CC}licenses/by-nd-nc/2.0/jp/`;

/** What a source gives; then name, version and page as they are stored, and what is kept of the address given. */
const FORMS: readonly (readonly [
  given: Record<string, unknown>,
  license: string,
  version: string,
  page: string,
  raw: string | null,
])[] = [
  [{ license: "CC0", license_version: "1.0" }, "cc0", "1.0", "publicdomain/zero/1.0", null],
  [{ license: "PDM", license_version: 1 }, "pdm", "1.0", "publicdomain/mark/1.0", null],
  [{ license: " BY-SA ", license_version: " 3.0 " }, "by-sa", "3.0", "licenses/by-sa/3.0", null],
  [{ ...NONE, license: "CC BY 4.0" }, "by", "4.0", "licenses/by/4.0", null],
  [{ ...NONE, license: "CC-BY-SA-3.0-DE" }, "by-sa", "3.0", "licenses/by-sa/3.0/de", null],
  [
    { ...NONE, license: "http://www.creativecommons.org/licences/by/4.0/deed.fr" },
    "by",
    "4.0",
    "licenses/by/4.0",
    "http://www.creativecommons.org/licences/by/4.0/deed.fr",
  ],
  [
    { ...NONE, license_url: "http://creativecommons.org/licenses/by/4.0/us/" },
    "by",
    "4.0",
    "licenses/by/4.0",
    "http://creativecommons.org/licenses/by/4.0/us/",
  ],
  [
    { ...NONE, license_url: `${CC}licenses/by-nc-nd/2.0/jp/deed.ja` },
    "by-nc-nd",
    "2.0",
    "licenses/by-nc-nd/2.0/jp",
    `${CC}licenses/by-nc-nd/2.0/jp/deed.ja`,
  ],
  [
    {
      license: "by-nc-nd",
      license_version: "2",
      meta_data: { license_url: ARTEFACT, raw_license_url: null },
    },
    "by-nc-nd",
    "2.0",
    "licenses/by-nc-nd/2.0",
    null,
  ],
  [{ ...NONE, license_url: ARTEFACT }, "by-nc-nd", "2.0", "licenses/by-nc-nd/2.0", ARTEFACT],
  [
    { ...NONE, meta_data: { license_url: `${CC}licenses/by/3.0/de/` } },
    "by",
    "3.0",
    "licenses/by/3.0/de",
    null,
  ],
];

/** The same with a key each. */
const INPUT = ndjson(
  FORMS.map(([given], i) => sampleRecord({ foreign_identifier: String(100 + i), ...given })),
);

test("a licence in any form is stored as one, and stays as it is when a dump is loaded elsewhere", async (t) => {
  const folder = temporaryFolder(t);
  const [db, other] = [join(folder, "a.db"), join(folder, "b.db")];
  const loaded = await run(["ov-stage", "load", "--db", db], { stdin: INPUT });
  assert.equal(loaded.code, 0, loaded.stderr);
  const { stdout: dumped } = await run(["ov-stage", "dump", "--db", db]);
  assert.deepEqual(
    linesOf(dumped).map(({ license, license_version, meta_data }) => [license, license_version, meta_data]),
    FORMS.map(([, license, version, page, raw]) => [
      license,
      version,
      { license_url: `${CC}${page}/`, raw_license_url: raw },
    ]),
  );

  await run(["ov-stage", "load", "--db", other], { stdin: dumped });
  const { stdout: again } = await run(["ov-stage", "dump", "--db", other]);
  const lasting = (text: string) =>
    linesOf(text).map(({ license, license_version, meta_data }) => [license, license_version, meta_data]);
  assert.deepEqual(lasting(again), lasting(dumped));
});

test("ov-to-parquet reads them in the same way", async (t) => {
  const folder = temporaryFolder(t);
  const shards = join(folder, "shards");
  const written = await run(["ov-to-parquet", "--out", shards], { stdin: INPUT });
  assert.equal(written.code, 0, written.stderr);
  const { stdout } = await run(["ov-from-parquet", join(shards, "image", "train-00000-of-00001.parquet")]);
  assert.deepEqual(
    linesOf(stdout).map(({ license, license_version, meta_data }) => [
      license,
      license_version,
      (meta_data as Record<string, unknown>).license_url,
    ]),
    FORMS.map(([, license, version, page]) => [license, version, `${CC}${page}/`]),
  );
});

test("what is no licence goes to the rejects with its reason", async (t) => {
  const folder = temporaryFolder(t);
  const rejects = join(folder, "rejects.ndjson");
  const stdin = ndjson(
    ["CC BY", "InC", "CC BY 4.0 or CC BY-NC 4.0", "CC0"].map((license) => sampleRecord({ ...NONE, license })),
  );
  const { code } = await run(["ov-stage", "load", "--db", join(folder, "a.db"), "--rejects", rejects], {
    stdin,
  });
  assert.equal(code, 0);
  assert.deepEqual(
    linesOf(readFileSync(rejects, "utf8")).map(({ error, code }) => [error, code]),
    [
      ["license_version is missing: CC BY has 1.0, 2.0, 2.1, 2.5, 3.0 and 4.0", "missing_license_version"],
      ["license is the rights statement InC (In Copyright), which is no licence: InC", "bad_license"],
      [
        "license contradicts itself: it says CC BY 4.0 and CC BY-NC 4.0: CC BY 4.0 or CC BY-NC 4.0",
        "license_conflict",
      ],
    ],
  );
});

test("the Science Museum's CC0 is understood with and without its version", async (t) => {
  const image = (uid: string, licence: string) => ({
    "@admin": { uid },
    "@processed": { large: { location: `images/${uid}.jpg`, format: "jpeg" } },
    legal: { rights: [{ licence }] },
  });
  const media = [
    image("i1", "CC0"),
    image("i2", "CC0 1.0"),
    image("i3", "CC BY-NC-SA 4.0"),
    image("i4", "© The Board of Trustees"),
    image("i5", "CC BY"),
  ];
  const item = {
    type: "objects",
    id: "co1",
    links: { self: "https://collection.sciencemuseumgroup.org.uk/objects/co1/thing" },
    attributes: { summary: { title: "Thing" }, multimedia: media },
  };
  const file = join(temporaryFolder(t), "page.json");
  writeFileSync(file, JSON.stringify({ data: [item], links: {} }));
  const { stdout, stderr, code } = await run(["ov-fetch", "sciencemuseum", "--input", file]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    linesOf(stdout).map((one) => `${one.foreign_identifier} ${one.license} ${one.license_version}`),
    ["i1 cc0 1.0", "i2 cc0 1.0", "i3 by-nc-sa 4.0"],
  );
});

test("ov-stage licenses lists what is accepted, for people and for programs, and needs no database", async (t) => {
  const cwd = temporaryFolder(t);
  const table = await run(["ov-stage", "licenses"], { cwd });
  assert.equal(table.code, 0, table.stderr);
  assert.match(table.stdout, /^license +version +page +ports\nby +1\.0 +https:\S+by\/1\.0\/ +3\n/);
  const rows = linesOf((await run(["ov-stage", "licenses", "--json"], { cwd })).stdout);
  assert.equal(rows.length, table.stdout.trim().split("\n").length - 1);
  assert.deepEqual(
    rows.find(({ license, license_version }) => license === "by-nc-nd" && license_version === "1.0"),
    {
      license: "by-nc-nd",
      license_version: "1.0",
      title: "CC BY-NC-ND 1.0",
      license_url: `${CC}licenses/by-nd-nc/1.0/`,
      conditions: ["by", "nc", "nd"],
      ports: ["fi", "il", "nl"],
    },
  );
  // Each of them can be loaded as it is listed.
  const records = rows.map(({ license, license_version }, i) =>
    sampleRecord({ foreign_identifier: String(i + 1), license, license_version }),
  );
  const loaded = await run(["ov-stage", "load", "--db", "a.db"], { cwd, stdin: ndjson(records) });
  assert.equal(linesOf(loaded.stdout)[0]?.inserted, rows.length, loaded.stderr);
});
