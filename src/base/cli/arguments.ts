import { isUtf8 } from "node:buffer";
import { existsSync, readFileSync } from "node:fs";
import { Failure } from "../failure.js";

/** What Node puts in the place of bytes that are no UTF-8. */
const REPLACED = "\u{fffd}";

/**
 * Refuses arguments that are not UTF-8: Node has read them as other texts, and files would be looked for, and made, under
 * other names. Linux has the bytes (proc(5), /proc/PID/cmdline); elsewhere only a file can show that the name is meant so.
 */
export function refuseOtherBytes(argv: readonly string[]): void {
  const changed = argv.filter((text) => text.includes(REPLACED));
  if (changed.length === 0) return;
  if (isCommandLineUtf8() ?? changed.every((text) => existsSync(text))) return;
  throw new Failure(
    "usage",
    `'${changed[0]}' is not UTF-8, so it would become another name; rename the file, or go by a link`,
  );
}

function isCommandLineUtf8(): boolean | undefined {
  try {
    return isUtf8(readFileSync("/proc/self/cmdline"));
  } catch {
    return undefined;
  }
}
