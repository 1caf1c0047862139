import { createHash } from "node:crypto";
import type { MediaType } from "../../record/index.js";
import type { Counts, ManifestShard, ManifestTotals, SyncTimes } from "../parquet/index.js";
import type { Field } from "./checks/shard-reader.js";

/** The name of the manifest in a dataset's folder. */
export const RELEASE_MANIFEST = "manifest.json";
/** Bumped when a member of manifest.json is removed or changes its meaning. */
export const FORMAT_VERSION = 1;

/** A file of a release. */
export interface ReleaseFile {
  /** Below the dataset's folder, with `/` between names: `data/image/train-00000-of-00012.parquet`. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Of a shard. */
  readonly rows?: number | undefined;
}

type Totals = ManifestTotals["totals"];

/** The columns of each media type that occurs, as the shards have them. */
export type Schemas = Readonly<Partial<Record<MediaType, readonly Field[]>>>;

/** An opt-out list, as a release tells of it. Its rules name people, so nothing more is told. */
export interface OptOutNote {
  /** Its file, without folders. */
  readonly list: string;
  readonly rules: number;
}

/** What is told of a release beside its files and totals. */
export interface Told {
  readonly version: Version;
  readonly schemas: Schemas;
  /** The opt-out list that no record is named by. */
  readonly optOuts?: OptOutNote | undefined;
  /** The publisher's own text for the card, in Markdown; empty for none. */
  readonly notes?: string | undefined;
}

/** What a release is called and what came before it. */
export interface Version {
  /** A date, or the name that was given. */
  readonly version: string;
  /** The day of the latest change of a record, else of the publish: `2026-11-02`. */
  readonly date: string;
  /** Of ov-tools: `1.2.3`. */
  readonly tool_version: string;
  /** The latest release when this one was made; null for the first one. */
  readonly previous: string | null;
  /** Of a delta: the release that its changes are to be applied to. */
  readonly since?: string | undefined;
  /** What is different from the previous release; null where there is none, or it cannot be told. */
  readonly changes: Changes | null;
}

/** The difference of two releases: new minus old, what is equal left out. */
export interface Changes {
  readonly rows: number;
  readonly by_license: Counts;
  readonly by_provider: Counts;
  readonly shards: { readonly added: number; readonly unchanged: number; readonly removed: number };
}

/** What manifest.json holds. */
export interface ReleaseManifest extends Version {
  readonly format_version: number;
  readonly schema_version: number;
  readonly tool: "ov-tools";
  readonly rows: number;
  /** Of a delta: how many tombstones come with it; null where it came without a list of them. */
  readonly deletions?: number | null | undefined;
  /** The opt-out list that no record is named by. */
  readonly opt_outs?: OptOutNote | undefined;
  /** The publisher's own text on the card, where there is one. */
  readonly notes?: { readonly sha256: string } | undefined;
  readonly files: readonly ReleaseFile[];
  readonly totals: ManifestTotals["totals"];
  /** When each provider was last synced, as of this release; the one member that may differ where the release is the same. */
  readonly last_synced?: SyncTimes | undefined;
  readonly schema: Schemas;
}

/**
 * manifest.json: every file but itself with its size and checksum, the schema of the shards, and the totals of their
 * manifest. Files and names are in order, so that two releases compare with `diff`.
 */
export function releaseManifest(
  files: readonly ReleaseFile[],
  manifest: ManifestTotals,
  { version: about, schemas, deletions, optOuts, notes }: Told & { readonly deletions: number | null },
): string {
  const { version, date, tool_version, previous, since, changes } = about;
  const { totals, schema_version } = manifest;
  return textOf({
    format_version: FORMAT_VERSION,
    schema_version,
    tool: "ov-tools",
    tool_version,
    version,
    date,
    previous,
    since,
    rows: totals.rows,
    deletions: since === undefined ? undefined : deletions,
    opt_outs: optOuts && { list: optOuts.list, rules: optOuts.rules },
    notes: notes === undefined ? undefined : { sha256: sha256Of(notes) },
    files: [...files]
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map(({ path, bytes, sha256, rows }) => ({ path, bytes, sha256, rows })),
    totals: {
      rows: totals.rows,
      by_media: inOrder(totals.by_media),
      by_license: inOrder(totals.by_license),
      by_provider: inOrder(totals.by_provider),
      by_source: inOrder(totals.by_source),
      ...(totals.others && { others: totals.others }),
    },
    last_synced: syncTimesOf(manifest),
    schema: schemas,
    changes,
  } satisfies ReleaseManifest);
}

function textOf(manifest: object): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** When the providers that occur were last synced, in order; undefined where the manifest does not say. */
export function syncTimesOf({
  totals,
  last_synced,
}: Pick<ManifestTotals, "totals" | "last_synced">): SyncTimes | undefined {
  if (!last_synced) return undefined;
  const own = Object.entries(last_synced).filter(([provider]) => Object.hasOwn(totals.by_provider, provider));
  return inOrder(Object.fromEntries(own));
}

/** The text of a manifest.json without what changes every night: two of the same release are then the same. */
export function withoutSyncTimes(text: string): string {
  try {
    const { last_synced: _, ...manifest } = JSON.parse(text);
    return textOf(manifest);
  } catch {
    return text;
  }
}

function inOrder<T>(values: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is different between a release and the one before it. */
export function changesSince(
  previous: ReleaseManifest,
  { totals }: ManifestTotals,
  shards: readonly ManifestShard[],
): Changes {
  const before = new Set(
    previous.files.flatMap(({ path, sha256 }) => (path.endsWith(".parquet") ? [sha256] : [])),
  );
  const now = new Set(shards.map(({ sha256 }) => sha256));
  const unchanged = [...now].filter((sha256) => before.has(sha256)).length;
  return {
    rows: totals.rows - previous.rows,
    by_license: difference(previous.totals, totals, "by_license"),
    by_provider: difference(previous.totals, totals, "by_provider"),
    shards: { added: now.size - unchanged, unchanged, removed: before.size - unchanged },
  };
}

function difference(before: Totals, after: Totals, column: "by_license" | "by_provider"): Counts {
  // What is not named may be among the others.
  const isKnown = (name: string) =>
    [before, after].every((totals) => !totals.others?.[column] || Object.hasOwn(totals[column], name));
  const names = [...new Set([...Object.keys(before[column]), ...Object.keys(after[column])])].sort();
  return Object.fromEntries(
    names
      .filter(isKnown)
      .map((name) => [name, countOf(after[column], name) - countOf(before[column], name)] as const)
      .filter(([, rows]) => rows !== 0),
  );
}

function countOf(counts: Counts, name: string): number {
  return Object.hasOwn(counts, name) ? (counts[name] as number) : 0;
}

/** The SHA-256 of a text, in lower-case hexadecimal. */
export function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The files of which the latest release has no copy, under whatever name: their bytes have to be sent. */
export function notIn(
  latest: ReleaseManifest | undefined,
  files: readonly ReleaseFile[],
): readonly ReleaseFile[] {
  const present = new Set(latest?.files.map(({ sha256 }) => sha256));
  return files.filter(({ sha256 }) => !present.has(sha256));
}

/** How many bytes some files have. */
export function bytesOf(files: readonly ReleaseFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
