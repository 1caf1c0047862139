import { type Command, type Invocation, type OptionTable, printLines } from "../../base/cli/index.js";
import { counted } from "../../base/counted.js";
import { Failure } from "../../base/failure.js";
import type { Database } from "../../base/sqlite/index.js";
import { reading, STAGE, waitingOf } from "./options.js";

/** Subcommands of `ov-stage` about the file itself. */

const OPTIONS = [STAGE.db] as const satisfies OptionTable;

export const check: Command<typeof OPTIONS> = {
  name: "check",
  summary: "Checks the database: its file, its version, its rules.",
  description:
    "Looks at every page and every record: SQLite's own structures, the version, tables, indexes, triggers and views, " +
    "what has to hold between them, required columns, texts, JSON, times, identifiers. One line goes to stdout, what is " +
    "wrong to stderr; then the exit code is 65. Nothing is written to the database.",
  options: OPTIONS,
  examples: [{ line: "ov-stage check --db staging.db", what: "before a release" }],
  run: runCheck,
};

async function runCheck(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { messages, options } = invocation;
  const { isCorrupt } = await import("../../base/sqlite/index.js");
  const { LINK_TABLES } = await import("../../store/links/index.js");
  const { check: checkDatabase, unreadable } = await import("../../store/staging/index.js");
  const look = (database: Database) => checkDatabase(database, LINK_TABLES);
  const { faults, ...found } = await reading(invocation, look, { asItIs: true }).catch((error: unknown) => {
    if (!isCorrupt(error)) throw error;
    return unreadable(error as Error);
  });
  await printLines([{ ...found, faults: faults.length }]);
  for (const { check: name, problem } of faults) messages.error(`${options.db}: ${name}: ${problem}`);
  if (faults.length > 0) {
    throw new Failure(
      "bad_input",
      `${options.db} is damaged; restore it from a copy, or dump what can be read and load it into a new file`,
    );
  }
  messages.info(`${options.db}: in order`);
}

export const migrate: Command<typeof OPTIONS> = {
  name: "migrate",
  summary: "Brings a database of an older version up to date.",
  description:
    "Changes the tables to those of this version, all or nothing. It needs about as much free space as the file has. " +
    "A file of a newer version is refused, and one that is up to date is left alone.",
  options: OPTIONS,
  examples: [{ line: "ov-stage migrate --db staging.db", what: "after an update of ov-tools" }],
  run: runMigrate,
};

const ONE_STANDS = "it stays, but loads change it no more; ov-stage remove takes it out";
const ALL_STAND = "they stay, but loads change them no more; ov-stage remove takes them out";

async function runMigrate(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, messages } = invocation;
  const { patiently } = await import("../../base/sqlite/index.js");
  const { migrateDatabase, staging } = await import("../../store/staging/index.js");
  const path = options.db;
  const migrated = await patiently(() => migrateDatabase(path, { timeout: 0 }), waitingOf(invocation));
  const { before, urlDuplicates, examples, standing, standingNames } = migrated;
  const kept = {
    ...(urlDuplicates > 0 && { url_duplicates: urlDuplicates }),
    ...(standing > 0 && { standing }),
  };
  await printLines([{ schema_before: before, schema: staging.version, ...kept }]);
  for (const example of examples) messages.warn(`${path}: ${example}`);
  if (urlDuplicates > 0) {
    const stay = urlDuplicates === 1 ? "it stays, and goes" : "they stay, and go";
    const more = urlDuplicates > examples.length ? `, ${examples.length} of them are named above` : "";
    messages.warn(
      `${path}: ${counted(urlDuplicates, "record has", "records have")} a file that another record has under another ` +
        `address${more}; ${stay} on being merged; ` +
        "ov-stage remove takes out both of a pair, for it removes the file",
    );
  }
  if (standing > 0) {
    const more = standing > standingNames.length ? ", …" : "";
    messages.warn(
      `${path}: ${counted(standing, "record has", "records have")} the file, or another spelling of the identifier, of one that was removed ` +
        `(${standingNames.join(", ")}${more}); ${standing === 1 ? ONE_STANDS : ALL_STAND}`,
    );
  }
  messages.info(
    before === staging.version
      ? `${path}: up to date (schema ${before})`
      : `${path}: schema ${before} is now schema ${staging.version}`,
  );
}
