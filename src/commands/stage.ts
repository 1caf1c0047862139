import { setImmediate as pause } from "node:timers/promises";
import {
  type Command,
  FILES_OPERAND,
  forEachRecord,
  formatTable,
  type Invocation,
  NOW_OPTION,
  nowOf,
  type Option,
  openOutput,
  REJECTS_OPTION,
} from "../command-line/index.js";
import type { MediaType } from "../record/index.js";
import type { Count } from "../staging/index.js";

const DB_OPTION: Option = {
  flags: "--db <file>",
  description: "the staging database",
  default: "staging.db",
};

const load: Command = {
  name: "load",
  summary: "Puts media records into the database.",
  description:
    "Reads media records, checks and cleans them by the record table, and adds them to the database, which is " +
    "made where it is not there yet. A record that is there already (same provider and foreign identifier) is " +
    "merged column by column: new values win, nothing is lost to a null, tags of others stay. Records are " +
    "committed as they come; after a crash, run the same command again. One summary line goes to stdout.",
  operands: FILES_OPERAND,
  options: [DB_OPTION, REJECTS_OPTION, NOW_OPTION],
  examples: [
    {
      line: "ov-fetch stocksnap --input fixtures/stocksnap/page-1.json | ov-stage load --db staging.db",
      what: "turn saved API answers into records and stage them",
    },
  ],
  readsStdin: (operands) => operands.length === 0,
  run: runLoad,
};

const dump: Command = {
  name: "dump",
  summary: "Writes the records of the database as NDJSON.",
  description:
    "Writes every record, images before audio, each in the order of provider and foreign identifier.",
  options: [
    DB_OPTION,
    {
      flags: "--media <type>",
      description: "one media type only",
      choices: ["image", "audio"] satisfies MediaType[],
    },
  ],
  examples: [{ line: "ov-stage dump --db staging.db | jq -r .title | head", what: "look at some titles" }],
  run: runDump,
};

const stats: Command = {
  name: "stats",
  summary: "Counts the records by provider, source and licence.",
  description: "Prints a table for people, or with --json one JSON object a line.",
  options: [DB_OPTION, { flags: "--json", description: "one JSON object a line instead of a table" }],
  examples: [{ line: "ov-stage stats --db staging.db", what: "what is in the database" }],
  run: runStats,
};

/** `ov-stage`: records in and out of the staging database. */
export const stage: Command = {
  name: "ov-stage",
  summary: "Keeps media records in a local SQLite database between their sources and a release.",
  description:
    "The staging database is one SQLite file. It merges every load into one record a work, so that many partial " +
    "or repeated loads end in one complete set.",
  examples: [
    { line: "ov-stage load --db staging.db records.ndjson", what: "add or update records" },
    {
      line: "ov-stage dump --db staging.db > records.ndjson",
      what: "write them all, in the order of their keys",
    },
    { line: "ov-stage stats --db staging.db", what: "count them by provider, source and licence" },
  ],
  subcommands: [load, dump, stats],
};

async function runLoad(invocation: Invocation): Promise<void> {
  const { options, messages } = invocation;
  const { Loader, openDatabase } = await import("../staging/index.js");
  const path = options.db as string;
  const database = openDatabase(path, { create: true });
  try {
    const loader = new Loader(database, path, nowOf(options));
    const tally = await loadAll(invocation, loader);
    const summary = { ...loader.counts, rejected: tally.rejected };
    const output = openOutput();
    await output.write(JSON.stringify(summary));
    await output.end();
    const { inserted, updated, unchanged } = summary;
    messages.info(
      `${path}: ${inserted} inserted, ${updated} updated, ${unchanged} unchanged, ${tally.rejected} rejected`,
    );
  } finally {
    database.close();
  }
}

/** Whatever stops the load, the records before it are kept. */
async function loadAll(invocation: Invocation, loader: import("../staging/index.js").Loader) {
  const { cleanRecord } = await import("../record/index.js");
  try {
    return await forEachRecord(
      invocation,
      ({ record }) => {
        const cleaned = cleanRecord(record);
        return "record" in cleaned ? loader.load(cleaned.record) : cleaned;
      },
      () => loader.commit(),
    );
  } finally {
    loader.commit();
  }
}

/** How many records go by between two looks at the signals. */
const BREATH = 1000;

async function runDump({ options, signal }: Invocation): Promise<void> {
  const { asFailure, dump: dumpLines, openDatabase } = await import("../staging/index.js");
  const path = options.db as string;
  const database = openDatabase(path, { create: false });
  const output = openOutput();
  try {
    const media = options.media as MediaType | undefined;
    let count = 0;
    for (const line of dumpLines(database, media ? { media } : {})) {
      const full = output.write(line);
      if (full) await full;
      if (++count % BREATH === 0) await pause();
      signal.throwIfAborted();
    }
    await output.end();
  } catch (error) {
    throw asFailure(path, error);
  } finally {
    database.close();
  }
}

async function runStats({ options }: Invocation): Promise<void> {
  const { explain, openDatabase, statistics } = await import("../staging/index.js");
  const path = options.db as string;
  const database = openDatabase(path, { create: false });
  const output = openOutput();
  try {
    const counts = explain(path, () => statistics(database));
    const lines = options.json ? counts.map((count) => JSON.stringify(count)) : statsTable(counts);
    for (const line of lines) await output.write(line);
    await output.end();
  } finally {
    database.close();
  }
}

function statsTable(counts: readonly Count[]): string[] {
  const total = counts.reduce((sum, { records }) => sum + records, 0);
  return formatTable(
    ["media", "provider", "source", "licence", "records"],
    [
      ...counts.map((count) => [
        count.media_type,
        count.provider,
        count.source ?? "",
        `${count.license} ${count.license_version}`,
        count.records.toLocaleString("en"),
      ]),
      ["total", "", "", "", total.toLocaleString("en")],
    ],
  );
}
