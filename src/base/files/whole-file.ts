import type { Stats } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { Failure, orFail } from "../failure.js";
import { followed, refuseOpenAlready } from "./links.js";
import { openStream, whyNoOutput, writeAll } from "./streams.js";
import { keptAlive, removeLeftovers, temporaryName } from "./temporary.js";

/** How an output is made. */
export interface OutputOptions {
  /** The mode of a new file, less what the process masks out; one that is replaced hands on its own. */
  readonly mode?: number;
  /** Ends waiting for whoever reads a pipe. */
  readonly signal?: AbortSignal | undefined;
}

/** A file that is written beside its place. */
interface Beside {
  readonly temporary: string;
  /** Where it goes, links followed. */
  readonly target: string;
  readonly endLife: () => void;
}

/**
 * A file that stands under its name only after `commit`. Every error is a `Failure` that names the file. A pipe or a device
 * stays what it is, and gets what is written at once. A link stays, and leads to the new file.
 */
export class WholeFile {
  readonly #path: string;
  readonly #signal: AbortSignal | undefined;
  /** Undefined where the path is written to as it is. */
  readonly #beside: Beside | undefined;
  #handle: FileHandle | undefined;
  #done = false;

  private constructor(
    path: string,
    handle: FileHandle,
    { beside, signal }: { beside?: Beside; signal?: AbortSignal | undefined },
  ) {
    this.#path = path;
    this.#handle = handle;
    this.#beside = beside;
    this.#signal = signal;
  }

  static async create(path: string, { mode = 0o666, signal }: OutputOptions = {}): Promise<WholeFile> {
    return orFail("create", path, async () => {
      const found = await lookAt(path);
      if (found && !found.isFile()) {
        return new WholeFile(path, await openStream(path, found, signal), { signal });
      }
      const target = followed(path);
      await removeLeftovers(target);
      const temporary = temporaryName(target);
      // Not for a moment readable by more people than the older file.
      const handle = await open(temporary, "wx", found ? found.mode & 0o777 : mode);
      return new WholeFile(path, handle, { beside: { temporary, target, endLife: keptAlive(temporary) } });
    });
  }

  /** Appends text or bytes. */
  async write(data: string | Uint8Array): Promise<void> {
    await orFail("write", this.#path, () => writeAll(this.#open, data, this.#signal));
  }

  /** Puts the file in place, over an older one if there is one. */
  async commit(): Promise<void> {
    await orFail("write", this.#path, async () => {
      const handle = this.#open;
      if (this.#beside) {
        await handOn(await stat(this.#beside.target).catch(() => undefined), handle);
        await handle.sync();
      }
      await handle.close();
      this.#handle = undefined;
      if (this.#beside) await rename(this.#beside.temporary, this.#beside.target);
      this.#beside?.endLife();
      this.#done = true;
    });
  }

  /** Leaves nothing behind. Does nothing after `commit`. */
  async abandon(): Promise<void> {
    if (this.#done) return;
    await this.#handle?.close().catch(() => undefined);
    this.#handle = undefined;
    this.#beside?.endLife();
    if (this.#beside) await rm(this.#beside.temporary, { force: true });
  }

  get #open(): FileHandle {
    if (!this.#handle)
      throw new Failure("no_output", `cannot write ${this.#path}: ${this.#path} is closed already`);
    return this.#handle;
  }
}

/**
 * Opens an output that grows where it is: what is written stays, whatever becomes of the work. `goesOn` adds to what is
 * there. A pipe or a device is written to as by `WholeFile`.
 */
export async function openGrowing(
  path: string,
  { goesOn, signal }: { readonly goesOn: boolean; readonly signal?: AbortSignal },
): Promise<{ write(text: string): Promise<void>; close(): Promise<void> }> {
  const handle = await orFail("create", path, async () => {
    const found = await lookAt(path);
    if (found && !found.isFile()) return openStream(path, found, signal);
    const opened = await open(path, "a");
    if (!goesOn) await opened.truncate();
    return opened;
  });
  return {
    write: (text) => orFail("write", path, () => writeAll(handle, text, signal)),
    close: () => handle.close(),
  };
}

/** What stands at a path that is to be written, undefined where nothing does. What no output may be is a `Failure`. */
async function lookAt(path: string): Promise<Stats | undefined> {
  const found = await stat(path).catch(() => undefined);
  const reason = found ? whyNoOutput(found) : path.endsWith("/") ? "this is the name of a folder" : undefined;
  if (reason !== undefined) throw new Failure("no_output", `cannot create ${path}: ${reason}`);
  if (found?.isFile()) refuseOpenAlready(path);
  return found;
}

/** Gives what takes the place of a file or folder its mode, and its owner, where we may. */
export async function handOn(
  older: Stats | undefined,
  newer: Pick<FileHandle, "chown" | "chmod" | "stat">,
): Promise<void> {
  if (!older) return;
  const { uid, gid, mode } = await newer.stat();
  if (uid !== older.uid || gid !== older.gid) {
    await newer.chown(older.uid, older.gid).catch(() => undefined);
  }
  if (mode !== older.mode) await newer.chmod(older.mode & 0o7777);
}

/** Writes a whole file in one go. */
export async function writeWholeFile(path: string, data: string | Uint8Array): Promise<void> {
  const file = await WholeFile.create(path);
  try {
    await file.write(data);
    await file.commit();
  } finally {
    await file.abandon();
  }
}
