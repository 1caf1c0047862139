import { createReadStream } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure.js";
import { orFail } from "../files/index.js";
import { readLines } from "../ndjson/index.js";
import { nearestName } from "../nearest.js";
import { COLUMNS, type ColumnType, type MediaRecord } from "../record/index.js";
import { Bits } from "./bits.js";

/**
 * Sorts more records than fit into memory: as many as fit are sorted and written down as a run, and runs are merged.
 * Records that are equal by their key keep their order.
 */

/** Characters of keys and lines that are held. */
const HELD = 32 * 1024 * 1024;
/** Runs that are merged at once; each is an open file. */
const MOST_RUNS = 64;
/** Stands between parts of a key; cleaned values have no control characters. */
const PART_END = "\u0001";
const KEY_END = "\t";

const SORTABLE = new Set<ColumnType>(["text", "url", "uuid", "integer", "number", "boolean", "timestamp"]);

/** Digits of a record's number, which ends its key: so those that are equal otherwise keep their order. */
const NUMBER_DIGITS = 12;

/** A record's key, and its line. */
type Entry = readonly [key: string, line: string];

/** The columns of a list such as `provider,updated_on`; a `Failure` ("usage") where one cannot be sorted by. */
export function sortColumns(list: string): string[] {
  const names = list.split(",").map((name) => name.trim());
  for (const name of names) {
    const column = COLUMNS.find((column) => column.name === name);
    if (!column) {
      const near = nearestName(
        name,
        COLUMNS.filter(({ type }) => SORTABLE.has(type)).map((one) => one.name),
      );
      const help = near === undefined ? "" : ` (did you mean ${near}?)`;
      throw new Failure("usage", `--sort: there is no column ${JSON.stringify(name)}${help}`);
    }
    if (!SORTABLE.has(column.type)) throw new Failure("usage", `--sort: ${name} has no order to sort by`);
  }
  return names;
}

export class Sorter {
  readonly #folder: string;
  readonly #name: string;
  readonly #columns: readonly string[];
  readonly #held: number;
  /** Records that are left out, by their numbers: the first one added has 0. */
  readonly leftOut = new Bits();
  #added = 0;
  #entries: Entry[] = [];
  #length = 0;
  #runs: string[] = [];
  #lastRun = 0;

  /** Runs are kept in `folder`, which is made when it is needed; `name` is what messages call the place. */
  constructor(folder: string, name: string, columns: readonly string[], held = HELD) {
    this.#folder = folder;
    this.#name = name;
    this.#columns = columns;
    this.#held = held;
  }

  /** Adds a cleaned record; gives a promise when it has to be waited for. */
  add(record: MediaRecord): Promise<void> | undefined {
    const key = keyOf(record, this.#columns) + String(this.#added++).padStart(NUMBER_DIGITS, "0");
    const entry: Entry = [key, JSON.stringify(record)];
    this.#entries.push(entry);
    this.#length += entry[0].length + entry[1].length;
    return this.#length >= this.#held ? this.#endRun() : undefined;
  }

  /** The lines of all records, in order; nothing is left behind afterwards. */
  async *sorted(): AsyncGenerator<string> {
    if (this.#runs.length > 0) await this.#endRun();
    const entries = this.#runs.length > 0 ? merge(this.#runs.map(readRun)) : this.#takeEntries();
    for await (const [key, line] of entries) {
      if (!this.leftOut.has(Number(key.slice(-NUMBER_DIGITS)))) yield line;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #endRun(): Promise<void> {
    this.#runs.push(await this.#write(this.#takeEntries()));
    if (this.#runs.length < MOST_RUNS) return;
    const merged = await this.#write(merge(this.#runs.map(readRun)));
    for (const run of this.#runs) await rm(run);
    this.#runs = [merged];
  }

  #takeEntries(): Entry[] {
    const entries = this.#entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#entries = [];
    this.#length = 0;
    return entries;
  }

  async #write(entries: Iterable<Entry> | AsyncIterable<Entry>): Promise<string> {
    const path = join(this.#folder, `run-${++this.#lastRun}`);
    await orFail("write", this.#name, () => mkdir(this.#folder, { recursive: true }));
    const handle = await orFail("write", this.#name, () => open(path, "wx"));
    try {
      let text = "";
      const flush = () => orFail("write", this.#name, () => handle.writeFile(text));
      for await (const [key, line] of entries) {
        text += `${key}${KEY_END}${line}\n`;
        if (text.length < 1024 * 1024) continue;
        await flush();
        text = "";
      }
      await flush();
    } finally {
      await handle.close();
    }
    return path;
  }
}

/** A text whose order is that of the columns' values, one column after the other; values that are missing come last. */
function keyOf(record: MediaRecord, columns: readonly string[]): string {
  return columns
    .map((name) => {
      const value = record[name] ?? null;
      if (value === null) return "2";
      return `1${typeof value === "number" ? sortableNumber(value) : sortableText(String(value))}${PART_END}`;
    })
    .join("");
}

/** In the order of code points, which is that of the bytes of UTF-8. */
function sortableText(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** The bits of a double, turned so that greater numbers have greater bits. */
function sortableNumber(value: number): string {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value);
  const isNegative = (bits[0] as number) >= 0x80;
  for (let i = 0; i < 8; i++) bits[i] = (bits[i] as number) ^ (isNegative ? 0xff : i === 0 ? 0x80 : 0);
  return bits.toString("hex");
}

async function* readRun(path: string): AsyncGenerator<Entry> {
  for await (const lines of readLines(
    createReadStream(path, { highWaterMark: 64 * 1024 }),
    Number.POSITIVE_INFINITY,
  )) {
    for (const { text } of lines) {
      const end = text.indexOf(KEY_END);
      yield [text.slice(0, end), text.slice(end + 1)];
    }
  }
}

/** Merges sorted runs; of equal keys the one of the earlier run comes first. */
async function* merge(runs: readonly AsyncGenerator<Entry>[]): AsyncGenerator<Entry> {
  const heads: { run: AsyncGenerator<Entry>; entry: Entry }[] = [];
  for (const run of runs) {
    const { value, done } = await run.next();
    if (!done) heads.push({ run, entry: value });
  }
  while (heads.length > 0) {
    let first = 0;
    for (let i = 1; i < heads.length; i++) {
      if ((heads[i] as { entry: Entry }).entry[0] < (heads[first] as { entry: Entry }).entry[0]) first = i;
    }
    const head = heads[first] as (typeof heads)[number];
    yield head.entry;
    const { value, done } = await head.run.next();
    if (done) heads.splice(first, 1);
    else head.entry = value;
  }
}
