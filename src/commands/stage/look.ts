import {
  type Command,
  formatTable,
  type Invocation,
  type OptionTable,
  openOutput,
  printLines,
} from "../../base/cli/index.js";
import { counted, thousands } from "../../base/counted.js";
import { unknownName } from "../../base/nearest.js";
import type { DroppedCounts } from "../../record/index.js";
import type { Count, Dimension, LargestCounts, RunRow, TopRow } from "../../store/staging/index.js";
import { checkNames } from "./names.js";
import { reading, STAGE } from "./options.js";

/** Subcommands of `ov-stage` that look at what is there. */

const STATS_OPTIONS = [
  STAGE.db,
  {
    flags: "--by <dimensions>",
    description: "any of media, provider, source, license and month, with commas",
    default: "media,provider,source,license",
  },
  STAGE.json,
] as const satisfies OptionTable;

export const stats: Command<typeof STATS_OPTIONS> = {
  name: "stats",
  summary: "Counts the records by provider, source, licence, media type and month.",
  description:
    "Prints a table for people, of the 1,000 largest counts and the sum of the others, or with --json one JSON object a " +
    "line for each. --by says what is counted by; a month is that " +
    "in which a record was first staged.",
  options: STATS_OPTIONS,
  examples: [
    { line: "ov-stage stats --db staging.db", what: "what is in the database" },
    { line: "ov-stage stats --db staging.db --by provider,month --json", what: "how it grew" },
  ],
  run: runStats,
};

async function runStats(invocation: Invocation<typeof STATS_OPTIONS>): Promise<void> {
  const { ALL_DIMENSIONS, largest, requireTrue, statistics } = await import("../../store/staging/index.js");
  const given = invocation.options.by.split(",");
  const names = given.map((name) => name.trim());
  const unknown = names.find((name) => !(ALL_DIMENSIONS as readonly string[]).includes(name));
  if (unknown !== undefined) throw unknownName("--by", unknown, "is not valid", ALL_DIMENSIONS);
  const by = [...new Set(names)] as Dimension[];
  if (invocation.options.json) return printCounts(invocation, by);
  const found = await reading(invocation, (database) => {
    const found = largest(statistics(database, by), MOST_ROWS);
    requireTrue(database, found.counts);
    return found;
  });
  await printLines(await statsTable(by, found));
}

/** Rows of the table for people; what follows them is one row more. */
const MOST_ROWS = 1000;

/** All counts as JSON, some thousand at a time. */
async function printCounts(
  invocation: Invocation<typeof STATS_OPTIONS>,
  by: readonly Dimension[],
): Promise<void> {
  const { requireTrue, statistics } = await import("../../store/staging/index.js");
  const output = openOutput();
  await reading(invocation, async (database) => {
    let some: Count[] = [];
    const write = async () => {
      requireTrue(database, some);
      for (const count of some) await output.write(JSON.stringify(count));
      some = [];
    };
    for (const count of statistics(database, by)) if (some.push(count) === 10 * MOST_ROWS) await write();
    await write();
  });
  await output.end();
}

const HEADINGS: Readonly<Record<Dimension, string>> = {
  media: "media",
  provider: "provider",
  source: "source",
  license: "licence",
  month: "month",
};

function statsTable(by: readonly Dimension[], { counts, others }: LargestCounts): Promise<string[]> {
  const total = counts.reduce((sum, { records }) => sum + records, others.records);
  const cell = (count: Count, dimension: Dimension) => {
    if (dimension === "license") return `${count.license} ${count.license_version}`;
    return String(count[dimension === "media" ? "media_type" : dimension] ?? "");
  };
  return formatTable(
    [...by.map((dimension) => HEADINGS[dimension]), "records"],
    [
      ...counts.map((count) => [...by.map((one) => cell(count, one)), thousands(count.records)]),
      ...(others.combinations === 0
        ? []
        : [[counted(others.combinations, "other"), ...by.slice(1).map(() => ""), thousands(others.records)]]),
      ["total", ...by.slice(1).map(() => ""), thousands(total)],
    ],
  );
}

const TOP_OPTIONS = [
  STAGE.db,
  {
    flags: "--by <what>",
    description: "what is added up by",
    choices: ["creator", "source", "provider"],
    default: "creator",
  },
  { flags: "--metric <member>", description: "the member of meta_data that is added up", default: "views" },
  { flags: "--limit <number>", description: "rows at most", type: "count", default: 20 },
  STAGE.provider,
  STAGE.media,
  STAGE.json,
] as const satisfies OptionTable;

export const top: Command<typeof TOP_OPTIONS> = {
  name: "top",
  summary: "Lists whose works are most viewed, downloaded or used.",
  description:
    "Adds up a number in meta_data (views, downloads, …) over the works of each creator, source or provider, and lists " +
    "the highest sums first. The most viewed accounts of a provider are where to look for institutions that deserve a " +
    "source of their own.",
  options: TOP_OPTIONS,
  examples: [
    { line: "ov-stage top --db staging.db --by creator --metric views", what: "the most viewed accounts" },
  ],
  run: runTop,
};

async function runTop(invocation: Invocation<typeof TOP_OPTIONS>): Promise<void> {
  const { METRICS, requireTrue, storedMembers, top: topRows } = await import("../../store/staging/index.js");
  const { options } = invocation;
  const rows = await reading(invocation, async (database) => {
    await checkNames(database, options);
    const rows = topRows(database, options);
    requireTrue(database, rows);
    // What a provider counts in is a name that there is, also where none of its works are stored.
    const counted = Object.values(METRICS).flatMap((ofMedia) => Object.values(ofMedia));
    if (rows.length === 0 && !counted.includes(options.metric))
      checkMember(options.metric, storedMembers(database));
    return rows;
  });
  if (rows.length === 0) {
    invocation.messages.warn(
      `none of these records has a number ${JSON.stringify(options.metric)} in meta_data`,
    );
  }
  await printLines(options.json ? rows : await topTable(options.metric, rows));
}

/** An empty list should mean that nothing is counted, and never that the name is misspelt. */
function checkMember(name: string, stored: readonly string[]): void {
  if (stored.length === 0 || stored.includes(name)) return;
  throw unknownName("--metric", name, "is no member of meta_data that is stored", stored);
}

/** The columns are those of the rows, which are all of one shape. */
function topTable(metric: string, rows: readonly TopRow[]): Promise<string[]> {
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== "total" && name !== "records");
  const cells = (row: TopRow) => names.map((name) => String(row[name as keyof TopRow] ?? ""));
  return formatTable(
    [...names.map((name) => name.replace("_", " ")), "records", metric],
    rows.map((row) => [...cells(row), thousands(row.records), row.total.toLocaleString("en")]),
  );
}

const RUNS_OPTIONS = [STAGE.db, STAGE.json] as const satisfies OptionTable;

export const runs: Command<typeof RUNS_OPTIONS> = {
  name: "runs",
  summary: "Lists the loads, removals and expirations there were.",
  description:
    "Each has who ran it and when, what it read, what it did and how it ended: done; interrupted or failed, which keep " +
    "what came before; running; or crashed, of which nothing was kept. A run whose process is gone has crashed, also " +
    "before the next one writes that down. The newest come first.",
  options: RUNS_OPTIONS,
  examples: [{ line: "ov-stage runs --db staging.db | head -5", what: "the last ones" }],
  run: runRuns,
};

async function runRuns(invocation: Invocation<typeof RUNS_OPTIONS>): Promise<void> {
  const { currentRuns, requireTrue, untaken } = await import("../../store/staging/index.js");
  const { rows, objects, unsure } = await reading(invocation, async (database, path) => {
    const { runs: rows, unsure } = await currentRuns(database, path);
    requireTrue(database, rows);
    return {
      rows,
      unsure,
      objects: rows.map((row) => ({ ...row, counts: JSON.parse(row.counts ?? "null") })),
    };
  });
  if (unsure) {
    invocation.messages.warn(
      `run ${unsure.id} is written down as running; whether it still is cannot be seen where nothing can be written`,
    );
  }
  await printLines(invocation.options.json ? objects : await runsTable(rows));
  for (const { id, file } of untaken(rows, invocation.options.db))
    invocation.messages.info(`${file} holds what load ${id} had read; the next load takes it in`);
}

function runsTable(rows: readonly RunRow[]): Promise<string[]> {
  return formatTable(
    ["run", "command", "started (UTC)", "by", "state", "input", "counts"],
    rows.map(({ id, command, started_on, who, state, input, counts }) => [
      ...[String(id), command, started_on.replace("T", " ").replace(/\.\d+Z$/, ""), who, state, input],
      countsInWords(JSON.parse(counts ?? "{}") as Record<string, number | DroppedCounts>),
    ]),
  );
}

/** Dropped values are counted by column and reason: here is room for their sum. */
function countsInWords(counts: Readonly<Record<string, number | DroppedCounts>>): string {
  return Object.entries(counts)
    .map(([name, count]) => [typeof count === "number" ? count : totalOf(count), name] as const)
    .filter(([count]) => count !== 0)
    .map(([count, name]) => `${thousands(count)} ${name}`)
    .join(", ");
}

function totalOf(dropped: DroppedCounts): number {
  const counts = Object.values(dropped).flatMap((reasons) => Object.values(reasons));
  return counts.reduce((sum, count) => sum + count, 0);
}
