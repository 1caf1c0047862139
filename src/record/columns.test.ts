import assert from "node:assert/strict";
import { test } from "node:test";
import { COLUMNS, type ColumnType, columnsOf, MAX_INTEGER, REQUIRED_COLUMNS } from "./columns.js";

const named = (names: readonly string[]) => COLUMNS.filter(({ name }) => names.includes(name));

test("column names are unique and fit SQL and Parquet without quotes", () => {
  const names = COLUMNS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z][a-z_]*$/);
});

test("a record needs the five columns of the catalogue's loader, and its provider", () => {
  assert.deepEqual([...REQUIRED_COLUMNS].sort(), [
    "foreign_identifier",
    "foreign_landing_url",
    "license",
    "license_version",
    "provider",
    "url",
  ]);
});

test("both media types have the required columns; sizes are the image's and lengths the audio's alone", () => {
  const image = columnsOf("image").map(({ name }) => name);
  const audio = columnsOf("audio").map(({ name }) => name);
  for (const name of REQUIRED_COLUMNS) assert.ok(image.includes(name) && audio.includes(name), name);
  assert.deepEqual(
    image.filter((name) => !audio.includes(name)),
    ["width", "height"],
  );
  assert.deepEqual(
    audio.filter((name) => !image.includes(name)),
    [
      ...["duration", "bit_rate", "sample_rate", "genres", "audio_set", "audio_set_foreign_identifier"],
      ...["set_position", "alt_files"],
    ],
  );
});

test("limits are those of the catalogue", () => {
  const limits = Object.fromEntries(
    COLUMNS.filter(({ limit }) => limit).map(({ name, limit }) => [name, limit]),
  );
  assert.deepEqual(limits, {
    ingestion_type: 80,
    provider: 80,
    source: 80,
    foreign_identifier: 3000,
    foreign_landing_url: 1000,
    url: 3000,
    thumbnail: 3000,
    filetype: 5,
    license: 50,
    license_version: 25,
    creator: 2000,
    creator_url: 2000,
    title: 5000,
    category: 80,
    genres: 80,
    audio_set_foreign_identifier: 1000,
  });
  assert.equal(MAX_INTEGER, 2 ** 31 - 2);
});

test("only creator and title are cut; what identifies or leads somewhere never is", () => {
  const cut = COLUMNS.filter((column) => column.cut).map(({ name }) => name);
  assert.deepEqual(cut, ["creator", "title"]);
});

test("every text and URL has a limit", () => {
  const unlimited = COLUMNS.filter(
    ({ type, limit }) => (type === "text" || type === "url") && limit === undefined,
  );
  assert.deepEqual(unlimited, []);
});

test("columns that are filled here and not by providers are those of the staging database", () => {
  const staging = COLUMNS.filter((column) => column.staging).map(({ name }) => name);
  assert.deepEqual(staging, [
    ...[
      "created_on",
      "updated_on",
      "last_synced_with_source",
      "removed_from_source",
      "standardized_popularity",
    ],
  ]);
});

test("merge rules suit the columns' types", () => {
  const typesOfRule: Record<string, ColumnType[]> = {
    members: ["object"],
    tags: ["tags"],
    union: ["texts", "objects"],
    reset: ["boolean"],
    changed: ["timestamp"],
    seen: ["timestamp"],
  };
  for (const { name, type, merge } of COLUMNS) {
    const types = typesOfRule[merge];
    if (types) assert.ok(types.includes(type), name);
    else
      assert.ok(
        !["object", "tags", "texts", "objects"].includes(type),
        `${name} would be replaced as a whole`,
      );
  }
  for (const { merge } of named(["provider", "foreign_identifier"])) assert.equal(merge, "key");
});

test("every column is described in one line of words", () => {
  for (const { name, description } of COLUMNS) {
    assert.match(description, /^[^\n]{10,119}[^.\n]$/, name);
  }
});
