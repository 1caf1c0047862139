import { lstatSync, statSync } from "node:fs";
import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import { cannot, type Deed, errorCode, Failure } from "../failure.js";
import { followed, identityOf, writeWholeFile } from "../files/index.js";

/** What is known of the file on the server; stored beside the part that was downloaded. */
export interface Version {
  /** A SHA-256 of the address without keys and signatures: others may read this file. */
  readonly address: string;
  /** What tells this version from any other: a strong ETag, else the time of its last change. */
  readonly validator?: string | undefined;
  readonly size?: number | undefined;
}

/**
 * The beginning of a download, `FILE.part`, and the note of what it is one of, `FILE.part.json`, which is there before it.
 * Other files with these names are never touched. Two runs at one file do each other no harm: every byte is written to
 * its own place, nothing that another run may have open is truncated, and only the file that was written to gets the name. Every error is a `Failure`.
 */
export class DownloadPart {
  /** As it was named, for messages. */
  readonly #name: string;
  /** Where the file goes, links followed. */
  readonly #target: string;
  /** Which file the bytes are in. */
  #key: string | undefined;

  constructor(name: string) {
    const found = statSync(name, { throwIfNoEntry: false });
    if (found && !found.isFile()) throw cannotCreate(name, "it is no regular file");
    if (name.endsWith("/")) throw cannotCreate(name, "this is the name of a folder");
    this.#name = name;
    this.#target = followed(name);
  }

  get path(): string {
    return `${this.#target}.part`;
  }

  get #note(): string {
    return `${this.#target}.part.json`;
  }

  /** What an earlier run left: of which version, and how many bytes. Undefined where nothing can be gone on from. */
  async look(address: string): Promise<{ version: Version; size: number } | undefined> {
    for (const path of [this.path, this.#note]) {
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found && !found.isFile()) throw this.#notOurs(path);
    }
    const text = await readFile(this.#note, "utf8").catch((error) => this.#orNone(error));
    const version = text === undefined ? undefined : versionOf(text);
    if (text !== undefined && !version) throw this.#notOurs(this.#note);
    const file = await open(this.path, "r").catch((error) => this.#orNone(error));
    try {
      if (!file) return undefined;
      if (!version) throw this.#notOurs(this.path);
      this.#key = identityOf(file.fd)?.key;
      if (version.address !== address || version.validator === undefined) return undefined;
      return { version, size: (await file.stat()).size };
    } finally {
      await file?.close();
    }
  }

  async note(version: Version): Promise<void> {
    await writeWholeFile(this.#note, `${JSON.stringify(version)}\n`);
  }

  /** Opens it to be written to, from its start as a new file. */
  async open(isStart: boolean): Promise<FileHandle> {
    // One that appeared since belongs to another run.
    if (isStart && identityOf(this.path)?.key === this.#key) await this.remove();
    const file = await open(this.path, isStart ? "wx" : "r+").catch((error) => {
      throw ["ENOENT", "EEXIST"].includes(errorCode(error) ?? "")
        ? this.#taken()
        : this.failed("create", error);
    });
    const key = identityOf(file.fd)?.key;
    if (isStart) this.#key = key;
    if (key === this.#key) return file;
    await file.close();
    throw this.#taken();
  }

  /** Removes the part; the note stays. */
  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }

  /** Removes both. */
  async discard(): Promise<void> {
    await this.remove();
    await rm(this.#note, { force: true });
  }

  /** Whether another run at the same file, which wrote the same bytes, has given it its name already. */
  get isInPlace(): boolean {
    return this.#key !== undefined && identityOf(this.#target)?.key === this.#key;
  }

  /** Gives it its name, once that many bytes are there. */
  async finish(size: number): Promise<void> {
    if (!this.isInPlace) {
      const found = statSync(this.path, { throwIfNoEntry: false });
      if (identityOf(this.path)?.key !== this.#key || found?.size !== size) throw this.#taken();
      if (statSync(this.#target, { throwIfNoEntry: false })) {
        throw cannotCreate(this.#name, "something has this name by now; move it away and run this again");
      }
      await rename(this.path, this.#target).catch((error) => {
        throw this.failed("create", error);
      });
    }
    await rm(this.#note, { force: true });
  }

  failed(deed: Deed, error: unknown): Error {
    return cannot(deed, this.#name, error);
  }

  #orNone(error: unknown): undefined {
    if (errorCode(error) !== "ENOENT") throw this.failed("create", error);
  }

  #notOurs(path: string): Failure {
    return cannotCreate(this.#name, `${path} is there, and is not of a download; rename it`);
  }

  #taken(): Failure {
    const why = "another run downloads to it as well, or has done so; run this again when it is done";
    return new Failure("temporary", `${this.#name}: ${why}`);
  }
}

/** A note of ours; undefined for any other text. */
function versionOf(text: string): Version | undefined {
  try {
    const { address, validator, size } = (JSON.parse(text) ?? {}) as Partial<Version>;
    const isOurs =
      /^[0-9a-f]{64}$/.test(String(address)) &&
      ["string", "undefined"].includes(typeof validator) &&
      ["number", "undefined"].includes(typeof size);
    return isOurs ? { address: String(address), validator, size } : undefined;
  } catch {
    return undefined;
  }
}

function cannotCreate(name: string, reason: string): Failure {
  return new Failure("no_output", `cannot create ${name}: ${reason}`);
}
