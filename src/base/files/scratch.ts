import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeLeftovers, temporaryName } from "./temporary.js";

/**
 * Makes an empty folder that nobody else may look into, for files of one run: in TMPDIR, or in another folder for
 * temporary files. `name` tells a person what it is. Who makes it removes it; what runs that were killed left of that name
 * is removed meanwhile. Errors are the system's.
 */
export function makeScratch(name: string, folder = tmpdir()): string {
  const base = join(folder, name);
  // In a folder that all share, some of it may be somebody else's to remove.
  removeLeftovers(base).catch(() => undefined);
  const path = temporaryName(base);
  mkdirSync(path, { mode: 0o700 });
  return path;
}
