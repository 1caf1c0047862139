import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { Failure, systemReason } from "../failure.js";

/**
 * A secret, from the file that was named or from an environment variable; undefined where neither has one. Secrets are
 * never arguments: other users of the machine see those.
 */
export async function readSecret(variable: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return process.env[variable]?.trim() || undefined;
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new Failure("no_input", `cannot open ${file}: ${systemReason(error)}`, { cause: error });
  });
  return text.trim() || undefined;
}

/** Where state is kept: the folder that was named, or the one of the XDG base directory rules. */
export function stateFolder(named: string | undefined): string {
  if (named !== undefined) return named;
  const base = process.env.XDG_STATE_HOME;
  // Relative values are to be ignored, say the rules.
  return join(base?.startsWith("/") ? base : join(homedir(), ".local", "state"), "ov-tools");
}
