import { counted, listing, thousands } from "../../../base/counted.js";
import { Failure } from "../../../base/failure.js";
import {
  cleanText,
  licenseOfPair,
  licenseTitle,
  MEDIA_TYPES,
  type MediaType,
  SCHEMA_VERSION,
} from "../../../record/index.js";
import type { Counts, Manifest, ManifestShard, Others } from "../../parquet/index.js";
import { badShards, type Subset, subsetsOf } from "../checks/subsets.js";
import type { Tombstones } from "../checks/tombstones.js";
import type { Told } from "../release-manifest.js";

/** The page with the licences, below the dataset's folder. Hugging Face links only to a page of this name. */
export const LICENSE_PAGE = "LICENSE.md";

/** A value of a column and how many records have it. */
export interface Count {
  readonly name: string;
  readonly rows: number;
}

/** Of a column all of whose values are named. */
export const NO_OTHERS: Others = { names: 0, rows: 0 };

/** A licence that occurs, and how many records have it. */
export interface LicenseCount {
  /** As in the record: `by-sa`. */
  readonly license: string;
  readonly version: string;
  /** For people: `CC BY-SA 2.0`. */
  readonly title: string;
  /** The licence's own page. */
  readonly url: string;
  readonly rows: number;
}

/** What the publisher may say about a release. */
export interface ContentsOptions extends Told {
  /** Instead of a title made from the media types. */
  readonly title?: string | undefined;
  /** Where to ask for corrections and removals: an address or a page. */
  readonly contact?: string | undefined;
  /** Who made it: `Family, Given`, or an organisation. */
  readonly creators?: readonly string[] | undefined;
  /** The dataset's own page on the web. */
  readonly homepage?: string | undefined;
  /** The git repository that the files are in, where they are in one. */
  readonly repository?: string | undefined;
  /** Of a delta: the records that were deleted; undefined where nobody knows. */
  readonly tombstones?: Tombstones | undefined;
  /** Licences that were left out on purpose: `nd,nc`. */
  readonly leftOut?: string | undefined;
}

/** What a release holds, in the form in which its pages tell it. Counts are the largest first, then by name. */
export interface Contents extends Omit<ContentsOptions, "tombstones"> {
  readonly title: string;
  /** At least one. */
  readonly creators: readonly string[];
  readonly rows: number;
  /** The day of the latest `updated_on` (UTC, `2026-11-02`); null when no record has one. */
  readonly date: string | null;
  readonly subsets: readonly Subset[];
  readonly media: readonly Count[];
  readonly licenses: readonly LicenseCount[];
  readonly providers: readonly Count[];
  readonly sources: readonly Count[];
  /** What the manifest does not name, where there are too many. */
  readonly others: { readonly providers?: Others | undefined; readonly sources?: Others | undefined };
  /** Of a delta: how many tombstones come with it; null where nobody said whether there are any. */
  readonly deletions: number | null;
}

/**
 * Reads a manifest for its pages. Throws a `Failure`: "bad_input" where the manifest contradicts itself or cannot be
 * described truly (another schema version, a licence we do not know), "usage" for an empty title or contact.
 */
export function contentsOf(manifest: Manifest, options: ContentsOptions): Contents {
  const { totals, schema_version } = manifest.totals;
  if (schema_version !== SCHEMA_VERSION) {
    const versions = `${schema_version}, this ov-tools describes version ${SCHEMA_VERSION}`;
    throw badShards(`the manifest has schema version ${versions}`);
  }
  checkSums(manifest);
  const media = countsOf(totals.by_media);
  return {
    ...options,
    title: given("title", options.title) ?? `Metadata of openly licensed ${worksOf(media)}`,
    contact: given("contact", options.contact),
    creators: creatorsOf(options.creators ?? []),
    rows: totals.rows,
    date: snapshotDate(manifest.shards),
    subsets: subsetsOf(manifest.shards),
    media,
    licenses: countsOf(totals.by_license).map(licenseCount),
    providers: countsOf(totals.by_provider),
    sources: countsOf(totals.by_source),
    others: { providers: totals.others?.by_provider, sources: totals.others?.by_source },
    deletions: options.tombstones?.rows ?? null,
  };
}

/** A manifest that lost lines on its way (`grep`, `head`) would make every count of the card a false one. */
function checkSums({ shards, totals: { totals } }: Manifest): void {
  const { rows: _, others, ...columns } = totals;
  for (const [name, counts] of Object.entries(columns)) {
    const left = others?.[name as keyof typeof others]?.rows ?? 0;
    const sum = Object.values(counts).reduce((a, b) => a + b, left);
    if (sum !== totals.rows) {
      throw badShards(`the manifest's ${name} adds up to ${sum}, its total is ${totals.rows} rows`);
    }
  }
  for (const media of MEDIA_TYPES) {
    const inShards = shards.reduce((sum, shard) => sum + (shard.media === media ? shard.rows : 0), 0);
    const inTotals = totals.by_media[media] ?? 0;
    if (inShards !== inTotals) {
      const numbers = `${counted(inShards, `${media} record`)}, its totals ${thousands(inTotals)}`;
      throw badShards(`the manifest's shards have ${numbers}`);
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
  // Only the one way of writing it: "by 2" and "by 2.0" must not be two rows of a table.
  if (!known || known.license !== license || known.version !== version) {
    throw badShards(`the manifest counts records under a licence we do not know: ${JSON.stringify(name)}`);
  }
  return {
    license: known.license,
    version,
    title: licenseTitle(known.license, known.version),
    url: known.url,
    rows,
  };
}

/** The day of the latest `updated_on` (UTC, `2026-11-02`); null when no record has one. */
export function snapshotDate(shards: readonly ManifestShard[]): string | null {
  const times = shards.flatMap(({ max_updated_on }) => max_updated_on ?? []);
  // Texts of one form compare as their times do, up to the year 9999.
  const latest = times.sort().at(-1);
  return latest?.slice(0, latest.indexOf("T")) ?? null;
}

function given(what: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const cleaned = cleanText(text);
  if (cleaned === "") throw new Failure("usage", `the ${what} is empty; leave it out or say something`);
  return cleaned;
}

/** Who is named where nobody was. */
const NOBODY = "The publisher of this dataset";

function creatorsOf(names: readonly string[]): string[] {
  return names.length === 0 ? [NOBODY] : names.map((name) => given("creator", name) as string);
}

/** The dataset in one sentence. */
export function summaryOf({ rows, media, version }: Contents): string {
  const what = `${counted(rows, "record")} of openly licensed ${worksOf(media)}: metadata and links, not the media files`;
  const delta = version.since === undefined ? "" : ` What has changed since release ${version.since}.`;
  return `${what}. Each record names the licence of the work it describes.${delta}`;
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
