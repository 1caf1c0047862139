import { counted } from "../../../base/counted.js";
import { cutText, type MediaType } from "../../../record/index.js";
import { type Counts, type Folder, type Manifest, type ManifestShard, Totals } from "../../parquet/index.js";
import { countsOfShard } from "./shard-counts.js";
import { nameOf, type Watch } from "./shard-files.js";
import type { ShardReader } from "./shard-reader.js";
import { badShards } from "./subsets.js";

/**
 * What a manifest claims, compared with its shards: nothing is published on its word alone. Sizes and checksums are
 * compared where files are located and sent (`shard-files.ts`), and rows where records are (`shard-checks.ts`).
 */

/** The subset that a shard is of, by the folder that it is in: `image/by-sa` is `image-by-sa`. */
export function configOf(path: string, media: MediaType): string {
  const folders = path.split("/").slice(0, -1);
  return folders.slice(folders[0] === "data" ? 1 : 0).join("-") || media;
}

/** The first and last `updated_on` of a shard, as a manifest writes them; by its statistics, where it has them. */
export async function updatedIn(
  reader: ShardReader,
): Promise<readonly [first: string | null, last: string | null]> {
  if (!reader.fields.some(({ name }) => name === "updated_on")) return [null, null];
  const range = reader.facts.range("updated_on");
  if (range) return [timeOf(range.min), timeOf(range.max)];
  let [first, last]: [Date | null, Date | null] = [null, null];
  for await (const { columns } of reader.columnsOf(["updated_on"])) {
    for (const time of columns[0] as unknown[]) {
      if (!(time instanceof Date)) continue;
      if (first === null || time < first) first = time;
      if (last === null || time > last) last = time;
    }
  }
  return [timeOf(first), timeOf(last)];
}

function timeOf(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : null;
}

/** Members of a shard's line, and what the shard says instead. */
const CLAIMS: readonly (readonly [
  member: keyof ManifestShard,
  truth: (reader: ShardReader, shard: ManifestShard) => unknown,
])[] = [
  ["media", ({ facts }) => facts.media],
  ["config", (_, { path, media }) => configOf(path, media)],
  ["uncompressed_bytes", ({ facts }) => facts.uncompressedBytes],
  ["min_updated_on", async (reader) => (await updatedIn(reader))[0]],
  ["max_updated_on", async (reader) => (await updatedIn(reader))[1]],
];

/** Throws a `Failure` ("bad_input") where a shard's line in the manifest is wrong. */
export async function checkShardClaims(reader: ShardReader, shard: ManifestShard): Promise<void> {
  for (const [member, truthOf] of CLAIMS) {
    const truth = await truthOf(reader, shard);
    if (shard[member] === truth) continue;
    const claims = `the manifest says ${member} ${inWords(shard[member])}, the shard ${inWords(truth)}`;
    throw badShards(`${nameOf(shard)}: ${claims}`);
  }
}

/** A shard's name: its folder, its number, and how many shards the folder has. */
const NUMBERED = /^(.*)train-(\d{5})-of-(\d{5})\.parquet$/;

/**
 * Throws a `Failure` ("bad_input") where a set of shards is not whole: one is missing, or one is there under two names.
 */
export function checkSets(shards: readonly ManifestShard[]): void {
  const bySum = new Map<string, ManifestShard>();
  const folders = new Map<string, { readonly of: number; readonly numbers: Set<number> }>();
  for (const shard of shards) {
    const twin = bySum.get(shard.sha256);
    if (twin) throw badShards(`${nameOf(shard)} is the same shard as ${nameOf(twin)} (sha256)`);
    bySum.set(shard.sha256, shard);
    const [, folder = "", number, of] = NUMBERED.exec(shard.path) ?? [];
    const set = folders.get(folder) ?? { of: Number(of), numbers: new Set() };
    if (set.of !== Number(of)) throw badShards(`${folder} holds shards of ${set.of} and of ${Number(of)}`);
    if (Number(number) >= set.of) throw badShards(`${nameOf(shard)} is one too many by its name`);
    folders.set(folder, set);
    set.numbers.add(Number(number));
  }
  for (const [folder, { of, numbers }] of folders) {
    if (numbers.size === of) continue;
    let first = 0;
    while (numbers.has(first)) first++;
    const [one, all] = [first, of].map((number) => String(number).padStart(5, "0"));
    throw badShards(`the shard ${folder}train-${one}-of-${all}.parquet is missing`);
  }
}

/** Columns that totals count by. */
const COLUMNS = ["by_license", "by_provider", "by_source"] as const;

/** Counts the records of shards, one after the other, and compares them with the totals of their manifest. */
export class ClaimedTotals {
  readonly #counted: Totals;

  /** `scratch` is where what is too much for memory goes. */
  constructor(scratch: Folder) {
    this.#counted = new Totals(scratch, "temporary files");
  }

  async add(reader: ShardReader, { signal }: Watch = {}): Promise<void> {
    for await (const counts of countsOfShard(reader)) {
      signal?.throwIfAborted();
      await this.#counted.include(counts);
    }
  }

  /** Throws a `Failure` ("bad_input") where the manifest counts otherwise. */
  async compare({ totals: { totals, last_synced } }: Manifest): Promise<void> {
    const truth = await this.#counted.line();
    for (const column of COLUMNS) {
      compareCounts(`totals.${column}`, totals[column], truth.totals[column]);
      const [said, found] = [totals.others?.[column], truth.totals.others?.[column]];
      for (const member of ["names", "rows"] as const) {
        compareNumber(`totals.others.${column}.${member}`, said?.[member], found?.[member]);
      }
    }
    if (!truth.last_synced || !last_synced) return;
    for (const [provider, time] of Object.entries(truth.last_synced)) {
      const said = last_synced[provider];
      if (said === time) continue;
      throw badShards(
        `the manifest says last_synced.${provider} ${inWords(said)}, its shards ${inWords(time)}`,
      );
    }
  }
}

function compareCounts(member: string, said: Counts, found: Counts): void {
  for (const name of new Set([...Object.keys(said), ...Object.keys(found)])) {
    const own = (counts: Counts) => (Object.hasOwn(counts, name) ? counts[name] : 0);
    compareNumber(`${member}[${inWords(name)}]`, own(said), own(found));
  }
}

function compareNumber(member: string, said = 0, found = 0): void {
  if (said === found) return;
  throw badShards(`the manifest says ${member} ${said}, its shards have ${counted(found, "record")}`);
}

/** Quoted as JSON, for it may hold anything; no longer than people read. */
function inWords(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(cutText(value, 100)) : String(value ?? "nothing");
}
