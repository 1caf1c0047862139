import { setTimeout as sleep } from "node:timers/promises";
import { type Invocation, type Option, packageVersion } from "../../base/cli/index.js";
import { toldAs } from "../../base/failure.js";
import type { Database, Opening, Waiting } from "../../base/sqlite/index.js";
import type { MediaType } from "../../record/index.js";
import type { Turns } from "../../store/staging/index.js";

/** Options that subcommands of ov-stage share with each other, and with other commands on the database. */
export const STAGE = {
  /** The database of every subcommand. */
  db: {
    flags: "--db <file>",
    description: "the staging database",
    default: "staging.db",
    use: "database",
  },
  /** For everything that writes to the database. */
  wait: {
    flags: "--wait",
    description: "wait for another program that is writing to the database, for as long as it takes",
  },
  /** For every subcommand that looks at one media type or both. */
  media: {
    flags: "--media <type>",
    description: "one media type only",
    choices: ["image", "audio"] satisfies MediaType[],
  },
  /** For every subcommand that looks at one provider or all. */
  provider: {
    flags: "--provider <provider>",
    description: "one provider only",
  },
  /** For every subcommand that prints a table. */
  json: {
    flags: "--json",
    description: "one JSON object a line instead of a table",
  },
  /** For every subcommand that changes many rows. */
  dryRun: {
    flags: "--dry-run",
    description: "say what would change, and change nothing",
  },
} as const satisfies Readonly<Record<string, Option>>;

/** One run of a command on a database. */
interface OnDatabase extends Pick<Invocation, "signal"> {
  readonly options: { readonly db: string; readonly wait?: boolean };
}

/** Opens the database to be read, and closes it again; errors of SQLite become failures that name it. */
export async function reading<T>(
  invocation: OnDatabase,
  work: (database: Database, path: string) => T | Promise<T>,
  how: { asItIs?: boolean } = {},
): Promise<T> {
  const { staging } = await import("../../store/staging/index.js");
  return using(invocation, (path, opening) => staging.openForReading(path, { ...opening, ...how }), work);
}

/** The same for a database that is to be written, and, with `create`, need not be there yet. */
export async function writing<T>(
  invocation: OnDatabase,
  work: (database: Database, path: string) => T | Promise<T>,
  { create = false } = {},
): Promise<T> {
  const { staging } = await import("../../store/staging/index.js");
  return using(invocation, (path, opening) => staging.open(path, { ...opening, create }), work);
}

/** Opens the database, waiting for another program that holds it for itself, works with it and closes it. */
async function using<T>(
  invocation: OnDatabase,
  open: (path: string, opening: Opening) => Database,
  work: (database: Database, path: string) => T | Promise<T>,
): Promise<T> {
  const { patiently } = await import("../../base/sqlite/index.js");
  const { damageBehind, staging } = await import("../../store/staging/index.js");
  const path = invocation.options.db;
  const database = await patiently(() => open(path, { timeout: 0 }), waitingOf(invocation));
  try {
    return await work(database, path);
  } catch (error) {
    const { LINK_TABLES } = await import("../../store/links/index.js");
    throw staging.asFailure(path, damageBehind(database, error, LINK_TABLES));
  } finally {
    database.close();
  }
}

/** How a command waits for other programs that use the database. */
export function waitingOf({ options, signal }: OnDatabase): Waiting {
  return { wait: options.wait ?? false, signal };
}

/** How a command that writes in short transactions takes turns with others; Ctrl-C gets through between them. */
export async function turnsOf(invocation: OnDatabase, database: Database, path: string): Promise<Turns> {
  const { beginWriting } = await import("../../store/staging/index.js");
  return {
    begin: () => beginWriting(database, path, waitingOf(invocation)),
    pause: async (milliseconds) => {
      await sleep(milliseconds);
      invocation.signal.throwIfAborted();
    },
  };
}

/** Does what a command does to the database as one run, which is noted with its counts; what stops it undoes it. */
export async function asRun<Result extends { readonly counts: object }>(
  invocation: OnDatabase,
  [database, path]: readonly [database: Database, path: string],
  about: { readonly command: string; readonly input: string },
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const { Run } = await import("../../store/staging/index.js");
  const start = { ...about, version: packageVersion(), ...waitingOf(invocation) };
  const run = await Run.begin(database, path, start);
  try {
    const result = await work();
    run.end(result.counts, "done");
    return result;
  } catch (error) {
    run.undo(toldAs(error));
    throw error;
  }
}
