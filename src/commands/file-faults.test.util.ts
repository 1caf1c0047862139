import { ndjson, sampleRecord } from "../testing/samples.js";

/** The fault table of files and lines: every command, every fault, and what has to come of it. */

/** A word of a command line that stands for a file or folder, which lies under its name in small letters. */
export type Word = "INPUT" | "LIST" | "TABLE" | "NOTES" | "DB" | "FROM" | "REJECTS" | "UNUSED" | "OUT";

export const READ: readonly Word[] = ["INPUT", "LIST", "TABLE", "NOTES"];
export const WRITTEN: readonly Word[] = ["REJECTS", "UNUSED"];

/** Lines for each kind of input. All but the lists have a bad one, so that there is something to reject. */
const BAD = "{bad\n";
export const CONTENTS = {
  records: ndjson([sampleRecord()]) + BAD,
  items: `${JSON.stringify({ id: "1", owner: "35067687@N04", license: "4", url_l: "https://live.staticflickr.com/1/1_a_b.jpg" })}\n${BAD}`,
  snapshot: `[\n{"type":"mediainfo","id":"M1","pageid":1,"ns":6},\n${BAD}]\n`,
  links: `${JSON.stringify({ page_id: 1, title: "File:A.jpg", flickr_photo_id: "1" })}\n${BAD}`,
  photos: `1\n${BAD}`,
  works: `flickr 5\n${BAD}`,
  urls: "12345\n",
  list: "example.net\nprovider:stocksnap\n",
  table: JSON.stringify([{ provider: "flickr", source: "nasa", keys: ["35067687@N04"] }]),
  notes: "Thanks to all.\n",
  tombstones: "",
} as const;

export type Contents = keyof typeof CONTENTS | "manifest" | "parquet";

/** A command line of the table. */
export interface Row {
  readonly argv: readonly string[];
  /** What lies in the files that it reads; under `stdin`, what it reads there where it takes no file. */
  readonly reads?: Readonly<Partial<Record<Word | "stdin", Contents>>>;
  /** It reads stdin where no INPUT is named. */
  readonly takesStdin?: boolean;
}

const lines = (argv: string, input: Contents, more: Row["reads"] = {}): Row => ({
  argv: argv.split(" "),
  reads: { INPUT: input, ...more },
  takesStdin: true,
});
const database = (argv: string): Row => ({ argv: argv.split(" ") });

/** Every command that has anything to do with files. A new one is one line more. */
export const ROWS: readonly Row[] = [
  lines("ov-fetch flickr --rejects REJECTS --input INPUT", "items"),
  { argv: ["ov-fetch", "--list"] },
  { argv: ["ov-parse-flickr-url", "--rejects", "REJECTS"], reads: { stdin: "urls" }, takesStdin: true },
  lines("ov-snapshot-stream --keep ns --rejects REJECTS INPUT", "snapshot"),
  lines("ov-commons load --db DB --rejects REJECTS INPUT", "links"),
  lines("ov-commons match --db DB --rejects REJECTS INPUT", "photos"),
  lines("ov-subprovider --table TABLE --rejects REJECTS INPUT", "records", { TABLE: "table" }),
  lines("ov-optout --list LIST --unused UNUSED --rejects REJECTS INPUT", "records", { LIST: "list" }),
  lines("ov-stage load --db DB --rejects REJECTS INPUT", "records"),
  lines("ov-stage remove --db DB --reason x --rejects REJECTS INPUT", "works"),
  { argv: "ov-stage remove --db DB --list LIST --unused UNUSED".split(" "), reads: { LIST: "list" } },
  database("ov-stage dump --db DB"),
  database("ov-stage expire --db DB --now 2030-01-01T00:00:00Z"),
  database("ov-stage popularity --db DB"),
  database("ov-stage stats --db DB"),
  database("ov-stage top --db DB"),
  database("ov-stage runs --db DB"),
  database("ov-stage check --db DB"),
  database("ov-stage migrate --db DB"),
  database("ov-stage licenses"),
  database("ov-stage reingest flickr"),
  lines("ov-to-parquet --out OUT --replace --rejects REJECTS INPUT", "records"),
  { argv: ["ov-from-parquet", "INPUT"], reads: { INPUT: "parquet" } },
  lines("ov-publish folder:OUT --replace --opt-outs LIST --notes NOTES INPUT", "manifest", {
    LIST: "list",
    NOTES: "notes",
  }),
  { argv: "ov-publish folder:OUT --replace --from FROM".split(" ") },
  database("ov-tools"),
];

/** Options that name files and stand in another table: databases, keys; and one that is tried with a server. */
export const ELSEWHERE: readonly string[] = [
  "--db",
  "--api-key-file",
  "--token-file",
  "--to",
  "--state",
  "--tombstones",
];

/** How a command has to end, and what it has to say. `same`: its output is that of a whole run. */
export interface End {
  readonly codes: readonly number[];
  readonly words?: RegExp;
  readonly same?: boolean;
  /** Something has to be rejected where it ends with 0. */
  readonly counted?: boolean;
  /** Its work was done before: what it writes may be there however it ends. */
  readonly afterWork?: boolean;
}

export const OK: End = { codes: [0], same: true };
export const NO_INPUT: End = { codes: [66] };
export const NO_OUTPUT: End = { codes: [73] };
export const BAD_INPUT: End = { codes: [65] };
export const USAGE: End = { codes: [2] };
/** A fault in what every process has: its streams, its folder. */
export interface StreamFault {
  readonly name: string;
  /** What stands behind the command line in a shell; the whole run's file for stdin is `stdin`. */
  readonly redirect: string;
  /** Stands before it. */
  readonly before?: string;
  /** Only commands that read stdin, or that write to stdout. */
  readonly only?: "reads" | "writes";
  /** One of several of its sort, each tried with other commands. */
  readonly isVariety?: true;
  readonly end: End;
}

export const STREAM_FAULTS: readonly StreamFault[] = [
  { name: "stdin is a folder", redirect: "< .", only: "reads", end: { codes: [66], words: /folder/ } },
  { name: "stdin is closed", redirect: "<&-", only: "reads", end: { codes: [0, 65, 66] } },
  {
    name: "stdin is the input, stdout is added to it",
    redirect: "< stdin >> stdin",
    only: "reads",
    end: USAGE,
  },
  { name: "stdout is full", redirect: "> /dev/full", only: "writes", end: { codes: [73], afterWork: true } },
  { name: "stdout is closed", redirect: ">&-", only: "writes", end: { codes: [0, 73], afterWork: true } },
  { name: "stdout has no reader", redirect: "| true", only: "writes", end: { codes: [0] } },
  { name: "stderr is full", redirect: "2> /dev/full", isVariety: true, end: OK },
  { name: "stderr has no reader", redirect: "2> >(exec true)", isVariety: true, end: OK },
  { name: "stderr is closed", redirect: "2>&-", isVariety: true, end: OK },
  {
    name: "the working folder is gone",
    before: 'mkdir gone && cd gone && rmdir "$PWD" &&',
    redirect: "",
    isVariety: true,
    end: OK,
  },
];

/** Names that are no ordinary ones; of no file, where they are read. */
export const NAMES: readonly (readonly [what: string, printf: string])[] = [
  ["not UTF-8", "a\\377b"],
  ["a terminal escape, a line end and a change of direction", "a\\033[31m\\nb\\342\\200\\256c"],
];
