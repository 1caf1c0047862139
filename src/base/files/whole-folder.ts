import { readFileSync } from "node:fs";
import { mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { errorCode, Failure, orFail } from "../failure.js";
import { followed, withoutSlashes } from "./links.js";
import { entriesUnder } from "./listing.js";
import { asideName, isAside, keptAlive, leftoversOf, removeLeftovers, temporaryName } from "./temporary.js";
import { handOn } from "./whole-file.js";

/** What may stand where a new folder is to be put. */
export interface FolderRules {
  /** Whether an older folder of the same kind may be replaced. */
  readonly replace: boolean;
  /** What the folder holds, for messages: `shards`, `a dataset`. */
  readonly what: string;
  /**
   * Tells whether a folder is of this kind by the paths of all that is in it, however deep: `image/` of a folder,
   * `image/train-….parquet` of anything else. Any other is never replaced.
   */
  readonly recognise: (paths: readonly string[]) => boolean;
}

/**
 * A folder that stands under its name only after `commit`: filled beside it under a temporary name, then renamed
 * in one step. An older folder of the same kind is replaced only when the rules allow it; a folder of anything
 * else never is. A link stays, and leads to the new folder.
 */
export class WholeFolder {
  /** Where to put the files until `commit`. */
  readonly path: string;
  /** As it was named, for messages. */
  readonly #name: string;
  /** Where it goes, links followed. */
  readonly #final: string;
  readonly #rules: FolderRules;
  readonly #endLife: () => void;
  #done = false;

  private constructor(name: string, final: string, rules: FolderRules) {
    this.#name = name;
    this.#final = final;
    this.#rules = rules;
    this.path = temporaryName(final);
    this.#endLife = keptAlive(this.path);
  }

  /** Checks what stands at `name` and makes an empty folder beside it; what an earlier crash left is removed. */
  static async create(name: string, rules: FolderRules): Promise<WholeFolder> {
    const final = await orFail("create", name, async () => followed(name));
    if ([name, final].some((path) => NO_NAME.test(withoutSlashes(path)))) {
      throw new Failure("no_output", `${name} has no name to put a new folder under; name a folder`);
    }
    await putBack(name, final);
    await checkTarget(name, final, rules);
    const folder = new WholeFolder(name, final, rules);
    try {
      await orFail("create", name, async () => {
        // Where a link leads to nothing, a disk may not be mounted: nothing is made in its place.
        if (final === withoutSlashes(name)) await mkdir(dirname(folder.path), { recursive: true });
        await removeLeftovers(final);
        await mkdir(folder.path);
      });
    } catch (error) {
      folder.#endLife();
      throw error;
    }
    return folder;
  }

  /** Puts the folder in place. The files in it have to be synced by who wrote them. */
  async commit(): Promise<void> {
    // Again: another run may have put its folder there meanwhile.
    await checkTarget(this.#name, this.#final, this.#rules);
    const old = asideName(this.path);
    await orFail("replace", this.#name, async () => {
      await likeOlder(this.#final, this.path);
      await sync(this.path);
      const replaced = await moveAway(this.#final, old);
      try {
        await rename(this.path, this.#final);
      } catch (error) {
        if (replaced) await rename(old, this.#final);
        throw error;
      }
      await sync(dirname(this.path));
      this.#done = true;
      this.#endLife();
      if (replaced) await rm(old, { recursive: true, force: true });
    });
  }

  /** Leaves nothing behind. Does nothing after `commit`. */
  async abandon(): Promise<void> {
    this.#endLife();
    if (!this.#done) await rm(this.path, { recursive: true, force: true });
  }
}

/** Paths that end with no name of their own: nothing can be put beside them. */
const NO_NAME = /(?:^|\/)\.{0,2}$/;

/** A folder that was there has its mode for a reason: its owner alone may read it, or a group shares it. */
async function likeOlder(older: string, newer: string): Promise<void> {
  const handle = await open(newer, "r");
  try {
    await handOn(await stat(older).catch(() => undefined), handle);
  } finally {
    await handle.close();
  }
}

/** A run that died between its two renames left the folder that it was replacing aside: back it goes. */
async function putBack(name: string, final: string): Promise<void> {
  if (await exists(final)) return;
  const aside = (await leftoversOf(final)).find(isAside);
  if (aside !== undefined) await orFail("create", name, () => rename(aside, final));
}

async function checkTarget(
  name: string,
  final: string,
  { replace, what, recognise }: FolderRules,
): Promise<void> {
  const paths = await pathsIn(final).catch(async (error: unknown) => {
    if (errorCode(error) === "ENOENT") return [];
    // ENOTDIR says as well that a part of the path is a file.
    if (errorCode(error) === "ENOTDIR" && (await exists(final)))
      throw new Failure("no_output", `${name} is a file; name a folder`);
    return orFail("create", name, () => Promise.reject(error));
  });
  if (await isMounted(final)) {
    throw new Failure("no_output", `${name} is where a disk is mounted, which stays; name a folder in it`);
  }
  if (paths?.length === 0) return;
  if (!paths || !recognise(paths)) {
    throw new Failure("no_output", `${name} holds other files; name a new or an empty folder`);
  }
  if (!replace) {
    throw new Failure(
      "no_output",
      `${name} holds ${what} already; name another folder, or replace it with --replace`,
    );
  }
}

/** The paths of all that is in a folder; undefined where one has a name that is no text, which is not of ours. */
async function pathsIn(folder: string): Promise<string[] | undefined> {
  const entries = await entriesUnder(folder).catch((error: unknown) => {
    if (error instanceof Failure) return undefined;
    throw error;
  });
  return entries?.map((entry) => {
    const path = relative(folder, join(entry.parentPath, entry.name));
    return entry.isDirectory() ? `${path}/` : path;
  });
}

/** Whether a disk, or a volume of a container, begins at a folder: it cannot be renamed, which would show at the end only. */
async function isMounted(folder: string): Promise<boolean> {
  try {
    const path = await realpath(folder);
    // proc(5): the fifth field, in which blanks are octal numbers.
    const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
    return mounts.some((line) => unescaped(line.split(" ")[4] ?? "") === path);
  } catch {
    // Nothing is there yet, or not Linux.
    return false;
  }
}

function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Moves a folder out of the way; says whether there was one. */
async function moveAway(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** Writes a file, or the names in a folder, through to the disk: they outlast a power cut then. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
