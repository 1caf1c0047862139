import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import type { Manifest, ManifestShard, ManifestTotals } from "../parquet/index.js";
import { parseReleaseManifest } from "./checks/found-release.js";
import type { ContentsOptions } from "./pages/contents.js";
import { filesOf, releaseOf } from "./release.js";
import type { Version } from "./release-manifest.js";
import { FolderDestination, type FolderOptions } from "./targets/folder/destination.js";

/** For tests: small manifests, and shards whose bytes are any bytes. */

export const TOTALS = {
  rows: 1234,
  by_media: { image: 1230, audio: 4 },
  by_license: { "by-nc-sa 2.0": 1000, "cc0 1.0": 200, "pdm 1.0": 30, "by 4.0": 4 },
  by_provider: { flickr: 1200, jamendo: 4, met: 30 },
  by_source: { flickr: 1100, nasa: 100, jamendo: 4, met: 30 },
};

/** A totals line; `changes` replace members of `totals`. */
export function totalsOf(changes: Partial<ManifestTotals["totals"]> = {}): ManifestTotals {
  return { totals: { ...TOTALS, ...changes }, schema_version: 1 };
}

/** The totals of a manifest without shards. */
export const EMPTY: Manifest = {
  shards: [],
  totals: totalsOf({ rows: 0, by_media: {}, by_license: {}, by_provider: {}, by_source: {} }),
};

/** The line of a shard with these bytes. */
export function shardOf(
  path: string,
  content: string | Uint8Array,
  changes: Partial<ManifestShard> = {},
): ManifestShard {
  const media = path.startsWith("audio/") ? "audio" : "image";
  return {
    root: "build/shards",
    path,
    media,
    config: media,
    rows: 1,
    bytes: Buffer.byteLength(content),
    uncompressed_bytes: 2 * Buffer.byteLength(content),
    sha256: createHash("sha256").update(content).digest("hex"),
    min_updated_on: null,
    max_updated_on: null,
    ...changes,
  };
}

const CONTENTS: readonly (readonly [path: string, content: string, rows: number, updated: string | null])[] =
  [
    ["audio/train-00000-of-00001.parquet", "sound", 4, null],
    ["image/train-00000-of-00002.parquet", "picture", 1000, "2026-11-02T23:59:59.999Z"],
    ["image/train-00001-of-00002.parquet", "another picture", 230, "2026-10-31T00:00:00.000Z"],
  ];

/** A manifest of three shards that adds up. */
export function sampleManifest(root = "build/shards"): Manifest {
  const shards = CONTENTS.map(([path, content, rows, max_updated_on]) =>
    shardOf(path, content, { root, rows, max_updated_on }),
  );
  return { shards, totals: totalsOf() };
}

/** A new folder that goes when the test ends. */
export async function newFolder(t: TestContext, parent = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(parent, "ov-publish-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A new folder with the sample's shards under `shards`, and their manifest. */
export async function sampleShards(
  t: TestContext,
): Promise<{ work: string; root: string; manifest: Manifest }> {
  const work = await newFolder(t);
  const root = join(work, "shards");
  for (const [path, content] of CONTENTS) await put(join(root, path), content);
  return { work, root, manifest: sampleManifest(root) };
}

/** Writes a file and the folders above it. */
export async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** All files under a folder with their bytes as text, in order. */
export async function read(folder: string): Promise<Record<string, string>> {
  const paths = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const texts = await Promise.all(paths.map((path) => readFile(path, "latin1")));
  return Object.fromEntries(paths.map((path, i) => [path.slice(folder.length + 1), texts[i] as string]));
}

/** The version of a first release. */
export const VERSION: Version = {
  version: "2026-11-02",
  date: "2026-11-02",
  tool_version: "1.2.3",
  previous: null,
  changes: null,
};

/** What pages and releases are made with; the schema is that of the column table. */
export function sampleOptions(change: Partial<ContentsOptions> = {}): ContentsOptions {
  return { version: VERSION, schemas: {}, ...change };
}

/** Publishes any bytes to a folder, without a look into the shards. */
export async function publishToFolder({
  manifest,
  title,
  latest,
  ...options
}: FolderOptions & { manifest: Manifest; title?: string; latest?: "there" }) {
  const destination = new FolderDestination(options);
  const release = releaseOf(manifest, sampleOptions({ title }));
  const unchanged = await destination.holds(release);
  // As `publish` reads it, or as if there were nothing.
  const text = latest && (await destination.latest());
  if (!unchanged) await destination.put(release, text ? parseReleaseManifest(text) : undefined);
  return { files: filesOf(release).length, rows: release.rows, unchanged };
}
