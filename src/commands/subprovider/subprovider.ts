import {
  type Command,
  FILES_OPERAND,
  forEachRecord,
  type Invocation,
  type Messages,
  nowOf,
  type OptionTable,
  openOutput,
  printLines,
  SHARED,
  START_AGAIN,
} from "../../base/cli/index.js";
import { counted, thousands } from "../../base/counted.js";
import { Failure } from "../../base/failure.js";
import { memberSetter } from "../../base/ndjson/index.js";
import type { SourceAnswer, SubProviderTable } from "../../sources/sub-providers/index.js";
import type { SourceOf } from "../../store/staging/index.js";
import { reading, STAGE, turnsOf, writing } from "../stage/options.js";

const OPTIONS = [
  {
    flags: "--table <file>",
    description:
      'rows of your own, before the built-in ones: a JSON list of {"provider": "flickr", "source": "nasa", ' +
      '"keys": ["35067687@N04"]}',
  },
  {
    flags: "--db <file>",
    description: "set the source of the records in this staging database",
    use: "database",
  },
  { ...STAGE.wait, description: `with --db: ${STAGE.wait.description}` },
  { flags: "--dry-run", description: "with --db: say what would change, and change nothing" },
  SHARED.rejects,
  SHARED.now,
] as const satisfies OptionTable;

/** `ov-subprovider`: sets the source of records, on their way or in a database. */
export const subprovider: Command<typeof OPTIONS> = {
  name: "ov-subprovider",
  summary: "Sets the source of media records: the institution inside the provider.",
  description:
    "A provider such as Flickr or the Smithsonian speaks for many institutions. This filter reads media records, " +
    "finds the institution of each from what the record says (Flickr: the owner in creator_url; Europeana: " +
    "meta_data.dataProvider; Finnish museums: meta_data.building; Smithsonian: meta_data.unit_code) and writes it " +
    "to the record's source. Everything else goes through untouched; records of other providers too. With --db it " +
    "reads no records, but does the same to those in a staging database, in short transactions between which others " +
    "read and write. Records that it has set there, and that are in the table no longer, get their old source back. " +
    "One line a change of sources goes to stdout: the key in the table (id), the provider, the source before and " +
    "after, the number of records.",
  operands: FILES_OPERAND,
  options: OPTIONS,
  examples: [
    {
      line: "ov-fetch flickr --input fixtures/flickr/page-1.json | ov-subprovider | jq -r .source | sort | uniq -c",
      what: "count the records of every source",
    },
    {
      line: "ov-subprovider --table my-sources.json records.ndjson > sourced.ndjson",
      what: "use rows of your own as well",
    },
    { line: "ov-subprovider --db staging.db --dry-run", what: "what a new table would change in a database" },
  ],
  afterInterrupt: ({ db }) =>
    db === undefined
      ? START_AGAIN
      : `what was changed in ${db} stays; run the same command again for the rest`,
  readsStdin: (operands, { db }) => operands.length === 0 && db === undefined,
  run,
};

async function run(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, operands } = invocation;
  const { db } = options;
  const lonely = db === undefined && (options.dryRun ? "--dry-run" : options.wait && "--wait");
  if (lonely) throw new Failure("usage", `${lonely} goes with --db`);
  if (db !== undefined && (operands.length > 0 || options.rejects !== undefined)) {
    throw new Failure("usage", "--db takes the records from the database; give no files and no --rejects");
  }
  const { createSubProviderTable, readSubProviderRows, SUB_PROVIDERS } = await import(
    "../../sources/sub-providers/index.js"
  );
  const path = options.table;
  const own = path === undefined ? [] : await readSubProviderRows(path);
  if (path !== undefined && own.length === 0)
    invocation.messages.warn(`${path}: there is no row in this table; it adds nothing to the built-in ones`);
  const table = createSubProviderTable([...own, ...SUB_PROVIDERS]);
  if (db === undefined) await filter(invocation, table);
  else await update({ ...invocation, options: { ...options, db } }, table);
}

type Sourcing = Invocation<typeof OPTIONS>;

/** Sets the source in a database. */
async function update(
  invocation: Sourcing & { readonly options: { readonly db: string } },
  table: SubProviderTable,
): Promise<void> {
  const { options, messages } = invocation;
  const { setSources } = await import("../../store/staging/index.js");
  const { PROVIDERS_WITH_SOURCES } = await import("../../sources/sub-providers/index.js");
  const doubts = new Doubts();
  const sourceOf: SourceOf = (record) => {
    const answer = table.sourceOf(record);
    doubts.add(answer, record.provider);
    return answer;
  };
  const dryRun = options.dryRun;
  const settings = { now: nowOf(options.now), providers: PROVIDERS_WITH_SOURCES, dryRun };
  const changes = await (dryRun ? reading : writing)(invocation, async (database, path) =>
    setSources(database, sourceOf, settings, await turnsOf(invocation, database, path)),
  );
  await printLines(changes);
  doubts.tell(messages);
  const records = changes.reduce((sum, change) => sum + change.records, 0);
  messages.info(
    `${options.db}: the source of ${counted(records, "record")} ${dryRun ? "would change" : "changed"}`,
  );
}

const setSource = memberSetter("source");

/** Sets the source of what goes through; the rest of a line stays as it is to the byte. */
async function filter(invocation: Sourcing, table: SubProviderTable): Promise<void> {
  const { messages } = invocation;
  const output = openOutput();
  const doubts = new Doubts();
  let known = 0;
  let changed = 0;

  const tally = await forEachRecord(invocation, ({ record, text }) => {
    const answer = table.sourceOf(record);
    doubts.add(answer, record.provider);
    if (answer.source !== null) known++;
    if (answer.source === null || answer.source === record.source) return output.write(text);
    changed++;
    return output.write(setSource(text, record, JSON.stringify(answer.source)));
  });
  await output.end();

  doubts.tell(messages);
  messages.info(
    `${counted(tally.good, "record")}: ${thousands(known)} of an institution in the table, ${thousands(changed)} changed; ${thousands(tally.rejected)} rejected`,
    { records: tally.good, known, changed, rejected: tally.rejected },
  );
}

/** What a person should look at, and how often it came up. */
class Doubts {
  readonly #counts = new Map<string, number>();

  add(answer: SourceAnswer, provider: unknown): void {
    const doubt = doubtOf(answer, provider);
    if (doubt) this.#counts.set(doubt, (this.#counts.get(doubt) ?? 0) + 1);
  }

  tell(messages: Messages): void {
    for (const [doubt, count] of this.#counts) {
      messages.warn(`${doubt}; ${counted(count, "record keeps its", "records keep their")} source`);
    }
  }
}

/** What a person should look at in an answer, if anything. */
function doubtOf({ unknownKey, ambiguous }: SourceAnswer, provider: unknown): string | undefined {
  if (unknownKey !== undefined)
    return `${provider} ${unknownKey} is not in the table of sources (add it with --table)`;
  return ambiguous && `${provider} records fit ${ambiguous.join(" and ")} at once`;
}
