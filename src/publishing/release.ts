import { createHash } from "node:crypto";
import type { Manifest, ManifestShard } from "../parquet/index.js";
import { type ContentsOptions, contentsOf } from "./contents.js";
import { datasetCard } from "./dataset-card.js";
import { LICENSE_PAGE } from "./front-matter.js";
import { licensePage } from "./license-page.js";
import { RELEASE_MANIFEST, type ReleaseFile, releaseManifest, type Version } from "./release-manifest.js";
import { DATA_FOLDER } from "./subsets.js";

/** A shard that is to be put at `file.path`. */
export interface ReleaseShard {
  readonly shard: ManifestShard;
  readonly file: ReleaseFile;
}

/** A file whose text is made here. */
export interface ReleaseText {
  readonly text: string;
  readonly file: ReleaseFile;
}

/** Everything that a target has to put in place. It says nothing of the target: every target gets the same bytes. */
export interface Release {
  readonly version: Version;
  readonly rows: number;
  readonly shards: readonly ReleaseShard[];
  /** README.md, LICENSES.md and manifest.json. */
  readonly texts: readonly ReleaseText[];
}

/**
 * Makes a release of a manifest. Nothing is read but the manifest. Throws a `Failure` where it cannot be described
 * truly (see `contentsOf`).
 */
export function releaseOf(manifest: Manifest, options: ContentsOptions): Release {
  const contents = contentsOf(manifest, options);
  const shards = manifest.shards.map((shard) => {
    const { path, bytes, sha256, rows } = shard;
    return { shard, file: { path: `${DATA_FOLDER}/${path}`, bytes, sha256, rows } };
  });
  const pages = [textFile("README.md", datasetCard(contents)), textFile(LICENSE_PAGE, licensePage(contents))];
  const files = [...pages, ...shards].map(({ file }) => file);
  const list = textFile(
    RELEASE_MANIFEST,
    releaseManifest(files, manifest.totals, options.version, options.schemas),
  );
  return { version: options.version, rows: contents.rows, shards, texts: [...pages, list] };
}

/** Every file of a release, manifest.json included. */
export function filesOf({ shards, texts }: Release): ReleaseFile[] {
  return [...texts, ...shards].map(({ file }) => file);
}

function textFile(path: string, text: string): ReleaseText {
  const bytes = Buffer.from(text);
  return {
    text,
    file: { path, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") },
  };
}
