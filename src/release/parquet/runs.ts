import { createReadStream } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { orFail } from "../../base/failure.js";
import { readLines } from "../../base/ndjson/index.js";

/** Sorting what does not fit into memory: as much as fits is sorted and written as a run, and runs are merged. */

/** Runs that are merged at once; each is an open file. */
const MOST_RUNS = 64;
const KEY_END = "\t";

/** A key without tabs and line ends, and a line. Keys are in the order of their UTF-16 units. */
export type Entry = readonly [key: string, line: string];

/** A folder, or what makes one when it is needed. */
export type Folder = string | (() => Promise<string>);

/** Makes one entry of several that came together; others stay as they are. */
type Join = (entries: AsyncIterable<Entry>) => AsyncIterable<Entry>;

export class Runs {
  readonly #folder: Folder;
  readonly #name: string;
  readonly #join: Join;
  #runs: string[] = [];
  #last = 0;

  /**
   * Runs are kept in `folder`, which is made when it is needed; `name` is what messages call the place. `join` may make
   * fewer entries of those of several runs.
   */
  constructor(folder: Folder, name: string, join: Join = (entries) => entries) {
    this.#folder = folder;
    this.#name = name;
    this.#join = join;
  }

  get isEmpty(): boolean {
    return this.#runs.length === 0;
  }

  /** Writes a run: entries in the order of their keys. */
  async add(entries: Iterable<Entry>): Promise<void> {
    this.#runs.push(await this.#write(entries));
    if (this.#runs.length < MOST_RUNS) return;
    const merged = await this.#write(this.merged());
    for (const run of this.#runs) await rm(run);
    this.#runs = [merged];
  }

  /** The entries of all runs, in order; of equal keys the one of the earlier run comes first. */
  merged(): AsyncIterable<Entry> {
    return this.#join(merge(this.#runs.map(readRun)));
  }

  async remove(): Promise<void> {
    if (this.#runs.length > 0) await rm(await this.#path(), { recursive: true, force: true });
    this.#runs = [];
  }

  async #path(): Promise<string> {
    return typeof this.#folder === "string" ? this.#folder : this.#folder();
  }

  async #write(entries: Iterable<Entry> | AsyncIterable<Entry>): Promise<string> {
    const folder = await orFail("write", this.#name, () => this.#path());
    const path = join(folder, `run-${++this.#last}`);
    await orFail("write", this.#name, () => mkdir(folder, { recursive: true }));
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

async function* merge(runs: readonly AsyncGenerator<Entry>[]): AsyncGenerator<Entry> {
  const heads: { run: AsyncGenerator<Entry>; entry: Entry }[] = [];
  for (const run of runs) {
    const { value, done } = await run.next();
    if (!done) heads.push({ run, entry: value });
  }
  while (heads.length > 0) {
    const head = heads.reduce((first, head) => (head.entry[0] < first.entry[0] ? head : first));
    yield head.entry;
    const { value, done } = await head.run.next();
    if (done) heads.splice(heads.indexOf(head), 1);
    else head.entry = value;
  }
}
