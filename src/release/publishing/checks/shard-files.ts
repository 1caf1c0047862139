import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { access, copyFile, link, lstat, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { errorCode, type Failure, orFail } from "../../../base/failure.js";
import type { ManifestShard } from "../../parquet/index.js";
import { badShards } from "./subsets.js";

/** Read in pieces of this many bytes: large enough to keep a disk busy, small beside everything else. */
const CHUNK = 1024 * 1024;

/** A file on this machine that is to be published as it is: a shard, or tombstones. */
export type LocalFile = Pick<ManifestShard, "root" | "path" | "bytes" | "sha256">;

/** What the name of such a file is in messages. */
export function nameOf({ root, path }: Pick<LocalFile, "root" | "path">): string {
  return join(root, path);
}

/**
 * Finds such a file and gives its real path, through symbolic links. Throws a `Failure`: "no_input" where it is missing or
 * cannot be read, "bad_input" where its path leaves the root or its size is not the manifest's. Its content is not read.
 */
export async function locateFile(local: LocalFile): Promise<string> {
  const { root, path, bytes } = local;
  const segments = path.split(/[/\\]/);
  if (isAbsolute(path) || segments.includes("..")) throw leavesRoot(local);
  const [realRoot, file] = await orFail("open", nameOf(local), () =>
    Promise.all([realpath(root), realpath(nameOf(local))]),
  );
  if (!isInside(realRoot, file)) throw leavesRoot(local);
  await orFail("open", nameOf(local), () => access(file, constants.R_OK));
  const stats = await stat(file);
  if (!stats.isFile()) throw badShards(`${nameOf(local)} is not a file`);
  if (stats.size !== bytes) {
    const sizes = `it has ${stats.size} bytes, the manifest says ${bytes}`;
    throw badShards(`${nameOf(local)}: size differs from the manifest (${sizes})`);
  }
  return file;
}

function isInside(root: string, file: string): boolean {
  const way = relative(root, file);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function leavesRoot({ root, path }: LocalFile): Failure {
  return badShards(`the shard path ${JSON.stringify(path)} leads out of ${root}`);
}

/** What `link` answers where a hard link is not possible: another file system, one without links, too many of them. */
const NO_LINK = new Set(["EXDEV", "EPERM", "EACCES", "EMLINK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/**
 * Puts a file at `to` without writing its bytes again where that can be: a hard link, else a copy. The two names of a
 * linked file stay independent, because shards are never written in place.
 */
export async function placeFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!NO_LINK.has(errorCode(error) ?? "")) throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  }
}

/** What is told while shards are read, which takes minutes, and what can end it. */
export interface Watch {
  /** Hears how many bytes of shards were checked since the last call, for a progress bar. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Ends the work with its reason; nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
}

/** The checksum of a file, read piece by piece, in lower-case hexadecimal. */
export async function hashFile(
  path: string,
  { onBytes, signal }: Watch = {},
  algorithm: "sha256" | "md5" = "sha256",
): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) {
    signal?.throwIfAborted();
    hash.update(chunk);
    onBytes?.(chunk.length);
  }
  return hash.digest("hex");
}

/** Whether a file of this size and content is there. A symbolic link is not a file. */
export async function isFileOf(
  path: string,
  { bytes, sha256 }: { bytes: number; sha256: string },
  watch: Watch = {},
): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats?.isFile() || stats.size !== bytes) return false;
  return (await hashFile(path, watch)) === sha256;
}

/** Throws a `Failure` ("bad_input") unless what was placed at `path` for a local file has the bytes that are expected. */
export async function checkPlaced(path: string, local: LocalFile, watch: Watch = {}): Promise<void> {
  if (await isFileOf(path, local, watch)) return;
  throw badShards(`${nameOf(local)}: sha256 differs from the manifest`);
}
