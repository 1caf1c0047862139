import { createReadStream } from "node:fs";
import { access, constants, open, stat } from "node:fs/promises";
import { Failure, orFail } from "../failure.js";
import { type Format, type FormatKind, formatOf, isUnpacked, unpacked } from "../files/index.js";
import { boundsIn, wholeLines, withoutMark } from "../ndjson/index.js";

/** What an input holds: JSON (lines or a document), text of any kind, or whatever its reader makes of its bytes. */
export type Contents = "json" | "text" | "anything";

type Chunks = AsyncIterator<Uint8Array>;

const OPEN_BRACE = 0x7b;
/** How many bytes are looked at where an input does not begin like JSON. */
const LOOKED_AT = 4096;
/** How many lines are enough: two to know a table; a line of text need not wait for the next one. */
const LINES: Readonly<Record<Contents, number>> = { json: 2, text: 1, anything: 1 };
/** Twice happens by mistake; there are files that are packed in themselves without end. */
const MOST_PACKED = 2;

/**
 * The bytes of an input, unpacked where they are packed in a way that we can unpack. Data that is something else than what
 * it should be, by its first bytes, is a `Failure` (`bad_input`) that names it and says what to do.
 */
export async function* contentsOf(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  contents: Contents,
  depth = 0,
): AsyncGenerator<Uint8Array> {
  const chunks = bytes[Symbol.asyncIterator]();
  try {
    const beginning = await takeBeginning(chunks, LINES[contents]);
    if (beginning === undefined) return;
    const whole = prepended(beginning, chunks);
    const format = isJsonLine(beginning) ? undefined : formatOf(beginning);
    if (format && isUnpacked(format) && depth < MOST_PACKED) {
      // What is packed in there is looked at in the same way.
      yield* contentsOf(unpacked(whole, format, name), name, contents, depth + 1);
      return;
    }
    refuseOthers(beginning, format, name, contents);
    yield* whole;
  } finally {
    await chunks.return?.();
  }
}

/**
 * Checks that files can be opened and hold what they should, before anything is made of them. Pipes and devices are left
 * alone: what is read from them is gone.
 */
export async function checkFiles(files: readonly string[], contents: Contents): Promise<void> {
  for (const file of files) if (file !== "-") await checkFile(file, contents);
}

async function checkFile(file: string, contents: Contents): Promise<void> {
  const stats = await orFail("open", file, () => stat(file));
  if (stats.isDirectory()) throw new Failure("no_input", `cannot open ${file}: it is a folder`);
  if (!stats.isFile()) return orFail("open", file, () => access(file, constants.R_OK));
  await orFail("open", file, async () => (await open(file, "r")).close());
  const stream = createReadStream(file, { highWaterMark: LOOKED_AT });
  // Up to the first bytes of what is packed.
  for await (const _ of contentsOf(stream, file, contents)) break;
}

/** As much as tells what an input is; undefined where it is empty. A line of JSON need not wait for the next one. */
async function takeBeginning(chunks: Chunks, lines: number): Promise<Buffer | undefined> {
  let beginning: Buffer | undefined;
  for (;;) {
    const { value, done } = await chunks.next();
    if (done) return beginning;
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    beginning = beginning ? Buffer.concat([beginning, chunk]) : chunk;
    if (isJsonLine(beginning) || beginning.length >= LOOKED_AT) return beginning;
    if (boundsIn(beginning.subarray(0, wholeLines(beginning))).count >= lines) return beginning;
  }
}

async function* prepended(beginning: Uint8Array, chunks: Chunks): AsyncGenerator<Uint8Array> {
  yield beginning;
  for (;;) {
    const { value, done } = await chunks.next();
    if (done) return;
    yield value;
  }
}

function isJsonLine(beginning: Buffer): boolean {
  return beginning[0] === OPEN_BRACE && beginning[1] !== 0;
}

/** What may be text, for readers of any text. */
const TEXTS: ReadonlySet<FormatKind> = new Set(["html", "xml"]);

/** What to do with data that is no JSON. */
const ADVICE: Partial<Record<FormatKind, string>> = {
  parquet: "ov-from-parquet reads it",
  sqlite: "ov-stage dump --db writes what is in a staging database",
  "utf-16": "convert it first: iconv -f UTF-16 -t UTF-8",
  "utf-32": "convert it first: iconv -f UTF-32 -t UTF-8",
  html: "look at it: it may say why there is no data",
};

function refuseOthers(beginning: Buffer, format: Format | undefined, name: string, contents: Contents): void {
  if (contents === "anything") return;
  const found = format ?? (contents === "json" ? tableOf(beginning) : undefined);
  if (!found || (contents === "text" && format && TEXTS.has(format.kind))) return;
  const { words, unpack } = found;
  const advice =
    unpack !== undefined
      ? `unpack it first: ${unpack}`
      : ((format && ADVICE[format.kind]) ??
        ("advice" in found ? found.advice : "give a file of lines of JSON"));
  const expected = contents === "json" ? "JSON" : "text";
  throw new Failure("bad_input", `this is ${words}, not ${expected}; ${advice}`, { place: { file: name } });
}

interface Table {
  readonly words: string;
  readonly advice: string;
  readonly unpack?: undefined;
}

/** Separators of tables, with the option of Miller (mlr) that reads them. */
const SEPARATORS: readonly (readonly [separator: string, words: string, options: string])[] = [
  ["\t", "a table of values with tabs between them (TSV)", "--itsv"],
  [",", "a table of values with commas between them (CSV)", "--icsv"],
  [";", "a table of values with semicolons between them (CSV)", "--icsv --ifs ';'"],
];
/** What stands in the first line of a table: names of columns. */
const COLUMN_NAME = /^"?[\p{L}_][\p{L}\p{N}_ .:/()-]*"?$/u;

/** The table that text is, by its first two lines. */
function tableOf(beginning: Buffer): Table | undefined {
  const text = withoutMark(beginning.subarray(0, LOOKED_AT));
  const { bounds } = boundsIn(text);
  const lineAt = (i: number) => text.toString("latin1", bounds[2 * i] ?? text.length, bounds[2 * i + 1]);
  const [first, second] = [lineAt(0), lineAt(1)];
  for (const [separator, words, options] of SEPARATORS) {
    const names = first.split(separator);
    const isTable = names.length > 1 && names.every((name) => COLUMN_NAME.test(name.trim()));
    if (isTable && second.split(separator).length >= names.length) {
      return { words, advice: `make lines of JSON of it first, as Miller does: mlr ${options} --ojsonl cat` };
    }
  }
  return undefined;
}
