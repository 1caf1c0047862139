import { type Invocation, type OptionTable, SHARED } from "../../base/cli/index.js";

/** The options of `ov-fetch`. */
export const OPTIONS = [
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
    description: "works of one day, YYYY-MM-DD in UTC (default: every day since the last one that was done)",
    type: "date",
  },
  { flags: "--since <day>", description: "works from this day on", type: "date" },
  { flags: "--until <day>", description: "works up to this day, included", type: "date" },
  {
    flags: "--db <file>",
    description: "the staging database that the records go to: what has not arrived there is asked for again",
    use: "database",
  },
  { flags: "--base-url <url>", description: "ask this address instead of the provider's" },
  SHARED.allowHost,
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
    description: "where the position in a long walk is kept (default: ~/.local/state/ov-tools)",
    use: "places",
  },
  {
    flags: "--wait",
    description: "wait for another ov-fetch of the same provider and query, for as long as it takes",
  },
  { flags: "--restart", description: "start from the first page, whatever an earlier run has done" },
  {
    flags: "--skip-errors",
    description: "go on after pages that fail, and fail at the end",
  },
  {
    flags: "--time-limit <minutes>",
    description: "stop at the first page after this time; the same command goes on from there",
    type: "count",
  },
  SHARED.rejects,
  SHARED.strict,
] as const satisfies OptionTable;

/** One run of `ov-fetch`. */
export type Fetching = Invocation<typeof OPTIONS>;
