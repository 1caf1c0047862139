import type { Command, Invocation } from "../../base/cli/index.js";
import { ALLOW_HOST_OPTION, REJECTS_OPTION, STRICT_OPTION } from "../../base/cli/index.js";
import { Failure } from "../../base/failure.js";

/** `ov-fetch`: from a provider, or saved answers of it, to media records. */
export const fetch: Command = {
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
    min: 0,
    max: Number.POSITIVE_INFINITY,
    filesWith: ["--input"],
  },
  options: [
    {
      flags: "--list",
      description: "show the providers: media, key needed, dated or full, limits, last check, licences",
    },
    {
      flags: "--input <file>",
      description: "read saved API answers; `-` is stdin, a folder stands for the files in it",
      use: "files",
    },
    {
      flags: "--raw",
      description: "write the source's items as they are, but for API keys, instead of records",
    },
    {
      flags: "--limit <number>",
      description: "stop after this many records (items with --raw)",
      type: "count",
    },
    {
      flags: "--date <day>",
      description:
        "works of one day, YYYY-MM-DD in UTC (default: every day since the last one that was done)",
      type: "date",
    },
    { flags: "--since <day>", description: "works from this day on", type: "date" },
    { flags: "--until <day>", description: "works up to this day, included", type: "date" },
    {
      flags: "--db <file>",
      description:
        "the staging database that the records go to: what has not arrived there is asked for again",
      use: "database",
    },
    { flags: "--base-url <url>", description: "ask this address instead of the provider's" },
    ALLOW_HOST_OPTION,
    {
      flags: "--api-key-file <file>",
      description: "read the API key from this file instead of the environment",
    },
    {
      flags: "--contact <address>",
      description: "e-mail or web address to tell the provider (default: OV_CONTACT)",
    },
    {
      flags: "--state <dir>",
      description: "where the place in a long walk is kept (default: ~/.local/state/ov-tools)",
      use: "places",
    },
    {
      flags: "--wait",
      description: "wait for another ov-fetch of the same provider and query, for as long as it takes",
    },
    { flags: "--restart", description: "start from the first page, whatever an earlier run has done" },
    {
      flags: "--skip-errors",
      description: "go on behind pages that cannot be had, and fail at the end",
    },
    {
      flags: "--time-limit <minutes>",
      description: "stop at the first page after this time; the same command goes on from there",
      type: "count",
    },
    REJECTS_OPTION,
    STRICT_OPTION,
  ],
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

async function run(invocation: Invocation): Promise<void> {
  const { operands, options } = invocation;
  if (options.list) {
    const { listProviders } = await import("./list.js");
    return listProviders();
  }
  const [name, ...files] = operands;
  if (name === undefined) throw new Failure("usage", "name a provider; ov-fetch --list shows them");
  const { findProvider } = await import("../../sources/providers/index.js");
  const provider = findProvider(name);
  if (typeof options.input === "string") {
    const { fetchSaved } = await import("./saved.js");
    return fetchSaved(invocation, provider, [options.input, ...files]);
  }
  if (files.length > 0)
    throw new Failure("usage", `one argument too many: ${files[0]} (files go with --input)`);
  const { fetchLive } = await import("./live.js");
  return fetchLive(invocation, provider);
}
