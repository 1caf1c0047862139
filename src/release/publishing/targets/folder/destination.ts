import type { Dirent } from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { Failure, orFail } from "../../../../base/failure.js";
import { entriesUnder, sync, WholeFolder, writeWholeFile } from "../../../../base/files/index.js";
import { CARD } from "../../checks/card-notes.js";
import { parseReleaseManifest } from "../../checks/found-release.js";
import { checkPlaced, isFileOf, locateFile, placeFile, type Watch } from "../../checks/shard-files.js";
import { filesOf, type Release } from "../../release.js";
import { notIn, RELEASE_MANIFEST, type ReleaseManifest } from "../../release-manifest.js";
import { isReleasePath } from "../../release-paths.js";
import type { Delivery, Destination } from "../destination.js";

/** Which folder a dataset is published to, and how. */
export interface FolderOptions extends Watch {
  readonly folder: string;
  /** Whether an older dataset there may be replaced. */
  readonly replace: boolean;
}

/**
 * A folder that is a dataset: `README.md`, `manifest.json`, the other pages, and the shards under `data/`. It appears
 * under its name only when it is whole and every shard in it has the checksum of the manifest; on any failure an older
 * dataset is still there, untouched.
 *
 * Its errors are `Failure`s: "bad_input" for shards that are not what the manifest says, "no_input" for one that is
 * missing, "no_output" where the folder cannot be written, holds another dataset and `replace` is false, or holds
 * anything that no dataset of ours lists.
 */
export class FolderDestination implements Destination {
  readonly name: string;
  readonly #options: FolderOptions;

  constructor(options: FolderOptions) {
    this.#options = options;
    this.name = `folder:${options.folder}`;
  }

  latest(): Promise<string | undefined> {
    return readManifestText(this.#options.folder);
  }

  readonly readCard = (): Promise<string | undefined> =>
    readFile(join(this.#options.folder, CARD), "utf8").catch(() => undefined);

  holds(release: Release): Promise<boolean> {
    return orFail("write", this.#options.folder, () => holds(this.#options.folder, release, this.#options));
  }

  async put(release: Release, latest: ReleaseManifest | undefined): Promise<Delivery> {
    const { folder } = this.#options;
    await orFail("write", folder, async () => {
      await putInPlace(release, latest, this.#options);
      await checkSizes(folder, release);
    });
    return { sent: notIn(latest, filesOf(release)) };
  }
}

async function putInPlace(
  release: Release,
  latest: ReleaseManifest | undefined,
  options: FolderOptions,
): Promise<void> {
  const { folder, replace, signal } = options;
  const ours = await isDataset(folder);
  const before = await readManifestText(folder);
  const sources: string[] = [];
  for (const { source } of release.stored) sources.push(await locateFile(source));
  const present = new Map(latest?.files.map(({ sha256, path }) => [sha256, join(folder, path)]));

  const whole = await WholeFolder.create(folder, { replace, what: "a dataset", recognise: () => ours });
  try {
    for (const [i, { source, file }] of release.stored.entries()) {
      const place = join(whole.path, file.path);
      await mkdir(dirname(place), { recursive: true });
      // A file that the last release has is not copied again, also where the shards are on another disk.
      const there = present.get(file.sha256);
      if (there !== undefined && (await isFileOf(there, file, options))) await placeFile(there, place);
      else {
        await placeFile(sources[i] as string, place);
        // Checked where it now stands, so that what was checked is what is published.
        await checkPlaced(place, source, options);
      }
      await sync(place);
    }
    for (const { text, file } of release.texts) {
      const place = join(whole.path, file.path);
      await mkdir(dirname(place), { recursive: true });
      await writeWholeFile(place, text);
    }
    for (const path of await foldersUnder(whole.path)) await sync(path);
    signal?.throwIfAborted();
    if ((await readManifestText(folder)) !== before) {
      const problem = `another publish has put a release into ${folder} meanwhile`;
      throw new Failure("no_output", `${problem}; look at it, then publish again`);
    }
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
  if ((await filesUnder(folder))?.length !== filesOf(release).length) return false;
  for (const { file } of release.stored) {
    if (!(await isFileOf(join(folder, file.path), file, watch))) return false;
  }
  return true;
}

/**
 * Whether a folder is a dataset of ours, which may be replaced: its manifest.json lists whatever else is in it, and nothing
 * that releases do not have.
 */
async function isDataset(folder: string): Promise<boolean> {
  const manifest = parseReleaseManifest((await readManifestText(folder)) ?? "");
  if (!manifest) return false;
  const listed = new Set([RELEASE_MANIFEST, ...manifest.files.map(({ path }) => path).filter(isReleasePath)]);
  return (await filesUnder(folder))?.every((path) => listed.has(path)) === true;
}

function readManifestText(folder: string): Promise<string | undefined> {
  return readFile(join(folder, RELEASE_MANIFEST), "utf8").catch(() => undefined);
}

/**
 * The paths of whatever is not a folder under a folder, with `/` between names; none where there is no such folder, and
 * undefined where a name in it is no text, so that it is not a dataset of ours.
 */
async function filesUnder(folder: string): Promise<string[] | undefined> {
  const entries = await entriesIn(folder).catch((error: unknown) => {
    if (error instanceof Failure) return undefined;
    throw error;
  });
  return entries?.flatMap((entry) => (entry.isDirectory() ? [] : pathOf(folder, entry)));
}

async function foldersUnder(folder: string): Promise<string[]> {
  const entries = await entriesIn(folder);
  return entries.flatMap((entry) => (entry.isDirectory() ? join(entry.parentPath, entry.name) : []));
}

/** Of something that is not there, or is no folder, nothing; of a folder all, or an error: files that cannot be seen may not be ours. */
async function entriesIn(folder: string): Promise<Dirent[]> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? entriesUnder(folder) : [];
}

function pathOf(folder: string, { parentPath, name }: Dirent): string {
  return relative(folder, join(parentPath, name)).split(sep).join("/");
}

/** Compares the sizes of the files once more, now that they are in place. */
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
