import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode, Failure } from "../failure.js";

/** Outputs that stay what they are and are written to directly: named pipes and devices. */

/** How often a blocked write is tried again, and how long a reader of a pipe is waited for, in milliseconds. */
const LOOK_MS = 20;
const READER_MS = 5000;

/** What no output may be, in words; undefined where one may be. */
export function whyNoOutput(stats: Stats): string | undefined {
  if (stats.isDirectory()) return "it is a folder";
  // Whatever is on it would be gone.
  if (stats.isBlockDevice()) return "it is a disk";
  return stats.isSocket() ? "it is a socket" : undefined;
}

/**
 * Opens a pipe or a device for writing. Opening a pipe without a reader would block a thread for ever, so it is tried again
 * for some seconds, while the reader is started, and then given up.
 */
export async function openStream(path: string, stats: Stats, signal?: AbortSignal): Promise<FileHandle> {
  if (!stats.isFIFO()) return open(path, "a");
  const end = performance.now() + READER_MS;
  for (;;) {
    try {
      return await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (errorCode(error) !== "ENXIO") throw error;
    }
    signal?.throwIfAborted();
    if (performance.now() > end) {
      const problem = `nobody has read this pipe for ${READER_MS / 1000} s; start what reads it first`;
      throw new Failure("no_output", `cannot write ${path}: ${problem}`);
    }
    await sleep(LOOK_MS);
  }
}

/** Writes text or bytes, all of them; where a pipe is full it waits for its reader. */
export async function writeAll(
  handle: FileHandle,
  data: string | Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += (await handle.write(bytes, at)).bytesWritten;
    } catch (error) {
      if (errorCode(error) !== "EAGAIN") throw error;
      signal?.throwIfAborted();
      await sleep(LOOK_MS);
    }
  }
}
