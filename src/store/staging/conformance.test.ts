import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Database } from "../../base/sqlite/index.js";
import { COLUMNS, cleanRecord, type MediaRecord } from "../../record/index.js";
import { SHARED, temporaryFolder, WITHOUT_SHARED } from "../../testing/run.js";
import { loadOptions } from "../../testing/samples.js";
import { staging } from "./database.js";
import { dumped } from "./dump.test.util.js";
import { ageText, EXPIRY } from "./expire.js";
import { Loader } from "./load.js";
import { loadRecord } from "./load.test.util.js";
import { constantOf, METRICS, percentileDisc, scoreOf } from "./popularity.js";
import { dayLists, reingestionDays } from "./reingestion.js";

/** Facts about the loader of the Openverse catalogue: what a load leaves in its table. */
interface Case {
  readonly provider: string;
  readonly what: string;
  // biome-ignore lint/suspicious/noExplicitAny: its shape is different for every `what`
  readonly input: any;
  readonly expected: unknown;
}

type Row = Record<string, unknown>;

const T0 = "2024-01-01T00:00:00.000Z";
const NOW = "2024-02-02T00:00:00.000Z";

function emptyDatabase(t: TestContext): Database {
  const database = staging.open(join(temporaryFolder(t), "staging.db"), { create: true });
  t.after(() => database.close());
  return database;
}

/** Loads rows as they are, in one batch. */
function load(database: Database, now: string, rows: readonly Row[]): void {
  const loader = new Loader(database, "staging.db", loadOptions(new Date(now)));
  for (const row of rows) loadRecord(loader, { media_type: "image", ...row } as MediaRecord);
  loader.commit();
}

const rowsOf = (database: Database) => dumped(database);

/** A row of the catalogue's tests has its licence without a version and no landing page. */
const whole = (row: Row) => ({
  license_version: "4.0",
  foreign_landing_url: `https://images.com/${row.url}`,
  ...row,
});

/** A row with nothing but what it needs, and one column. */
function rowWith(column: string, value: unknown): Row {
  const media_type = COLUMNS.find(({ name }) => name === column)?.media ?? "image";
  const given = value === "(anything)" ? undefined : value === "t0" ? T0 : value;
  const plain = {
    provider: "flickr",
    foreign_identifier: "a",
    url: "https://images.com/a/img.jpg",
    license: "by",
  };
  return { media_type, ...whole(plain), [column]: given };
}

/** Columns of the catalogue's files, version 001. */
const TSV_COLUMNS = [
  ...["foreign_identifier", "foreign_landing_url", "url", "thumbnail", "filetype", "filesize", "license"],
  ...["license_version", "creator", "creator_url", "title", "meta_data", "tags", "category", "watermarked"],
  ...["provider", "source", "ingestion_type", "width", "height"],
];

/** The records of a file of the catalogue's; lines with JSON that cannot be read are left out, as bad lines are. */
function recordsOfTsv(text: string): Row[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const cells = line.split("\t").map((cell) => (cell === "\\N" ? null : cell.replaceAll("\\\\", "\\")));
      const row: Row = Object.fromEntries(TSV_COLUMNS.map((name, i) => [name, cells[i] ?? null]));
      try {
        for (const name of ["meta_data", "tags"]) row[name] = row[name] && JSON.parse(row[name] as string);
        return [row];
      } catch {
        return [];
      }
    });
}

/** What of ours answers the question of a case. */
const ANSWERS: Record<string, (t: TestContext, input: Case["input"]) => unknown> = {
  "upsert of one column, same provider + foreign identifier": (t, { column, old, new: given }) => {
    const database = emptyDatabase(t);
    load(database, T0, [rowWith(column, old)]);
    if (column === "removed_from_source") database.exec("UPDATE image_record SET removed_from_source = 1");
    load(database, NOW, [rowWith(column, given)]);
    const value = rowsOf(database)[0]?.[column];
    return value === NOW ? "now" : value;
  },
  "upsert: two identifiers share one URL inside one batch": (t, { batch }) => {
    const database = emptyDatabase(t);
    load(database, NOW, batch.map(whole));
    const rows = rowsOf(database);
    return {
      table_foreign_identifiers: rows.map((row) => row.foreign_identifier),
      a_meta_data: rows[0]?.meta_data,
    };
  },
  "upsert: URL already owned by another identifier": (t, { existing, batch }) => {
    const database = emptyDatabase(t);
    load(database, T0, existing.map(whole));
    const before = rowsOf(database);
    load(database, NOW, batch.map(whole));
    const after = rowsOf(database);
    return {
      table_foreign_identifiers: after.map((row) => row.foreign_identifier),
      a_unchanged: isDeepStrictEqual(before[0], after[0]),
    };
  },
  "TSV (001 image columns) -> rows left in the loading table after load + clean": (t, file) => {
    const text = readFileSync(join(SHARED, "recorded", "providers", file), "utf8");
    const database = emptyDatabase(t);
    const results = recordsOfTsv(text).map(cleanRecord);
    load(
      database,
      NOW,
      results.flatMap((result) => ("record" in result ? [result.record] : [])),
    );
    return {
      lines: text.split("\n").filter((line) => line !== "").length,
      rows_left: rowsOf(database).length,
    };
  },
};

/** Facts about popularity, expiry and the days to fetch again. */
const UPKEEP_ANSWERS: Record<string, (input: Case["input"]) => unknown> = {
  "popularity constants: metric values of a provider -> [percentile value, value, constant]": ({
    values,
    percentile,
  }) => {
    const found = constantOf(values, percentile);
    return [percentileDisc(values, percentile), found?.value ?? null, found?.constant ?? null].map(rounded);
  },
  percentile_disc: ({ values, percentile }) => percentileDisc(values, percentile),
  "standardised popularity = metric/(metric+constant)": ({ values, percentile, metric }) =>
    rounded(scoreOf(metric, constantOf(values, percentile)?.constant ?? Number.NaN)),
  "scores of the four records": ({ values, percentile }) =>
    values.map((value: number) => rounded(scoreOf(value, constantOf(values, percentile)?.constant ?? 0))),
  "meta_data key used as metric, default percentile 0.85": (media: "image" | "audio") => METRICS[media],
  "age of updated_on after which a record counts as removed from source": (provider: string) =>
    EXPIRY[provider] && ageText(EXPIRY[provider]),
  "reingestion day lists from (day shift, repeats) pairs": (pairs) =>
    dayLists(
      pairs.map((pair: { day_shift: number; repeats: number } | [number, number]) =>
        Array.isArray(pair) ? pair : [pair.day_shift, pair.repeats],
      ),
    ),
  "day shifts to re-ingest, in order, partition by partition": ({ provider }) =>
    reingestionDays(provider.split(" ")[0]),
};

/** Fractions as the cases write them. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(12));
}

/** Where ours differs on purpose, by name, and why. */
const DIFFERENT: Record<string, string> = {
  'upsert of one column, same provider + foreign identifier: {"column":"updated_on","old":"t0","new":"(anything)"}':
    "a record that is loaded again unchanged was not updated; when it was seen is in last_synced_with_source",
};

const all: Case[] = WITHOUT_SHARED
  ? []
  : (JSON.parse(readFileSync(join(SHARED, "cases", "catalog.json"), "utf8")) as Case[]);
const cases = all.filter(({ provider }) => provider === "loader");

/** The order of lists has no meaning in these cases. */
function sorted(value: unknown): unknown {
  return Array.isArray(value)
    ? [...value].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    : value;
}

test("a load leaves what the catalogue's loader leaves, but where we differ on purpose", {
  skip: WITHOUT_SHARED,
}, (t) => {
  const seen = new Set<string>();
  let equal = 0;
  for (const { what, input, expected } of cases) {
    const answer = ANSWERS[what];
    assert.ok(answer, `nothing answers "${what}"`);
    const name = `${what}: ${JSON.stringify(input)}`;
    const ours = sorted(answer(t, input));
    if (isDeepStrictEqual(ours, sorted(expected))) equal++;
    else if (name in DIFFERENT) seen.add(name);
    else assert.deepEqual(ours, sorted(expected), name);
  }
  const stale = Object.keys(DIFFERENT).filter((name) => !seen.has(name));
  assert.deepEqual(stale, [], "listed as different, but equal or gone");
  t.diagnostic(`${equal} of ${cases.length} cases equal, ${cases.length - equal} different on purpose`);
});

for (const kind of ["popularity", "expiration", "reingestion"]) {
  const ofKind = all.filter(({ provider }) => provider === kind);
  test(`${kind} is that of the catalogue in all ${ofKind.length} cases`, { skip: WITHOUT_SHARED }, () => {
    assert.ok(ofKind.length > 0);
    for (const { what, input, expected } of ofKind) {
      const answer = UPKEEP_ANSWERS[what];
      assert.ok(answer, `nothing answers "${what}"`);
      assert.deepEqual(answer(input), expected, `${what}: ${JSON.stringify(input)}`);
    }
  });
}
