import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode, Failure } from "../failure.js";
import { leftoversOf, orFail, removeLeftovers, temporaryName } from "./whole-file.js";

/** What may stand where a new folder is to be put. */
export interface FolderRules {
  /** Whether an older folder of the same kind may be replaced. */
  readonly replace: boolean;
  /** What the folder holds, for messages: `shards`, `a dataset`. */
  readonly what: string;
  /** Tells from its entries whether a folder is of this kind; any other is never replaced. */
  readonly recognise: (entries: readonly string[]) => boolean;
}

/**
 * A folder that stands under its name only after `commit`: filled beside it under a temporary name, then renamed
 * in one step. An older folder of the same kind is replaced only when the rules allow it; a folder of anything
 * else never is.
 */
export class WholeFolder {
  /** Where to put the files until `commit`. */
  readonly path: string;
  readonly #final: string;
  readonly #rules: FolderRules;
  #done = false;

  private constructor(final: string, rules: FolderRules) {
    this.#final = final;
    this.#rules = rules;
    this.path = temporaryName(final);
  }

  /** Checks what stands at `final` and makes an empty folder beside it; what an earlier crash left is removed. */
  static async create(final: string, rules: FolderRules): Promise<WholeFolder> {
    if (/(?:^|\/)\.{0,2}$/.test(final.replace(/\/+$/, ""))) {
      throw new Failure("no_output", `${final} has no name to put a new folder under; name a folder`);
    }
    await putBack(final);
    await checkTarget(final, rules);
    const folder = new WholeFolder(final, rules);
    await orFail("create", final, async () => {
      await mkdir(dirname(folder.path), { recursive: true });
      await removeLeftovers(final);
      await mkdir(folder.path);
    });
    return folder;
  }

  /** Puts the folder in place. The files in it have to be synced by who wrote them. */
  async commit(): Promise<void> {
    // Again: another run may have put its folder there meanwhile.
    await checkTarget(this.#final, this.#rules);
    const old = `${temporaryName(this.#final)}-old`;
    await orFail("replace", this.#final, async () => {
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
      if (replaced) await rm(old, { recursive: true, force: true });
    });
  }

  /** Leaves nothing behind. Does nothing after `commit`. */
  async abandon(): Promise<void> {
    if (!this.#done) await rm(this.path, { recursive: true, force: true });
  }
}

/** A run that died between its two renames left the folder that it was replacing aside: back it goes. */
async function putBack(final: string): Promise<void> {
  if (await exists(final)) return;
  const aside = (await leftoversOf(final)).find((leftover) => leftover.endsWith("-old"));
  if (aside !== undefined) await orFail("create", final, () => rename(aside, final));
}

async function checkTarget(final: string, { replace, what, recognise }: FolderRules): Promise<void> {
  const entries = await readdir(final).catch(async (error: unknown) => {
    if (errorCode(error) === "ENOENT") return [];
    // ENOTDIR says as well that a part of the path is a file.
    if (errorCode(error) === "ENOTDIR" && (await exists(final)))
      throw new Failure("no_output", `${final} is a file; name a folder`);
    return orFail("create", final, () => Promise.reject(error));
  });
  if (entries.length === 0) return;
  if (!recognise(entries)) {
    throw new Failure("no_output", `${final} holds other files; name a new or an empty folder`);
  }
  if (!replace) {
    throw new Failure(
      "no_output",
      `${final} holds ${what} already; name another folder, or replace it with --replace`,
    );
  }
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
