import { Failure } from "../failure.js";
import type { Manifest, ManifestShard } from "../parquet/index.js";
import { CONDITIONS, conditionsOf, isLicenseName } from "../record/index.js";
import { counted } from "./markdown.js";
import { countsOfShard, totalsWithout } from "./shard-counts.js";
import { locateShard, nameOf } from "./shard-files.js";
import { ShardReader } from "./shard-reader.js";

/** Whether a licence (`by-nc`) is to be left out. */
type IsExcluded = (license: string) => boolean;

/** Licences that the catalogue's API knows; its groups are parts of these. */
const CATALOGUE = ["by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd"];
const NOT_CC = ["cc0", "pdm", "sampling+", "nc-sampling+"];
const ALL = [...CATALOGUE, ...NOT_CC];

/** The groups of the catalogue's API. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  all: ALL,
  "all-cc": ALL.filter((license) => license !== "pdm"),
  commercial: ALL.filter((license) => !conditionsOf(license).includes("nc")),
  modification: ALL.filter((license) => !conditionsOf(license).includes("nd")),
};

/**
 * Reads what `--exclude-license` was given: conditions (`nd`: every licence that has it), licences (`by-nc-sa`) and
 * groups of the catalogue (`commercial`), with commas between them. Throws a `Failure` ("usage") for any other word.
 */
export function parseExclusion(words: string): IsExcluded {
  const tests = words.split(",").map((word) => testOf(word.trim().toLowerCase()));
  return (license) => tests.some((test) => test(license));
}

function testOf(word: string): IsExcluded {
  const group = Object.hasOwn(GROUPS, word) ? GROUPS[word] : undefined;
  if (group) return (license) => group.includes(license);
  // `by` is a licence and a condition of nearly all others: the licence is what people mean.
  if (word !== "by" && Object.hasOwn(CONDITIONS, word)) {
    return (license) => (conditionsOf(license) as readonly string[]).includes(word);
  }
  if (isLicenseName(word)) return (license) => license === word;
  const known = `a condition (${Object.keys(CONDITIONS).join(", ")}), a licence (by-nc-sa) or a group (${Object.keys(GROUPS).join(", ")})`;
  throw new Failure("usage", `--exclude-license: ${JSON.stringify(word)} is not ${known}`);
}

/**
 * The manifest without the shards whose licences are excluded. Records are not taken out of shards: a shard that has
 * both kinds is a `Failure` ("bad_input") that says how to make shards by licence.
 */
export async function excludeLicenses(manifest: Manifest, isExcluded: IsExcluded): Promise<Manifest> {
  const licenses = Object.keys(manifest.totals.totals.by_license).map((pair) => pair.split(" ")[0] as string);
  if (!licenses.some(isExcluded)) return manifest;
  const kept: ManifestShard[] = [];
  let { totals } = manifest.totals;
  for (const shard of manifest.shards) {
    const counts = await countsOfShard(await ShardReader.open(await locateShard(shard)));
    const out = Object.entries(counts.by_license)
      .filter(([pair]) => isExcluded(pair.split(" ")[0] as string))
      .reduce((sum, [, rows]) => sum + rows, 0);
    if (out === 0) kept.push(shard);
    else if (out === shard.rows) totals = totalsWithout(totals, shard, counts);
    else throw mixed(shard, out);
  }
  return { shards: kept, totals: { ...manifest.totals, totals } };
}

function mixed(shard: ManifestShard, out: number): Failure {
  return new Failure(
    "bad_input",
    `${nameOf(shard)}: ${counted(out, "record")} of ${shard.rows} have a licence to leave out; ` +
      "make the shards with ov-to-parquet --partition-by license, or leave the records out of the dump",
  );
}
