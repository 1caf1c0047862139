import { Failure } from "../../base/failure.js";
import { didYouMean } from "../../base/nearest.js";
import { COLUMNS, type ColumnType, type MediaRecord } from "../../record/index.js";
import { Bits } from "./bits.js";
import { type Entry, Runs } from "./runs.js";

/** Sorts more records than fit into memory. Records that are equal by their key keep their order. */

/** Characters of keys and lines that are held. */
const HELD = 32 * 1024 * 1024;
/** Stands between parts of a key; cleaned values have no control characters. */
const PART_END = "\u0001";

const SORTABLE = new Set<ColumnType>(["text", "url", "uuid", "integer", "number", "boolean", "timestamp"]);

/** Digits of a record's number, which ends its key: so those that are equal otherwise keep their order. */
const NUMBER_DIGITS = 12;

/** The columns of a list such as `provider,updated_on`; a `Failure` ("usage") where one cannot be sorted by. */
export function sortColumns(list: string): string[] {
  const names = list.split(",").map((name) => name.trim());
  for (const name of names) {
    const column = COLUMNS.find((column) => column.name === name);
    if (!column) {
      const sortable = COLUMNS.filter(({ type }) => SORTABLE.has(type)).map((one) => one.name);
      const help = didYouMean(name, sortable);
      throw new Failure("usage", `--sort: there is no column ${JSON.stringify(name)}${help}`);
    }
    if (!SORTABLE.has(column.type)) throw new Failure("usage", `--sort: ${name} has no order to sort by`);
  }
  return names;
}

export class Sorter {
  readonly #runs: Runs;
  readonly #columns: readonly string[];
  readonly #held: number;
  /** Records that are left out, by their numbers: the first one added has 0. */
  readonly leftOut = new Bits();
  #added = 0;
  #entries: Entry[] = [];
  #length = 0;

  /** Runs are kept in `folder`, which is made when it is needed; `name` is what messages call the place. */
  constructor(folder: string, name: string, columns: readonly string[], held = HELD) {
    this.#runs = new Runs(folder, name);
    this.#columns = columns;
    this.#held = held;
  }

  /** Adds a cleaned record; gives a promise when the caller must wait. */
  add(record: MediaRecord): Promise<void> | undefined {
    const key = keyOf(record, this.#columns) + String(this.#added++).padStart(NUMBER_DIGITS, "0");
    const entry: Entry = [key, JSON.stringify(record)];
    this.#entries.push(entry);
    this.#length += entry[0].length + entry[1].length;
    return this.#length >= this.#held ? this.#runs.add(this.#takeEntries()) : undefined;
  }

  /** The lines of all records, in order; nothing is left behind afterwards. */
  async *sorted(): AsyncGenerator<string> {
    if (!this.#runs.isEmpty) await this.#runs.add(this.#takeEntries());
    const entries = this.#runs.isEmpty ? this.#takeEntries() : this.#runs.merged();
    for await (const [key, line] of entries) {
      if (!this.leftOut.has(Number(key.slice(-NUMBER_DIGITS)))) yield line;
    }
    await this.#runs.remove();
  }

  #takeEntries(): Entry[] {
    const entries = this.#entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#entries = [];
    this.#length = 0;
    return entries;
  }
}

/** A text whose order is that of the columns' values, one column after the other; values that are missing come last. */
function keyOf(record: MediaRecord, columns: readonly string[]): string {
  return columns
    .map((name) => {
      const value = record[name] ?? null;
      if (value === null) return "2";
      // Texts in the order of code points, which is that of the bytes of UTF-8.
      const part =
        typeof value === "number" ? sortableNumber(value) : Buffer.from(String(value)).toString("latin1");
      return `1${part}${PART_END}`;
    })
    .join("");
}

/** The bits of a double, turned so that greater numbers have greater bits. */
function sortableNumber(value: number): string {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value);
  const isNegative = (bits[0] as number) >= 0x80;
  for (let i = 0; i < 8; i++) bits[i] = (bits[i] as number) ^ (isNegative ? 0xff : i === 0 ? 0x80 : 0);
  return bits.toString("hex");
}
