import { heldSecrets } from "../../base/secrets/index.js";
import type { Manifest } from "../parquet/index.js";
import { CARD } from "./checks/card-notes.js";
import type { LocalFile } from "./checks/shard-files.js";
import { DATA_FOLDER } from "./checks/subsets.js";
import { DELETIONS } from "./checks/tombstones.js";
import { barChart } from "./pages/chart.js";
import { CITATION_FILE, citationFile } from "./pages/citation-file.js";
import {
  type Contents,
  type ContentsOptions,
  contentsOf,
  LICENSE_PAGE,
  summaryOf,
} from "./pages/contents.js";
import { CROISSANT, croissant } from "./pages/croissant.js";
import { DATA_PACKAGE, dataPackage } from "./pages/data-package.js";
import { datasetCard, LICENSE_CHART, PROVIDER_CHART } from "./pages/dataset-card.js";
import { licensePage } from "./pages/license-page.js";
import {
  RELEASE_MANIFEST,
  type ReleaseFile,
  releaseManifest,
  sha256Of,
  type Version,
  withoutSyncTimes,
} from "./release-manifest.js";

/** A file of this machine that is to be put at `file.path` as it is. */
export interface StoredFile {
  readonly source: LocalFile;
  readonly file: ReleaseFile;
}

/** A file whose text is made here. */
export interface ReleaseText {
  readonly text: string;
  readonly file: ReleaseFile;
  /** A secret that this process holds was cut out of it. */
  readonly isCut?: true;
}

/** What catalogues are told of a release. */
export interface About extends Pick<Contents, "title" | "licenses"> {
  /** One or two sentences. */
  readonly summary: string;
  /** As they were given; the list may be empty. */
  readonly creators: readonly string[];
}

/**
 * Everything that a target has to put in place. Every target gets the same bytes, but for where the dataset is to be found:
 * its page, and the repository that croissant.json names on the Hub.
 */
export interface Release {
  readonly version: Version;
  readonly about: About;
  readonly rows: number;
  /** The shards, and the tombstones of a delta. */
  readonly stored: readonly StoredFile[];
  /** The pages, and manifest.json as the last of them. */
  readonly texts: readonly ReleaseText[];
}

/**
 * Makes a release of a manifest. No file is read. Throws a `Failure` where it cannot be described
 * truly (see `contentsOf`).
 */
export function releaseOf(manifest: Manifest, options: ContentsOptions): Release {
  const contents = contentsOf(manifest, options);
  const stored = manifest.shards.map((shard) => storedAt(`${DATA_FOLDER}/${shard.path}`, shard));
  const shards = stored.map(({ file }) => file).sort((a, b) => (a.path < b.path ? -1 : 1));
  const { tombstones: given } = options;
  const tombstones = given?.rows ? { ...storedAt(DELETIONS, given), members: given.members } : undefined;
  if (tombstones) stored.push(tombstones);
  const licenses = contents.licenses.map(({ title, rows }) => ({ name: title, rows }));
  const pages = [
    textFile(CARD, datasetCard(contents)),
    textFile(LICENSE_PAGE, licensePage(contents)),
    textFile(LICENSE_CHART, barChart("Records by licence", licenses)),
    textFile(PROVIDER_CHART, barChart("Records by provider", contents.providers, contents.others.providers)),
    textFile(CROISSANT, croissant(contents, shards, tombstones)),
    textFile(DATA_PACKAGE, dataPackage(contents, shards, tombstones)),
    textFile(CITATION_FILE, citationFile(contents)),
  ];
  const files = [...pages, ...stored].map(({ file }) => file);
  const list = textFile(RELEASE_MANIFEST, releaseManifest(files, manifest.totals, contents));
  const about = { ...contents, summary: summaryOf(contents), creators: options.creators ?? [] };
  return { version: options.version, about, rows: contents.rows, stored, texts: [...pages, list] };
}

/**
 * The same release with the manifest.json that a target has of it already: made on another night, it may say other times
 * of syncs, and a release that is there does not change. Undefined where that is of another release.
 */
export function asItStands(release: Release, text: string): Release | undefined {
  const own = manifestOf(release);
  if (text === own) return release;
  if (withoutSyncTimes(text) !== withoutSyncTimes(own)) return undefined;
  return { ...release, texts: [...release.texts.slice(0, -1), textFile(RELEASE_MANIFEST, text)] };
}

/** The text of manifest.json, which is the last of the texts. */
export function manifestOf({ texts }: Release): string {
  return texts.at(-1)?.text ?? "";
}

/** Every file of a release, manifest.json included. */
export function filesOf({ stored, texts }: Release): ReleaseFile[] {
  return [...texts, ...stored].map(({ file }) => file);
}

function storedAt(path: string, source: LocalFile & { readonly rows: number }): StoredFile {
  const { bytes, sha256, rows } = source;
  return { source, file: { path, bytes, sha256, rows } };
}

/** Secrets stay here: a page tells what people wrote and what servers answered, and both may quote one. */
function textFile(path: string, given: string): ReleaseText {
  const text = heldSecrets().hide(given);
  const bytes = Buffer.from(text);
  const file = { path, bytes: bytes.length, sha256: sha256Of(text) };
  return { text, file, ...(text !== given && { isCut: true }) };
}
