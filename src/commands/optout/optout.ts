import {
  type Command,
  FILES_OPERAND,
  forEachRecord,
  type Handler,
  type Invocation,
  type OptionTable,
  openOutput,
  SHARED,
} from "../../base/cli/index.js";
import { counted, thousands } from "../../base/counted.js";
import type { LineWriter } from "../../base/ndjson/index.js";
import type { OptOuts } from "../../sources/opt-outs/index.js";
import { openUnused, readOptOutList, tellUnused, UNUSED_OPTION } from "./lists.js";

const OPTIONS = [
  { flags: "--list <file>", description: "the list; required", required: "name the list with --list FILE" },
  {
    flags: "--explain",
    description:
      "write why instead of what: a JSON line for each record that is left out and each rule that names it",
  },
  UNUSED_OPTION,
  SHARED.rejects,
] as const satisfies OptionTable;

/** `ov-optout`: a filter that leaves out what people do not want to be in. */
export const optout: Command<typeof OPTIONS> = {
  name: "ov-optout",
  summary: "Leaves out the works that an opt-out list names.",
  description:
    "Reads media records and lets through those that no rule of the list names; those go through to the byte. A list " +
    "has one rule a line: the page of a creator, a landing page or a media file (a URL, with or without https and " +
    "www), a Flickr account (12345@N00, or any URL of it), a Flickr photo (any URL of it), a domain with those below " +
    "it (example.org), or a provider (provider:stocksnap). Blank lines are skipped, and so is what follows a #. A " +
    "line that is no rule, or could be several, stops the command: nobody is to be left in by a misprint. Rules that " +
    "named nothing are told at the end. What is in a database already is removed with ov-stage remove --list.",
  operands: FILES_OPERAND,
  options: OPTIONS,
  examples: [
    {
      line: "ov-fetch flickr --input fixtures/flickr/page-1.json | ov-optout --list fixtures/opt-outs.txt",
      what: "leave out whoever asked for it",
    },
    {
      line: "ov-fetch flickr --input fixtures/flickr/page-1.json | ov-optout --list fixtures/opt-outs.txt --explain",
      what: "say which rule names which record, and by what",
    },
  ],
  readsStdin: (operands) => operands.length === 0,
  run,
};

async function run(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, messages } = invocation;
  const optOuts = await readOptOutList(options.list, messages);
  const unused = await openUnused(invocation);
  const output = openOutput();
  try {
    const filter = options.explain ? explain(optOuts, options.list, output) : leaveOut(optOuts, output);
    const tally = await forEachRecord(invocation, filter.handle);
    await output.end();
    const rules = optOuts.count();
    messages.info(
      `${counted(tally.good, "record")}: ${thousands(filter.named())} left out by ${counted(rules, "rule")}; ${thousands(tally.rejected)} rejected`,
      { records: tally.good, left_out: filter.named(), rules, rejected: tally.rejected },
    );
    // Whoever asks why one record is out does not ask about the rest of the list.
    if (!options.explain || unused) await tellUnused(optOuts, options.list, messages, unused);
  } finally {
    await unused?.abandon();
  }
}

/** What is done with records, and how many of them rules named. */
interface Filter {
  readonly handle: Handler;
  readonly named: () => number;
}

function leaveOut(optOuts: OptOuts, output: LineWriter): Filter {
  let left = 0;
  return {
    named: () => left,
    handle: ({ record, text }) => {
      if (optOuts.rulesFor(record).length === 0) return output.write(text);
      left++;
      return undefined;
    },
  };
}

/** Writes why records are left out, a line for each rule that names one, in the order of the list. */
function explain(optOuts: OptOuts, list: string, output: LineWriter): Filter {
  let left = 0;
  return {
    named: () => left,
    handle: async ({ record }) => {
      const named = optOuts.rulesFor(record);
      if (named.length > 0) left++;
      const { provider = null, foreign_identifier = null } = record;
      for (const { rule, column } of named) {
        const { line, text, kind } = rule;
        const why = { list, line, rule: text, kind, column, value: record[column] };
        await output.write(JSON.stringify({ provider, foreign_identifier, ...why }));
      }
    },
  };
}
