import { Failure } from "../failure.js";
import type { Counts, Manifest, ManifestShard } from "../parquet/index.js";
import {
  cleanText,
  licenseOfPair,
  licenseTitle,
  MEDIA_TYPES,
  type MediaType,
  SCHEMA_VERSION,
} from "../record/index.js";
import { counted, listing, thousands } from "./markdown.js";

/** A value of a column and how many records have it. */
export interface Count {
  readonly name: string;
  readonly rows: number;
}

/** A licence that occurs, and how many records have it. */
export interface LicenseCount {
  /** As in the record: `by-sa`. */
  readonly license: string;
  /** For people: `CC BY-SA 2.0`. */
  readonly title: string;
  /** The licence's own page. */
  readonly url: string;
  readonly rows: number;
}

/** A part of the dataset that is loaded by its name; Hugging Face calls it a config. */
export interface Subset {
  readonly name: string;
  /** Its shards, as a pattern below the dataset's folder: `data/image/train-*.parquet`. */
  readonly pattern: string;
  /** The first of its shards, below the dataset's folder. */
  readonly firstShard: string;
  readonly shards: number;
  readonly rows: number;
  readonly bytes: number;
}

/** What a release holds, in the form in which its pages tell it. Counts are the largest first, then by name. */
export interface Contents {
  readonly title: string;
  readonly contact: string | undefined;
  readonly rows: number;
  /** The day of the latest `updated_on` (UTC, `2026-11-02`); null when no record has one. */
  readonly date: string | null;
  readonly subsets: readonly Subset[];
  readonly media: readonly Count[];
  readonly licenses: readonly LicenseCount[];
  readonly providers: readonly Count[];
  readonly sources: readonly Count[];
}

/** What the publisher may say about a release. */
export interface ContentsOptions {
  /** Instead of a title made from the media types. */
  readonly title?: string | undefined;
  /** Where to ask for corrections and removals: an address or a page. */
  readonly contact?: string | undefined;
}

/** The folder of a dataset that holds its shards. */
export const DATA_FOLDER = "data";

/** No character that means something to YAML, to a pattern or in the names of subsets at Hugging Face. */
const SUBSET_NAME = /^[A-Za-z0-9][\w.+-]*$/;
const AGAIN = "make the shards again with ov-to-parquet";

/**
 * Reads a manifest for its pages. Throws a `Failure`: "bad_input" where the manifest contradicts itself or cannot be
 * described truly (another schema version, a licence we do not know), "usage" for an empty title or contact.
 */
export function contentsOf(manifest: Manifest, options: ContentsOptions = {}): Contents {
  const { totals, schema_version } = manifest.totals;
  if (schema_version !== SCHEMA_VERSION) {
    throw new Failure(
      "bad_input",
      `the manifest has schema version ${schema_version}, this ov-tools describes version ${SCHEMA_VERSION}; ${AGAIN}`,
    );
  }
  checkSums(manifest);
  const media = countsOf(totals.by_media);
  return {
    title: given("title", options.title) ?? `Metadata of openly licensed ${worksOf(media)}`,
    contact: given("contact", options.contact),
    rows: totals.rows,
    date: dateOf(manifest.shards),
    subsets: subsetsOf(manifest.shards),
    media,
    licenses: countsOf(totals.by_license).map(licenseCount),
    providers: countsOf(totals.by_provider),
    sources: countsOf(totals.by_source),
  };
}

/** A manifest that lost lines on its way (`grep`, `head`) would make every count of the card a false one. */
function checkSums({ shards, totals: { totals } }: Manifest): void {
  const { rows: _, ...columns } = totals;
  for (const [name, counts] of Object.entries(columns)) {
    const sum = Object.values(counts).reduce((a, b) => a + b, 0);
    if (sum !== totals.rows) {
      const message = `the manifest's ${name} adds up to ${sum}, its total is ${totals.rows} rows; ${AGAIN}`;
      throw new Failure("bad_input", message);
    }
  }
  for (const media of MEDIA_TYPES) {
    const inShards = shards.reduce((sum, shard) => sum + (shard.media === media ? shard.rows : 0), 0);
    const inTotals = totals.by_media[media] ?? 0;
    if (inShards !== inTotals) {
      throw new Failure(
        "bad_input",
        `the manifest's shards have ${counted(inShards, `${media} record`)}, its totals ${thousands(inTotals)}; ${AGAIN}`,
      );
    }
  }
}

function countsOf(counts: Counts): Count[] {
  return Object.entries(counts)
    .map(([name, rows]) => ({ name, rows }))
    .sort((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1));
}

function licenseCount({ name, rows }: Count): LicenseCount {
  const [, license, version] = /^(\S+) (\S+)$/.exec(name) ?? [];
  const known = licenseOfPair(license, version);
  if (known?.version !== version || !known) {
    const message = `the manifest counts records under a licence we do not know: ${JSON.stringify(name)}`;
    throw new Failure("bad_input", `${message}; ${AGAIN}`);
  }
  return { license: known.license, title: licenseTitle(known.license, known.version), url: known.url, rows };
}

function dateOf(shards: readonly ManifestShard[]): string | null {
  const times = shards.flatMap(({ max_updated_on }) => max_updated_on ?? []);
  // Texts of one form compare as their times do, up to the year 9999.
  const latest = times.sort().at(-1);
  return latest?.slice(0, latest.indexOf("T")) ?? null;
}

/** In the order of the media types, then by name; the first is the one that loads without a name. */
function subsetsOf(shards: readonly ManifestShard[]): Subset[] {
  const subsets = new Map<string, ManifestShard[]>();
  for (const media of MEDIA_TYPES) {
    const own = shards
      .filter((shard) => shard.media === media)
      .sort((a, b) => (a.config < b.config ? -1 : 1));
    for (const shard of own) subsets.set(shard.config, [...(subsets.get(shard.config) ?? []), shard]);
  }
  checkSubsets(subsets);
  return [...subsets].map(([name, own]) => subsetOf(name, own));
}

/** A subset is loaded by the pattern of its folder, as one table: it has one folder to itself, and one schema. */
function checkSubsets(subsets: ReadonlyMap<string, readonly ManifestShard[]>): void {
  const owners = new Map<string, string>();
  for (const [name, shards] of subsets) {
    const folders = new Set(shards.map(({ path }) => folderOf(path)));
    const [folder = "", another] = folders;
    const owner = owners.get(folder);
    if (!SUBSET_NAME.test(name)) throw badSubset(`${JSON.stringify(name)} is no name for a subset`);
    if (new Set(shards.map(({ media }) => media)).size > 1) {
      throw badSubset(`the subset ${name} mixes images and audio`);
    }
    if (another !== undefined)
      throw badSubset(`the subset ${name} is in two folders, ${folder} and ${another}`);
    if (owner !== undefined) throw badSubset(`the subsets ${owner} and ${name} are in one folder, ${folder}`);
    owners.set(folder, name);
  }
}

function badSubset(problem: string): Failure {
  return new Failure("bad_input", `${problem}; ${AGAIN}`);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function subsetOf(name: string, shards: readonly ManifestShard[]): Subset {
  const paths = shards.map(({ path }) => `${DATA_FOLDER}/${path}`).sort();
  const firstShard = paths[0] as string;
  return {
    name,
    pattern: `${folderOf(firstShard)}/train-*.parquet`,
    firstShard,
    shards: shards.length,
    rows: shards.reduce((sum, { rows }) => sum + rows, 0),
    bytes: shards.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function given(what: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const cleaned = cleanText(text);
  if (cleaned === "") throw new Failure("usage", `the ${what} is empty; leave it out or say something`);
  return cleaned;
}

/** The media types that occur. */
export function mediaTypesOf(media: readonly Count[]): MediaType[] {
  return MEDIA_TYPES.filter((type) => media.some(({ name, rows }) => name === type && rows > 0));
}

/** The works of a release in words: `images and audio`; `media` when there are none. */
export function worksOf(media: readonly Count[]): string {
  return listing(mediaTypesOf(media).map((type) => MEDIA_WORDS[type])) || "media";
}

const MEDIA_WORDS: Readonly<Record<MediaType, string>> = { image: "images", audio: "audio" };
