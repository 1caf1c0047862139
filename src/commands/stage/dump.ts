import { setImmediate as breathe } from "node:timers/promises";
import { type Command, type Invocation, type OptionTable, openOutputAside } from "../../base/cli/index.js";
import { Failure } from "../../base/failure.js";
import type { Database } from "../../base/sqlite/index.js";
import { checkNames, licensesOf } from "./names.js";
import { reading, STAGE } from "./options.js";

const OPTIONS = [
  STAGE.db,
  STAGE.media,
  STAGE.provider,
  { flags: "--source <name>", description: "one source only" },
  {
    flags: "--license <license>",
    description:
      "one licence (by-sa), or a group of them: all, all-cc, commercial, modification; several with commas (by,cc0)",
    isRepeatable: true,
  },
  {
    flags: "--since <time>",
    description: "only records that changed after this time, ISO 8601",
    type: "time",
  },
  {
    flags: "--removed <how>",
    description: "works that are gone from their source: with the others, alone, or not at all",
    choices: ["include", "only", "exclude"],
    default: "include",
  },
  {
    flags: "--where <sql>",
    description: "a condition in SQL on the columns of the records: \"width > 4000 AND title LIKE '%moon%'\"",
  },
  {
    flags: "--deletions-since <time>",
    description: "the tombstones of records that were removed after this time, ISO 8601, instead of records",
    type: "time",
  },
] as const satisfies OptionTable;

/** `ov-stage dump`. */
export const dump: Command<typeof OPTIONS> = {
  name: "dump",
  summary: "Writes the records of the database as NDJSON.",
  description:
    "Writes every record that meets all conditions, images before audio, each in the order of provider and foreign " +
    "identifier. With --deletions-since it writes tombstones instead: provider, foreign_identifier, identifier, " +
    "deleted_on, reason and url_sha256 (of the file's address) of the records that were removed. A pair of dumps, --since and --deletions-since the last " +
    "one, brings a copy up to date.",
  options: OPTIONS,
  examples: [
    { line: "ov-stage dump --db staging.db | jq -r .title | head", what: "look at some titles" },
    {
      line: "ov-stage dump --db staging.db --license commercial --removed exclude",
      what: "what is there, and may be used commercially",
    },
    {
      line: "ov-stage dump --db staging.db --since 2026-01-31T00:00:00Z",
      what: "what has changed since a day",
    },
  ],
  run: runDump,
};

/** Conditions that say nothing of tombstones. */
const NOT_OF_TOMBSTONES = ["source", "license", "since", "where"] as const;

async function runDump(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, signal } = invocation;
  if (options.deletionsSince !== undefined) {
    const other = NOT_OF_TOMBSTONES.find((name) => options[name] !== undefined);
    if (other) {
      throw new Failure(
        "usage",
        `--deletions-since writes tombstones, which have no --${other}; make two dumps`,
      );
    }
  }
  await reading(invocation, async (database) => {
    await checkNames(database, options);
    const blocks = await blocksOf(database, invocation);
    // All pages of one state of the database, whatever is loaded meanwhile.
    database.exec("BEGIN");
    const output = openOutputAside();
    for (const block of blocks) {
      const full = output.writeLines(block);
      if (full) await full;
      await breathe();
      signal.throwIfAborted();
    }
    await output.end();
  });
}

async function blocksOf(
  database: Database,
  { options }: Invocation<typeof OPTIONS>,
): Promise<Iterable<Uint8Array>> {
  const { checkCondition, dump: dumpRecords, dumpTombstones } = await import("../../store/staging/index.js");
  const { media, provider, source, since, removed, where, deletionsSince } = options;
  if (deletionsSince !== undefined)
    return dumpTombstones(database, { media, provider, since: deletionsSince });
  if (where !== undefined) checkCondition(database, where, media);
  return dumpRecords(database, {
    media,
    provider,
    source,
    licenses: licensesOf(options.license),
    since,
    removed,
    where,
  });
}
