import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "../../../base/failure.js";
import { blocksOf } from "../../../base/ndjson/index.js";
import { didYouMean } from "../../../base/nearest.js";
import { CONDITIONS, conditionsOf, isLicenseName, LICENSE_GROUPS, SYNC_TIME } from "../../../record/index.js";
import {
  COMPRESSIONS,
  type Manifest,
  type ManifestShard,
  openShardWriter,
  readParquet,
  Totals,
} from "../../parquet/index.js";
import { countsOfShard, rowsIn } from "./shard-counts.js";
import { locateFile, type Watch } from "./shard-files.js";
import { ShardReader } from "./shard-reader.js";

/** Whether a licence (`by-nc`) is to be left out. */
export type IsExcluded = (license: string) => boolean;

/**
 * Reads what `--exclude-license` was given: conditions (`nd`: every licence that has it), licences (`by-nc-sa`) and
 * groups of the catalogue (`commercial`), with commas between them. Throws a `Failure` ("usage") for any other word.
 */
export function parseExclusion(words: string): IsExcluded {
  const tests = words.split(",").map((word) => testOf(word.trim().toLowerCase()));
  const known = new Map<string, boolean>();
  // It is asked for every record, and there are few licences.
  return (license) => {
    const isExcluded = known.get(license) ?? tests.some((test) => test(license));
    known.set(license, isExcluded);
    return isExcluded;
  };
}

function testOf(word: string): IsExcluded {
  const group = Object.hasOwn(LICENSE_GROUPS, word) ? LICENSE_GROUPS[word] : undefined;
  if (group) return (license) => group.includes(license);
  // `by` is a licence and a condition of nearly all others: the licence is what people mean.
  if (word !== "by" && Object.hasOwn(CONDITIONS, word)) {
    return (license) => (conditionsOf(license) as readonly string[]).includes(word);
  }
  if (isLicenseName(word)) return (license) => license === word;
  const known = `a condition (${Object.keys(CONDITIONS).join(", ")}), a licence (by-nc-sa) or a group (${Object.keys(LICENSE_GROUPS).join(", ")})`;
  const help = didYouMean(word, [...Object.keys(LICENSE_GROUPS), ...Object.values(LICENSE_GROUPS).flat()]);
  throw new Failure("usage", `--exclude-license: ${JSON.stringify(word)} is not ${known}${help}`);
}

/**
 * The manifest without the records whose licences are excluded. A shard of such records alone is left out, one that has
 * none of them stays what it is, and one that has both is written again without them, into `folder`: under its own name,
 * and with the same bytes whenever that is done. Throws a `Failure` ("bad_input") where no record is left.
 */
export async function excludeLicenses(
  manifest: Manifest,
  isExcluded: IsExcluded,
  folder: string,
  watch: Watch = {},
): Promise<Manifest> {
  const licenses = Object.keys(manifest.totals.totals.by_license).map(licenseOf);
  if (!licenses.some(isExcluded)) return manifest;
  const kept: ManifestShard[] = [];
  const left = new Totals(join(folder, "names"), folder);
  for (const shard of manifest.shards) {
    watch.signal?.throwIfAborted();
    const reader = await ShardReader.open(await locateFile(shard));
    let rows = 0;
    for await (const counts of countsOfShard(reader, (license) => !isExcluded(license))) {
      rows += rowsIn(counts);
      await left.include(counts);
    }
    if (rows === shard.rows) kept.push(shard);
    else if (rows > 0) kept.push(await writeWithout(shard, reader, { isExcluded, folder, watch }));
    watch.onBytes?.(shard.bytes);
  }
  const { totals } = await left.line();
  if (totals.rows === 0) {
    const problem = "no record is left: all of them have a licence that --exclude-license names";
    throw new Failure("bad_input", problem);
  }
  return { shards: kept, totals: { ...manifest.totals, totals } };
}

/** The licence of a pair with its version: `by-nc 2.0`. */
function licenseOf(pair: string): string {
  return pair.split(" ")[0] as string;
}

/** Writes a shard again without some of its records; gives its line of the manifest. */
async function writeWithout(
  shard: ManifestShard,
  reader: ShardReader,
  { isExcluded, folder, watch }: { isExcluded: IsExcluded; folder: string; watch: Watch },
): Promise<ManifestShard> {
  const out = join(folder, "writing");
  const writer = await openShardWriter({
    out,
    // A shard of another compression gets the usual one.
    compression: COMPRESSIONS.find((compression) => compression === reader.facts.codec),
    withSyncTimes: reader.fields.some(({ name }) => name === SYNC_TIME),
    shardBytes: Number.MAX_SAFE_INTEGER,
  });
  try {
    for await (const { bad } of writer.write(blocksOf(linesLeft(reader, isExcluded, watch)))) {
      for (const { error } of bad)
        throw new Failure("bad_input", `${shard.path} has a record that is not clean: ${error}`);
    }
    // Of one media type and without a limit: one shard, and the totals.
    const [written] = (await writer.finish()) as [ManifestShard];
    const place = join(folder, shard.path);
    await mkdir(dirname(place), { recursive: true });
    await rename(join(out, written.path), place);
    return { ...written, root: folder, path: shard.path, config: shard.config };
  } finally {
    await writer.abandon();
    await rm(out, { recursive: true, force: true });
  }
}

async function* linesLeft(
  reader: ShardReader,
  isExcluded: IsExcluded,
  { signal }: Watch,
): AsyncGenerator<Uint8Array> {
  const licenses: string[] = [];
  for await (const { columns } of reader.columnsOf(["license"]))
    for (const license of columns[0] ?? []) licenses.push(String(license));
  const isWanted = (row: number) => !isExcluded(licenses[row] as string);
  for await (const { bytes } of await readParquet(reader.path, { isWanted })) {
    signal?.throwIfAborted();
    yield bytes;
  }
}
