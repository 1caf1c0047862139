import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** Disks that fill up and folders that may not be written to, for tests. */

/** What to give a test's `skip` when it needs `smallDisk`. */
export const WITHOUT_SMALL_DISK = process.getuid?.() === 0 ? tryMount() : "only root can mount a small disk";

/** A folder on a disk of a few hundred kilobytes, gone when the test is done. */
export function smallDisk(t: TestContext, size = "200k"): string {
  const folder = mkdtempSync(join(tmpdir(), "ov-tools-disk-"));
  const { status, stderr } = mount(folder, size);
  if (status !== 0) throw new Error(`mount: ${stderr}`);
  t.after(() => unmount(folder));
  return folder;
}

/** Takes all the room that is left on a small disk. */
export function fillDisk(folder: string): void {
  const fd = openSync(join(folder, "full"), "w");
  try {
    for (const size of [64 * 1024, 4096, 512, 1]) fill(fd, Buffer.alloc(size));
  } finally {
    closeSync(fd);
  }
}

function fill(fd: number, chunk: Buffer): void {
  try {
    for (;;) writeSync(fd, chunk);
  } catch {
    // No more of these.
  }
}

function mount(folder: string, size: string) {
  return spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder], { encoding: "utf8" });
}

function unmount(folder: string): void {
  spawnSync("umount", [folder]);
  rmdirSync(folder);
}

/** In many containers even root may not mount. */
function tryMount(): false | string {
  const folder = mkdtempSync(join(tmpdir(), "ov-tools-disk-"));
  const { status, stderr } = mount(folder, "100k");
  if (status === 0) unmount(folder);
  else rmdirSync(folder);
  return status === 0 ? false : `cannot mount a small disk: ${stderr?.trim()}`;
}

/** A folder that even root may not write to: its disk is mounted read-only. */
export function readOnlyFolder(t: TestContext): string {
  const folder = smallDisk(t);
  spawnSync("mount", ["-o", "remount,ro", folder]);
  return folder;
}

const NOBODY = 65534;

/** Does something without root's rights, for root may write everywhere. */
export async function asOrdinaryUser(work: () => unknown): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
