import { Failure } from "../../base/failure.js";
import { type Entry, placeOf } from "../../base/ndjson/index.js";
import { SCHEMA_VERSION } from "../../record/index.js";
import type { Manifest, ManifestShard, ManifestTotals, SyncTimes } from "./manifest.js";
import {
  COUNT,
  isObject,
  problemOfNames,
  problemOfSyncs,
  type Rule,
  SHARD_RULES,
  TIMES,
  TOTALS_RULES,
} from "./manifest-rules.js";

const AGAIN = "make it again with ov-to-parquet";

/**
 * Reads and checks a manifest. Members it does not know are left out. Throws a `Failure` ("bad_input") that names
 * the line when one is not as it should be, when lines contradict each other, or when the totals are missing, as
 * they are when the manifest was cut off. Whether the files are there and right is not looked at.
 */
export async function readManifest(entries: AsyncIterable<readonly Entry[]>): Promise<Manifest> {
  const shards = new Map<string, ManifestShard>();
  let totals: ManifestTotals | undefined;
  for await (const entry of flat(entries)) {
    if (totals)
      throw refuse(entry, "there is a line after the totals, which are the last line of a manifest");
    if (entry.record.totals === undefined) {
      const shard = readShard(entry);
      if (shards.has(shard.path)) throw refuse(entry, `${shard.path} is there twice`);
      shards.set(shard.path, shard);
    } else {
      totals = readTotals(entry, [...shards.values()]);
    }
  }
  if (!totals) throw new Failure("bad_input", `the manifest has no line with totals: ${AGAIN}`);
  return { shards: [...shards.values()], totals };
}

async function* flat(batches: AsyncIterable<readonly Entry[]>): AsyncGenerator<Entry> {
  for await (const batch of batches) yield* batch;
}

function readShard(entry: Entry): ManifestShard {
  return pick(entry, entry.record, SHARD_RULES, "") as unknown as ManifestShard;
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
  const wrong = problemOfNames(checked) ?? problemOfSyncs(checked, isObject(last_synced) ? last_synced : {});
  if (wrong !== undefined) throw refuse(entry, `${wrong}: ${AGAIN}`);
  if (last_synced === undefined) return { totals: checked, schema_version: Number(schema_version) };
  if (!TIMES[0](last_synced)) throw refuse(entry, `last_synced is not ${TIMES[1]}`);
  return { totals: checked, schema_version: Number(schema_version), last_synced: last_synced as SyncTimes };
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
