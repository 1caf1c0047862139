import { addTo, type Sum } from "./row-counts.js";
import { byKey, type Entry, type Folder, Runs } from "./runs.js";

/** The most names that a manifest counts rows by, for each column; the rest is one sum, so that its line stays short. */
export const MOST_NAMES = 1000;

/** Names that are held in memory; beyond it they are written down. */
const HELD = 20_000;

/** A name and its rows. */
export interface NamedRows extends Readonly<Sum> {
  readonly name: string;
}

/** What names beyond those that are listed come to. */
export interface Others {
  /** How many different ones there are. */
  readonly names: number;
  readonly rows: number;
}

/** Names with the most rows, and what is left. */
export interface ListedNames {
  /** In the order of the names. */
  readonly names: readonly NamedRows[];
  /** Absent where all names are listed. */
  readonly others?: Others;
}

/**
 * Counts rows by names, of which there may be any number, exactly and in bounded memory. What comes out depends on the
 * rows alone: not on their order, nor on how they came together.
 */
export class NameCounts {
  #sums = new Map<string, Sum>();
  readonly #runs: Runs;
  readonly #held: number;

  /** `folder` is where what is too much for memory goes; messages call it `place`. */
  constructor(folder: Folder, place: string, held = HELD) {
    this.#runs = new Runs(folder, place, joined);
    this.#held = held;
  }

  /** `rows` may be below zero, for rows that are taken back; some time all of a name add up to 0 or more. */
  add(name: string, rows: number, time = 0): void {
    addTo(this.#sums, name, rows, time);
  }

  /** Whether there are more names than are listed. */
  get hasMany(): boolean {
    return this.#sums.size > MOST_NAMES || !this.#runs.isEmpty;
  }

  /** To be called again and again: writes down what has become too much for memory. */
  async settle(): Promise<void> {
    if (this.#sums.size <= this.#held) return;
    await this.#runs.add(this.#entries());
    this.#sums = new Map();
  }

  /** At most `most` names, those with the most rows; of equal ones the first by name. Names without rows do not count. */
  async listed(most: number): Promise<ListedNames> {
    const top = new Top(most);
    if (!this.#runs.isEmpty) {
      await this.#runs.add(this.#entries());
      this.#sums = new Map();
      for await (const entries of this.#runs.merged())
        for (const entry of entries) top.add({ name: nameIn(entry), ...sumIn(entry) });
      await this.#runs.remove();
    } else for (const [name, { rows, time }] of this.#sums) top.add({ name, rows, time });
    return top.listed;
  }

  #entries(): Entry[] {
    return [...this.#sums]
      .map(([name, sum]) => entryOf(Buffer.from(name).toString("latin1"), sum))
      .sort(byKey);
  }
}

/** An entry for a key; the sum is written as text. */
function entryOf(key: string, { rows, time }: Readonly<Sum>): Entry {
  const bytes = Buffer.from(`${rows} ${time}`);
  return { key, bytes, start: 0, end: bytes.length, number: 0 };
}

function nameIn({ key }: Entry): string {
  return Buffer.from(key, "latin1").toString();
}

function sumIn({ bytes, start, end }: Entry): Sum {
  const [rows = 0, time = 0] = bytes.toString("latin1", start, end).split(" ").map(Number);
  return { rows, time };
}

/** Entries of one name come together. */
async function* joined(batches: AsyncIterable<Entry[]>): AsyncGenerator<Entry[]> {
  let key: string | undefined;
  let sum: Sum = { rows: 0, time: 0 };
  for await (const entries of batches) {
    const whole: Entry[] = [];
    for (const entry of entries) {
      const { rows, time } = sumIn(entry);
      if (entry.key === key) sum = { rows: sum.rows + rows, time: Math.max(sum.time, time) };
      else {
        if (key !== undefined) whole.push(entryOf(key, sum));
        [key, sum] = [entry.key, { rows, time }];
      }
    }
    if (whole.length > 0) yield whole;
  }
  if (key !== undefined) yield [entryOf(key, sum)];
}

/** The names with the most rows of those that are added. */
class Top {
  readonly #most: number;
  #names: NamedRows[] = [];
  #left = { names: 0, rows: 0 };

  constructor(most: number) {
    this.#most = most;
  }

  add(name: NamedRows): void {
    if (name.rows === 0) return;
    this.#names.push(name);
    if (this.#names.length >= 2 * this.#most) this.#cut();
  }

  get listed(): ListedNames {
    this.#cut();
    const names = this.#names.sort(byName);
    return this.#left.names === 0 ? { names } : { names, others: this.#left };
  }

  #cut(): void {
    this.#names.sort((a, b) => b.rows - a.rows || byName(a, b));
    for (const { rows } of this.#names.splice(this.#most)) {
      this.#left.names++;
      this.#left.rows += rows;
    }
  }
}

function byName(a: NamedRows, b: NamedRows): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
