import { type FileHandle, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { errorCode, Failure, systemReason } from "../failure.js";

/**
 * A file that stands under its name only after `commit`. Every error is a `Failure` that names the file. A pipe or a device
 * stays what it is, and gets what is written at once.
 */
export class WholeFile {
  readonly #path: string;
  /** Undefined where the path is written to as it is. */
  readonly #temporary: string | undefined;
  #handle: FileHandle | undefined;
  #done = false;

  private constructor(path: string, temporary: string | undefined, handle: FileHandle) {
    this.#path = path;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** `mode` is that of a new file, less what the process masks out. */
  static async create(path: string, mode = 0o666): Promise<WholeFile> {
    await refuseFolder(path);
    if (await isStream(path)) {
      return new WholeFile(path, undefined, await orFail("create", path, () => open(path, "a")));
    }
    await removeLeftovers(path);
    const temporary = temporaryName(path);
    return new WholeFile(path, temporary, await orFail("create", path, () => open(temporary, "w", mode)));
  }

  /** Appends text or bytes. */
  async write(data: string | Uint8Array): Promise<void> {
    await orFail("write", this.#path, () => this.#open.writeFile(data));
  }

  /** Puts the file in place, over an older one if there is one. */
  async commit(): Promise<void> {
    await orFail("write", this.#path, async () => {
      if (this.#temporary !== undefined) await this.#open.sync();
      await this.#open.close();
      this.#handle = undefined;
      if (this.#temporary !== undefined) await rename(this.#temporary, this.#path);
      this.#done = true;
    });
  }

  /** Leaves nothing behind. Does nothing after `commit`. */
  async abandon(): Promise<void> {
    if (this.#done) return;
    await this.#handle?.close().catch(() => undefined);
    this.#handle = undefined;
    if (this.#temporary !== undefined) await rm(this.#temporary, { force: true });
  }

  get #open(): FileHandle {
    if (!this.#handle) throw new Error(`${this.#path} is closed already`);
    return this.#handle;
  }
}

/** A folder in the way would only be found when the work is done and the file is put in place. */
async function refuseFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new Failure("no_output", `cannot create ${path}: it is a folder`);
}

/** Names of what a process has open. What is a file there is written to by others from where they are. */
const OPEN_ALREADY = /^\/(?:dev\/(?:fd\/|std(?:out|err)$)|proc\/)/;

/** Whether a path is a pipe or a device. Nothing may take its place: root would put a file there for `/dev/null`. */
async function isStream(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() && OPEN_ALREADY.test(path)) {
    throw new Failure("no_output", `cannot create ${path}: it is a file that is open already; name another`);
  }
  return found !== undefined && !found.isFile();
}

/** Whether two paths name one regular file, be it by links. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path).catch(() => undefined)));
  if (!a || !b) return resolve(one) === resolve(other);
  return a.isFile() && a.dev === b.dev && a.ino === b.ino;
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

/** The temporary name of a path, this process's own: two runs at once never write into each other's files. */
export function temporaryName(path: string): string {
  return `${trimSlashes(path)}.part-${process.pid}`;
}

/** Removes what runs that died left beside a path. */
export async function removeLeftovers(path: string): Promise<void> {
  for (const leftover of await leftoversOf(path)) await rm(leftover, { recursive: true, force: true });
}

/** The paths of what runs that died left beside a path. */
export async function leftoversOf(path: string): Promise<string[]> {
  const folder = dirname(trimSlashes(path));
  const name = basename(path);
  const entries = await readdir(folder).catch(() => []);
  return entries
    .filter((entry) => {
      // Nothing but names that `temporaryName` gives: `data.part-two` is somebody's own.
      const [, pid] =
        (entry.startsWith(name) && /^\.part-(\d+)(?:-old)?$/.exec(entry.slice(name.length))) || [];
      // In a container, a run that died had the same number as this one.
      return pid !== undefined && (Number(pid) === process.pid || !isRunning(Number(pid)));
    })
    .map((entry) => join(folder, entry));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

function trimSlashes(path: string): string {
  return path.replace(/(?<=.)\/+$/, "");
}

/** Runs a file operation and turns its error into a `Failure` that says what could not be done, to what and why. */
export async function orFail<T>(
  verb: "create" | "write" | "replace",
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("no_output", `cannot ${verb} ${path}: ${systemReason(error)}`, { cause: error });
  }
}
