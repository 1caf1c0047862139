import type { Dirent } from "node:fs";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { errorCode, Failure, systemReason } from "../failure.js";
import { WholeFolder, writeWholeFile } from "../files/index.js";
import type { Manifest } from "../parquet/index.js";
import { filesOf, type Release, releaseOf } from "./release.js";
import { pathsIn, RELEASE_MANIFEST } from "./release-manifest.js";
import { checkPlaced, isFileOf, locateShard, placeFile, sync, type Watch } from "./shard-files.js";

/** What is published, and where. */
export interface FolderOptions extends Watch {
  readonly manifest: Manifest;
  /** Where the dataset is to stand. */
  readonly folder: string;
  /** Whether an older dataset there may be replaced. */
  readonly replace: boolean;
  /** Instead of a title made from the media types. */
  readonly title?: string | undefined;
  /** Where people ask for corrections and removals; without it the card sends them to the publisher. */
  readonly contact?: string | undefined;
}

/** What was published, as the command prints it. */
export interface Published {
  readonly target: string;
  /** All files, manifest.json included, and their bytes. */
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  /** The very same dataset stood there already and was left alone. */
  readonly unchanged: boolean;
}

/**
 * Publishes shards as a dataset folder: `README.md`, `LICENSES.md`, `manifest.json` and the shards under `data/`. The
 * folder appears under its name only when it is whole and every shard in it has the checksum of the manifest; on any
 * failure an older dataset is still there, untouched.
 *
 * The same dataset again is left alone, with or without `replace`, and the shards it was made from may be gone by then.
 *
 * Throws a `Failure`: "bad_input" for a manifest that is not true (of itself, or of the shards), "no_input" for a shard
 * that is missing, "no_output" where the folder cannot be written, holds another dataset and `replace` is false, or
 * holds anything that no dataset of ours lists.
 */
export async function publishToFolder(options: FolderOptions): Promise<Published> {
  const { manifest, folder } = options;
  const release = releaseOf(manifest, options);
  const files = filesOf(release);
  const published = {
    target: `folder:${folder}`,
    files: files.length,
    rows: release.rows,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  return orFail(folder, async () => {
    if (await holds(folder, release, options)) return { ...published, unchanged: true };
    await putInPlace(release, options);
    await checkSizes(folder, release);
    return { ...published, unchanged: false };
  });
}

async function putInPlace(release: Release, options: FolderOptions): Promise<void> {
  const { folder, replace, signal } = options;
  const ours = await isDataset(folder);
  const sources: string[] = [];
  for (const { shard } of release.shards) sources.push(await locateShard(shard));

  const whole = await WholeFolder.create(folder, { replace, what: "a dataset", recognise: () => ours });
  try {
    for (const [i, { shard, file }] of release.shards.entries()) {
      const place = join(whole.path, file.path);
      await mkdir(dirname(place), { recursive: true });
      await placeFile(sources[i] as string, place);
      // Checked where it now stands, so that what was checked is what is published.
      await checkPlaced(place, shard, options);
      await sync(place);
    }
    for (const { text, file } of release.texts) await writeWholeFile(join(whole.path, file.path), text);
    for (const path of await foldersUnder(whole.path)) await sync(path);
    signal?.throwIfAborted();
    await whole.commit();
  } finally {
    await whole.abandon();
  }
}

/** Whether a folder holds this very release and nothing else. */
async function holds(folder: string, release: Release, watch: Watch): Promise<boolean> {
  // manifest.json tells two releases apart at once; the shards, which take long, come last.
  for (const { file } of release.texts) {
    if (!(await isFileOf(join(folder, file.path), file))) return false;
  }
  if ((await filesUnder(folder)).length !== filesOf(release).length) return false;
  for (const { file } of release.shards) {
    if (!(await isFileOf(join(folder, file.path), file, watch))) return false;
  }
  return true;
}

/** Whether a folder is a dataset of ours, which may be replaced: its manifest.json lists whatever else is in it. */
async function isDataset(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, RELEASE_MANIFEST), "utf8").catch(() => "");
  const listed = pathsIn(text);
  if (!listed) return false;
  const found = await filesUnder(folder);
  return found.every((path) => path === RELEASE_MANIFEST || listed.has(path));
}

/** The paths of whatever is not a folder under a folder, with `/` between names; none where there is no such folder. */
async function filesUnder(folder: string): Promise<string[]> {
  const entries = await entriesUnder(folder);
  return entries.flatMap((entry) => (entry.isDirectory() ? [] : pathOf(folder, entry)));
}

async function foldersUnder(folder: string): Promise<string[]> {
  const entries = await entriesUnder(folder);
  return entries.flatMap((entry) => (entry.isDirectory() ? join(entry.parentPath, entry.name) : []));
}

async function entriesUnder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return [];
    throw error;
  }
}

function pathOf(folder: string, { parentPath, name }: Dirent): string {
  return relative(folder, join(parentPath, name)).split(sep).join("/");
}

/** A last look at what stands under the name now. */
async function checkSizes(folder: string, release: Release): Promise<void> {
  for (const { path, bytes } of filesOf(release)) {
    const { size } = await stat(join(folder, path));
    if (size !== bytes) {
      const sizes = `it has ${size} bytes, not ${bytes}`;
      throw new Failure(
        "no_output",
        `${join(folder, path)} is not whole (${sizes}); publish again with --replace`,
      );
    }
  }
}

/** A system error becomes a `Failure` that says what could not be done; a bug stays what it is. */
async function orFail<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure || errorCode(error) === undefined) throw error;
    throw new Failure("no_output", `cannot write ${folder}: ${systemReason(error)}`, { cause: error });
  }
}
