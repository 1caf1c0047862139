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
    "../providers/sub-providers.js"
  );
  const own = typeof options.table === "string" ? parseSubProviderRows(await readTable(options.table)) : [];
  const table = createSubProviderTable([...own, ...SUB_PROVIDERS]);
  const output = openOutput();
  const unknown = new Map<string, number>();
  let changed = 0;

  const tally = await forEachRecord(invocation, ({ record, text }) => {
    const { source, unknownKey } = table.sourceOf(record);
    if (unknownKey !== undefined) {
      const name = `${record.provider} ${unknownKey}`;
      unknown.set(name, (unknown.get(name) ?? 0) + 1);
    }
    // The line itself goes through where nothing changes: cheaper, and numbers stay as they were written.
    if (source === null || source === record.source) return output.write(text);
    changed++;
    return output.write(JSON.stringify({ ...record, source }));
  });
  await output.end();

  for (const [name, count] of unknown) {
    messages.warn(
      `${name} is not in the table of sources (${count} records keep their source); add it with --table`,
    );
  }
  messages.info(`${tally.good} records, ${changed} given another source, ${tally.rejected} rejected`, {
    records: tally.good,
    changed,
    rejected: tally.rejected,
  });
}

async function readTable(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new Failure("no_input", `cannot open ${path}: ${systemReason(error)}`, { cause: error });
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure("bad_input", "not valid JSON", { place: { file: path }, cause: error });
  }
}
