import type { Counts, ManifestTotals } from "../parquet/index.js";

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
  readonly rows?: number;
}

/**
 * manifest.json: every file but itself with its size and checksum, and the totals of the shards' manifest. Files and
 * names are in order, so that two releases compare with `diff`. It names the tool without its version: a newer one that
 * writes the same files must not make a new release of them.
 */
export function releaseManifest(
  files: readonly ReleaseFile[],
  { totals, schema_version }: ManifestTotals,
): string {
  const manifest = {
    format_version: FORMAT_VERSION,
    schema_version,
    tool: "ov-tools",
    rows: totals.rows,
    files: [...files]
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map(({ path, bytes, sha256, rows }) => ({
        path,
        bytes,
        sha256,
        ...(rows === undefined ? {} : { rows }),
      })),
    totals: {
      rows: totals.rows,
      by_media: inOrder(totals.by_media),
      by_license: inOrder(totals.by_license),
      by_provider: inOrder(totals.by_provider),
      by_source: inOrder(totals.by_source),
    },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function inOrder(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The paths that a manifest.json of ours lists; undefined for any other text. */
export function pathsIn(text: string): ReadonlySet<string> | undefined {
  try {
    const { tool, format_version, files } = JSON.parse(text);
    if (tool !== "ov-tools" || typeof format_version !== "number" || !Array.isArray(files)) return undefined;
    return new Set(files.map((file) => String(file?.path)));
  } catch {
    return undefined;
  }
}
