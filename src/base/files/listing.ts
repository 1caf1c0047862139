import { type Dirent, existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, Failure } from "../failure.js";

/**
 * All that lies in a folder and in the folders in it. Throws what the system says where it cannot be read, and a `Failure`
 * ("no_input") for a name that is not UTF-8: Node gives that as another one, under which nothing, or something else, is
 * found.
 */
export async function entriesUnder(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    const path = errorCode(error) === "ENOENT" ? (error as NodeJS.ErrnoException).path : undefined;
    throw path !== undefined && path !== folder && isChanged(path) ? notUtf8(path) : error;
  });
  for (const { parentPath, name } of entries) {
    const path = join(parentPath, name);
    if (isChanged(path)) throw notUtf8(path);
  }
  return entries;
}

/** Whether a path may be that of bytes that are no UTF-8: no such one is there under the text that Node made of them. */
function isChanged(path: string): boolean {
  return path.includes("\u{fffd}") && !existsSync(path);
}

function notUtf8(path: string): Failure {
  return new Failure("no_input", `cannot open ${path}: its name is not UTF-8; rename it`);
}
