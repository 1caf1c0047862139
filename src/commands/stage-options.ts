import { setTimeout as sleep } from "node:timers/promises";
import type { Invocation, Option } from "../command-line/index.js";
import type { MediaType } from "../record/index.js";
import type { Database, Pause } from "../staging/index.js";

/** What the subcommands of ov-stage share. */

/** The database of every subcommand. */
export const DB_OPTION: Option = {
  flags: "--db <file>",
  description: "the staging database",
  default: "staging.db",
};

/** For every subcommand that writes in one go. */
export const WAIT_OPTION: Option = {
  flags: "--wait",
  description: "wait for another program that is writing to the database, for as long as it takes",
};

/** For every subcommand that looks at one media type or both. */
export const MEDIA_OPTION: Option = {
  flags: "--media <type>",
  description: "one media type only",
  choices: ["image", "audio"] satisfies MediaType[],
};

/** For every subcommand that looks at one provider or all. */
export const PROVIDER_OPTION: Option = { flags: "--provider <name>", description: "one provider only" };

/** For every subcommand that prints a table. */
export const JSON_OPTION: Option = {
  flags: "--json",
  description: "one JSON object a line instead of a table",
};

/** For every subcommand that changes many rows. */
export const DRY_RUN_OPTION: Option = {
  flags: "--dry-run",
  description: "say what would change, and change nothing",
};

/** Opens the database to be read, and closes it again; errors of SQLite become failures that name it. */
export async function reading<T>(
  { options }: Invocation,
  work: (database: Database, path: string) => T | Promise<T>,
): Promise<T> {
  const { openForReading } = await import("../staging/index.js");
  return using(options.db as string, openForReading, work);
}

/** The same for a database that is there and is to be written. */
export async function writing<T>(
  { options }: Invocation,
  work: (database: Database, path: string) => T | Promise<T>,
): Promise<T> {
  const { openDatabase } = await import("../staging/index.js");
  return using(options.db as string, (path) => openDatabase(path, { create: false }), work);
}

/** Works with a database and closes it. */
export async function using<T>(
  path: string,
  open: (path: string) => Database,
  work: (database: Database, path: string) => T | Promise<T>,
): Promise<T> {
  const { asFailure } = await import("../staging/index.js");
  const database = open(path);
  try {
    return await work(database, path);
  } catch (error) {
    throw asFailure(path, error);
  } finally {
    database.close();
  }
}

/** Lets others write for a while, and Ctrl-C get through. */
export function pauseOf({ signal }: Invocation): Pause {
  return async (milliseconds) => {
    await sleep(milliseconds);
    signal.throwIfAborted();
  };
}
