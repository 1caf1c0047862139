import { setTimeout as sleep } from "node:timers/promises";
import type { Invocation, Option } from "../command-line/index.js";
import type { MediaType } from "../record/index.js";
import type { Database, Turns } from "../staging/index.js";

/** What the subcommands of ov-stage share. */

/** The database of every subcommand. */
export const DB_OPTION: Option = {
  flags: "--db <file>",
  description: "the staging database",
  default: "staging.db",
};

/** For everything that writes to the database. */
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
export const PROVIDER_OPTION: Option = { flags: "--provider <provider>", description: "one provider only" };

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
  const { openForReading, tidyAfterReading } = await import("../staging/index.js");
  const path = options.db as string;
  try {
    return await using(path, openForReading, work);
  } finally {
    tidyAfterReading(path);
  }
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

/** How a command that writes in short transactions takes turns with others; Ctrl-C gets through between them. */
export async function turnsOf(
  { options, signal }: Invocation,
  database: Database,
  path: string,
): Promise<Turns> {
  const { beginWriting } = await import("../staging/index.js");
  return {
    begin: () => beginWriting(database, path, { wait: options.wait === true, signal }),
    pause: async (milliseconds) => {
      await sleep(milliseconds);
      signal.throwIfAborted();
    },
  };
}
