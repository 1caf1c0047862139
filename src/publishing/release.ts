import { createHash } from "node:crypto";
import type { Manifest, ManifestShard } from "../parquet/index.js";
import { barChart } from "./chart.js";
import { CITATION_FILE, citationFile } from "./citation-file.js";
import { type ContentsOptions, contentsOf, LICENSE_PAGE, summaryOf } from "./contents.js";
import { CROISSANT, croissant } from "./croissant.js";
import { DATA_PACKAGE, dataPackage } from "./data-package.js";
import { datasetCard, LICENSE_CHART, PROVIDER_CHART } from "./dataset-card.js";
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

/** What catalogues are told of a release. */
export interface About {
  readonly title: string;
  /** One or two sentences. */
  readonly summary: string;
  /** As they were given; there may be none. */
  readonly creators: readonly string[];
}

/** Everything that a target has to put in place. It says nothing of the target: every target gets the same bytes. */
export interface Release {
  readonly version: Version;
  readonly about: About;
  readonly rows: number;
  readonly shards: readonly ReleaseShard[];
  /** The pages, and manifest.json as the last of them. */
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
  const inOrder = shards.map(({ file }) => file).sort((a, b) => (a.path < b.path ? -1 : 1));
  const licenses = contents.licenses.map(({ title, rows }) => ({ name: title, rows }));
  const pages = [
    textFile("README.md", datasetCard(contents)),
    textFile(LICENSE_PAGE, licensePage(contents)),
    textFile(LICENSE_CHART, barChart("Records by licence", licenses)),
    textFile(PROVIDER_CHART, barChart("Records by provider", contents.providers)),
    textFile(CROISSANT, croissant(contents, inOrder)),
    textFile(DATA_PACKAGE, dataPackage(contents, inOrder)),
    textFile(CITATION_FILE, citationFile(contents)),
  ];
  const files = [...pages, ...shards].map(({ file }) => file);
  const list = textFile(
    RELEASE_MANIFEST,
    releaseManifest(files, manifest.totals, options.version, options.schemas),
  );
  const about = { title: contents.title, summary: summaryOf(contents), creators: options.creators ?? [] };
  return { version: options.version, about, rows: contents.rows, shards, texts: [...pages, list] };
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
