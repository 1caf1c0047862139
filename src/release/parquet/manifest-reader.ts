import { Failure } from "../../base/failure.js";
import { type Entry, placeOf } from "../../base/ndjson/index.js";
import { isWrittenTime } from "../../base/times.js";
import { COLUMNS, cutText, MEDIA_TYPES, SCHEMA_VERSION, textOf } from "../../record/index.js";
import type { Counts, Manifest, ManifestShard, ManifestTotals, SyncTimes } from "./manifest.js";
import { MOST_NAMES } from "./name-counts.js";

type Totals = ManifestTotals["totals"];

/** What the members of a manifest have to be. Whether they are true only the shards can tell. */

/** What a member has to be: a test, and the words for a value that fails it. */
type Rule = readonly [isRight: (value: unknown) => boolean, words: string];

const text = (pattern: RegExp, words: string): Rule => [
  (value) => typeof value === "string" && pattern.test(value),
  words,
];
const objectOf = ([isRight]: Rule, words: string): Rule => [
  (value) => isObject(value) && Object.values(value).every(isRight),
  words,
];

/** The longest that file systems take. */
const ROOT = text(/^[^\0]{1,4096}$/, "a text that is not empty");
/** Below `root`. */
const PATH = text(
  /^(?=.{1,1024}$)(?:[\w+-][\w.+-]{0,254}\/)*train-\d{5}-of-\d{5}\.parquet$/,
  "a path such as image/train-00000-of-00001.parquet",
);
const CONFIG = text(/^[\w.+-]{1,255}$/, "a name of letters, digits and . + - _, at most 255");
const COUNT: Rule = [(value) => Number.isSafeInteger(value) && Number(value) >= 0, "a whole number"];
const MEDIA = text(new RegExp(`^(?:${MEDIA_TYPES.join("|")})$`), '"image" or "audio"');
const SHA256 = text(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
const TIME: Rule = [(value) => typeof value === "string" && isWrittenTime(value), "an ISO 8601 time"];
const TIME_OR_NULL: Rule = [(value) => value === null || TIME[0](value), "an ISO 8601 time or null"];
const COUNTS = objectOf(COUNT, "an object of whole numbers");
const TIMES = objectOf(TIME, "an object of ISO 8601 times");

/** What the names of the counts have to be. */
const COUNTED: ReadonlyMap<string, Rule> = new Map([
  ["by_media", MEDIA],
  ["by_license", text(/^[\w+-]{1,50} [\w.+-]{1,25}$/, "a licence and its version")],
  ["by_provider", textOfColumn("provider")],
  ["by_source", textOfColumn("source")],
]);

const MAY_HAVE_OTHERS = new Set(["by_provider", "by_source"]);
const OTHERS: Rule = [
  (value) =>
    value === undefined ||
    (isObject(value) &&
      Object.entries(value).every(
        ([column, others]) =>
          MAY_HAVE_OTHERS.has(column) && isObject(others) && COUNT[0](others.names) && COUNT[0](others.rows),
      )),
  "an object of columns with their names and rows",
];

const SHARD_RULES: Readonly<Record<keyof ManifestShard, Rule>> = {
  root: ROOT,
  path: PATH,
  media: MEDIA,
  config: CONFIG,
  rows: COUNT,
  bytes: COUNT,
  uncompressed_bytes: COUNT,
  sha256: SHA256,
  min_updated_on: TIME_OR_NULL,
  max_updated_on: TIME_OR_NULL,
};

const TOTALS_RULES: Readonly<Record<keyof Totals, Rule>> = {
  rows: COUNT,
  by_media: COUNTS,
  by_license: COUNTS,
  by_provider: COUNTS,
  by_source: COUNTS,
  others: OTHERS,
};

const AGAIN = "make it again with ov-to-parquet";

/**
 * Reads and checks a manifest. Members it does not know are left out. Throws a `Failure` ("bad_input") that names
 * the line when one is not as it should be, when lines contradict each other, or when the totals are missing, as
 * they are when the manifest was cut off. Whether the files are there and right is not looked at.
 */
export async function readManifest(entries: AsyncIterable<readonly Entry[]>): Promise<Manifest> {
  const shards = new Map<string, ManifestShard>();
  let totals: ManifestTotals | undefined;
  for await (const batch of entries) {
    for (const entry of batch) {
      if (totals)
        throw refuse(entry, "there is a line after the totals, which are the last line of a manifest");
      if (entry.record.totals === undefined) {
        const shard = pick(entry, entry.record, SHARD_RULES, "") as unknown as ManifestShard;
        if (shards.has(shard.path)) throw refuse(entry, `${shard.path} is there twice`);
        shards.set(shard.path, shard);
      } else totals = readTotals(entry, [...shards.values()]);
    }
  }
  if (!totals) throw new Failure("bad_input", `the manifest has no line with totals: ${AGAIN}`);
  return { shards: [...shards.values()], totals };
}

function readTotals(entry: Entry, shards: readonly ManifestShard[]): ManifestTotals {
  const { totals, schema_version, last_synced } = entry.record;
  if (!isObject(totals)) throw refuse(entry, "totals is not an object");
  if (!COUNT[0](schema_version)) throw refuse(entry, `schema_version is not ${COUNT[1]}`);
  if (Number(schema_version) > SCHEMA_VERSION) {
    throw refuse(entry, `schema_version ${schema_version} is newer than this ov-tools: install a newer one`);
  }
  const checked = pick(entry, totals, TOTALS_RULES, "totals.") as unknown as ManifestTotals["totals"];
  const rows = shards.reduce((sum, shard) => sum + shard.rows, 0);
  if (checked.rows !== rows) {
    throw refuse(entry, `totals.rows is ${checked.rows}, but the shards have ${rows} rows: ${AGAIN}`);
  }
  const wrong = problemOfNames(checked, isObject(last_synced) ? last_synced : {});
  if (wrong !== undefined) throw refuse(entry, `${wrong}: ${AGAIN}`);
  const read = { totals: checked, schema_version: Number(schema_version) };
  if (last_synced === undefined) return read;
  if (!TIMES[0](last_synced)) throw refuse(entry, `last_synced is not ${TIMES[1]}`);
  return { ...read, last_synced: last_synced as SyncTimes };
}

/** The members that the rules name, in the order of the rules. */
function pick(
  entry: Entry,
  object: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, Rule>>,
  prefix: string,
): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const [name, [isRight, words]] of Object.entries(rules)) {
    const value = object[name];
    if (!isRight(value)) {
      if (value === undefined) throw refuse(entry, `${prefix}${name} is missing: is this a manifest?`);
      throw refuse(entry, `${prefix}${name} is not ${words}`);
    }
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

function refuse(entry: Entry, message: string): Failure {
  return new Failure("bad_input", message, { place: placeOf(entry) });
}

/**
 * Why counts name what no record can have, or more than a manifest names, or times of syncs are of providers that are not
 * counted; undefined where they do not. They get into pages for people.
 */
function problemOfNames(totals: Totals, synced: object): string | undefined {
  for (const [column, [isName, words]] of COUNTED) {
    const names = Object.keys(totals[column as keyof Totals] as Counts);
    if (names.length > MOST_NAMES) return `totals.${column} has more than ${MOST_NAMES} names`;
    const wrong = names.find((name) => !isName(name));
    if (wrong !== undefined) return `totals.${column} has the name ${quoted(wrong)}, which is not ${words}`;
  }
  const wrong = Object.keys(synced).find((name) => !Object.hasOwn(totals.by_provider, name));
  return wrong === undefined
    ? undefined
    : `last_synced has the provider ${quoted(wrong)}, of which there are no records`;
}

function quoted(name: string): string {
  return JSON.stringify(cutText(name, 100));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text as the column of the record has it, cleaned. */
function textOfColumn(name: string): Rule {
  const limit = COLUMNS.find((column) => column.name === name)?.limit ?? 0;
  const isRight = (value: unknown) => textOf(value) === value && [...String(value)].length <= limit;
  return [
    isRight,
    `a ${name} that a record can have (at most ${limit} characters, none of them control characters)`,
  ];
}
