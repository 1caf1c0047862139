import { readFile } from "node:fs/promises";
import {
  type Command,
  FILES_OPERAND,
  forEachRecord,
  type Invocation,
  openOutput,
  REJECTS_OPTION,
} from "../command-line/index.js";
import { Failure, systemReason } from "../failure.js";
import type { SourceAnswer, SubProviderRow } from "../sub-providers/index.js";

/** `ov-subprovider`: a filter that sets the source of records. */
export const subprovider: Command = {
  name: "ov-subprovider",
  summary: "Sets the source of media records: the institution inside the provider.",
  description:
    "A provider such as Flickr or the Smithsonian speaks for many institutions. This filter reads media records, " +
    "finds the institution of each from what the record says (Flickr: the owner in creator_url; Europeana: " +
    "meta_data.dataProvider; Finnish museums: meta_data.building; Smithsonian: meta_data.unit_code) and writes it " +
    "to the record's source. Everything else goes through untouched; records of other providers too.",
  operands: FILES_OPERAND,
  options: [
    {
      flags: "--table <file>",
      description:
        'rows of your own, before the built-in ones: a JSON list of {"provider": "flickr", "source": "nasa", ' +
        '"keys": ["35067687@N04"]}',
    },
    REJECTS_OPTION,
  ],
  examples: [
    {
      line: "ov-fetch flickr --input fixtures/flickr/page-1.json | ov-subprovider | jq -r .source | sort | uniq -c",
      what: "count the records of every source",
    },
    {
      line: "ov-subprovider --table my-sources.json records.ndjson > sourced.ndjson",
      what: "use rows of your own as well",
    },
  ],
  readsStdin: (operands) => operands.length === 0,
  run,
};

async function run(invocation: Invocation): Promise<void> {
  const { options, messages } = invocation;
  const { createSubProviderTable, parseSubProviderRows, SUB_PROVIDERS } = await import(
    "../sub-providers/index.js"
  );
  const own = typeof options.table === "string" ? await readRows(options.table, parseSubProviderRows) : [];
  const table = createSubProviderTable([...own, ...SUB_PROVIDERS]);
  const output = openOutput();
  const doubts = new Map<string, number>();
  let known = 0;
  let changed = 0;

  const tally = await forEachRecord(invocation, ({ record, text }) => {
    const answer = table.sourceOf(record);
    const doubt = doubtOf(answer, record.provider);
    if (doubt) doubts.set(doubt, (doubts.get(doubt) ?? 0) + 1);
    if (answer.source !== null) known++;
    // The line itself goes through where nothing changes: cheaper, and numbers stay as they were written.
    if (answer.source === null || answer.source === record.source) return output.write(text);
    changed++;
    return output.write(JSON.stringify({ ...record, source: answer.source }));
  });
  await output.end();

  for (const [doubt, count] of doubts) {
    messages.warn(`${doubt}; ${count === 1 ? "1 record keeps its" : `${count} records keep their`} source`);
  }
  messages.info(
    `${tally.good} records: ${known} of an institution in the table, ${changed} changed; ${tally.rejected} rejected`,
    { records: tally.good, known, changed, rejected: tally.rejected },
  );
}

/** What a person should look at in an answer, if anything. */
function doubtOf({ unknownKey, ambiguous }: SourceAnswer, provider: unknown): string | undefined {
  if (unknownKey !== undefined)
    return `${provider} ${unknownKey} is not in the table of sources (add it with --table)`;
  return ambiguous && `${provider} records fit ${ambiguous.join(" and ")} at once`;
}

/** The rows of a table file; every error names the file. */
async function readRows(path: string, parse: (json: unknown) => SubProviderRow[]): Promise<SubProviderRow[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new Failure("no_input", `cannot open ${path}: ${systemReason(error)}`, { cause: error });
  });
  try {
    return parse(JSON.parse(text));
  } catch (error) {
    const message = error instanceof Failure ? error.message : "not valid JSON";
    throw new Failure("bad_input", message, { place: { file: path }, cause: error });
  }
}
