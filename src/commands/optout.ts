import {
  type Command,
  FILES_OPERAND,
  forEachRecord,
  type Invocation,
  openOutput,
  REJECTS_OPTION,
} from "../command-line/index.js";
import { Failure } from "../failure.js";

/** `ov-optout`: a filter that leaves out what people do not want to be in. */
export const optout: Command = {
  name: "ov-optout",
  summary: "Leaves out the works that an opt-out list names.",
  description:
    "Reads media records and lets through those that no rule of the list names; those go through to the byte. A list " +
    "has one rule a line: the page of a creator, a landing page or a media file (a URL, with or without https and " +
    "www), a Flickr account (12345@N00, or any URL of it), a Flickr photo (any URL of it), a domain with those below " +
    "it (example.org), or a provider (provider:stocksnap). Blank lines are skipped, and so is what follows a #. A " +
    "line that is no rule stops the command: nobody is to be left in by a misprint. What is in a database already is " +
    "removed with ov-stage remove --list.",
  operands: FILES_OPERAND,
  options: [{ flags: "--list <file>", description: "the list; required" }, REJECTS_OPTION],
  examples: [
    {
      line: "ov-fetch flickr --input fixtures/flickr/page-1.json | ov-optout --list fixtures/opt-outs.txt",
      what: "leave out whoever asked for it",
    },
  ],
  readsStdin: (operands) => operands.length === 0,
  run,
};

async function run(invocation: Invocation): Promise<void> {
  const { options, messages } = invocation;
  if (typeof options.list !== "string") throw new Failure("usage", "name the list with --list FILE");
  const { readOptOuts } = await import("../opt-outs/index.js");
  const optOuts = await readOptOuts(options.list);
  const aliases = optOuts.count("flickr_alias");
  if (aliases > 0) {
    messages.warn(
      `${options.list}: ${aliases === 1 ? "1 rule names a Flickr account" : `${aliases} rules name Flickr accounts`} ` +
        "by an alias; most records name accounts by their NSID (12345@N00), so give that as well",
    );
  }
  const output = openOutput();
  let left = 0;
  const tally = await forEachRecord(invocation, ({ record, text }) => {
    if (optOuts.ruleFor(record) === undefined) return output.write(text);
    left++;
    return undefined;
  });
  await output.end();
  messages.info(
    `${tally.good} records: ${left} left out by ${optOuts.count().toLocaleString("en")} rules; ${tally.rejected} rejected`,
    { records: tally.good, left_out: left, rules: optOuts.count(), rejected: tally.rejected },
  );
}
