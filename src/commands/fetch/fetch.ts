import type { Command } from "../../base/cli/index.js";
import { Failure } from "../../base/failure.js";
import { type Fetching, OPTIONS } from "./options.js";

/** `ov-fetch`: from a provider, or saved answers of it, to media records. */
export const fetch: Command<typeof OPTIONS> = {
  name: "ov-fetch",
  summary: "Fetches the media records of a provider.",
  description:
    "Asks a provider's API for its works, page by page and politely, and writes one cleaned media record a line. " +
    "With --input it reads saved API answers instead and needs no network: whole answers, lists of items, or items " +
    "one a line as --raw writes them. An item that has no open licence or no media file gives no record; the " +
    "summary counts such items by reason.",
  operands: {
    usage: "PROVIDER [FILE...]",
    description: "the provider, and more files for --input",
    filesWith: ["--input"],
  },
  options: OPTIONS,
  examples: [
    {
      line: "ov-fetch clevelandmuseum --limit 500 > cleveland.ndjson",
      what: "fetch some works of the Cleveland Museum of Art, which needs no key",
    },
    {
      line: "ov-fetch flickr --input fixtures/flickr/page-1.json | jq -r .title",
      what: "turn a saved API answer into records",
    },
    { line: "ov-fetch --list", what: "see which providers there are" },
  ],
  afterInterrupt: ({ input, limit, restart }) => {
    if (input !== undefined) return "run the same command again, it reads its files from the start";
    if (limit !== undefined) return "run the same command again, with --limit it starts from the first page";
    return `run the same command again${restart ? " without --restart" : ""}, it goes on from there`;
  },
  readsStdin: (operands, { input }) => input === "-" && operands.length === 1,
  run,
};

async function run(invocation: Fetching): Promise<void> {
  const { operands, options } = invocation;
  if (options.list) {
    const { listProviders } = await import("./list.js");
    return listProviders();
  }
  const [name, ...files] = operands;
  if (name === undefined) throw new Failure("usage", "name a provider; ov-fetch --list shows them");
  const { findProvider } = await import("../../sources/providers/index.js");
  const provider = findProvider(name);
  if (options.input !== undefined) {
    const { fetchSaved } = await import("./saved.js");
    return fetchSaved(invocation, provider, [options.input, ...files]);
  }
  if (files.length > 0)
    throw new Failure("usage", `one argument too many: ${files[0]} (files go with --input)`);
  const { fetchLive } = await import("./live.js");
  return fetchLive(invocation, provider);
}
