import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** Faults of the machine, for tests. */

/** Why a test that needs a file system of its own cannot run here; false when it can. */
export const WITHOUT_MOUNT =
  process.platform === "linux" && process.getuid?.() === 0
    ? false
    : "only root can mount a small file system";

/** A folder on a file system of its own with room for this many KiB, gone when the test is done. */
export function smallDisk(t: TestContext, kibibytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), "ov-tools-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kibibytes}k`, "tmpfs", folder]);
  t.after(() => {
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** A folder on a file system that is mounted read-only, which even root cannot write to. */
export function readOnlyFolder(t: TestContext): string {
  const folder = smallDisk(t, 64);
  execFileSync("mount", ["-o", "remount,ro", folder]);
  return folder;
}
