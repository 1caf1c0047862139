import { type Invocation, type OptionTable, SHARED } from "../../base/cli/index.js";

const OUTPUT_OPTIONS = [
  { flags: "--flickr", description: "write the Flickr photo of each file that comes from Flickr" },
  {
    flags: "--keep <parts>",
    description:
      "cut entities down to id, pageid, title, lastrevid and these: properties, labels, descriptions, statements, type, ns, modified",
  },
  { flags: "--simplify", description: "write plain values instead of statements" },
  { flags: "--qualifiers", description: "with --simplify: write each value with its qualifiers" },
  { flags: "--count", description: "write totals only: entities, those with statements, by property" },
] as const satisfies OptionTable;

const FILTER_OPTIONS = [
  {
    flags: "--has <condition>",
    description:
      "only entities with P180, P180=Q5,Q146 (one of these values) or P7482/P973 (a qualifier); repeated: all of them",
    isRepeatable: true,
  },
  {
    flags: "--not <condition>",
    description: "no entities with that; repeated: none of them",
    isRepeatable: true,
  },
] as const satisfies OptionTable;

/** The options of `ov-snapshot-stream`. */
export const OPTIONS = [
  ...OUTPUT_OPTIONS,
  ...FILTER_OPTIONS,
  {
    flags: "--resume-at <offset>",
    description: "begin at the first gzip member from this byte of the file on",
    type: "count",
  },
  {
    flags: "--threads <number>",
    description: "how many threads read a gzip file (default: one for each processor, at most 6)",
    type: "count",
  },
  {
    flags: "--download <which>",
    description:
      "get a snapshot first: latest, the day of one (YYYYMMDD) or an address; a broken download goes on",
  },
  {
    flags: "--to <file>",
    description: "with --download: where it goes (default: its own name, in this folder)",
    use: "output",
  },
  SHARED.allowHost,
  { flags: "--download-only", description: "with --download: do not read it" },
  {
    flags: "--contact <address>",
    description: "e-mail or web address to tell the server with --download (default: OV_CONTACT)",
  },
  SHARED.rejects,
] as const satisfies OptionTable;

/** One run of `ov-snapshot-stream`. */
export type Streaming = Invocation<typeof OPTIONS>;
