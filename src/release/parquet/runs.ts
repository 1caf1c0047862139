import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { orFail } from "../../base/failure.js";

/** Sorting what does not fit into memory: as much as fits is sorted and written as a run, and runs are merged. */

/** Runs that are merged at once; each is an open file. With 64, 2,000,000 records were written once more. */
const MOST_RUNS = 256;
/** Bytes that are written at a time, and that are read of each run. */
const WRITE_BYTES = 1024 * 1024;
const READ_BYTES = 128 * 1024;
/** Before each entry: the bytes of its key and of its value, and its number. */
const HEAD_BYTES = 16;

/** A value with a key: bytes as characters, whose order is that of the bytes. The value is from `start` to `end` of `bytes`. */
export interface Entry {
  readonly key: string;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Any number, which stays with it. */
  readonly number: number;
}

/** A folder, or what makes one when it is needed. */
export type Folder = string | (() => Promise<string>);

/** Makes one entry of several that came together; others stay as they are. */
type Join = (entries: AsyncIterable<Entry[]>) => AsyncIterable<Entry[]>;

/** The order of entries. */
export function byKey(a: Entry, b: Entry): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

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
  async add(entries: readonly Entry[]): Promise<void> {
    this.#runs.push(await this.#write([entries]));
    if (this.#runs.length < MOST_RUNS) return;
    const merged = await this.#write(this.merged());
    for (const run of this.#runs) await rm(run);
    this.#runs = [merged];
  }

  /**
   * The entries of all runs, in order, some at a time; of equal keys the one of the earlier run comes first. Their bytes
   * stay until the next ones are asked for.
   */
  merged(): AsyncIterable<Entry[]> {
    return this.#join(merge(this.#runs));
  }

  async remove(): Promise<void> {
    if (this.#runs.length > 0) await rm(await this.#path(), { recursive: true, force: true });
    this.#runs = [];
  }

  async #path(): Promise<string> {
    return typeof this.#folder === "string" ? this.#folder : this.#folder();
  }

  async #write(batches: Iterable<readonly Entry[]> | AsyncIterable<readonly Entry[]>): Promise<string> {
    const folder = await orFail("write", this.#name, () => this.#path());
    const path = join(folder, `run-${++this.#last}`);
    await orFail("write", this.#name, () => mkdir(folder, { recursive: true }));
    const handle = await orFail("write", this.#name, () => open(path, "wx"));
    try {
      let bytes = Buffer.allocUnsafeSlow(WRITE_BYTES);
      let used = 0;
      const flush = () => orFail("write", this.#name, () => handle.writeFile(bytes.subarray(0, used)));
      for await (const entries of batches)
        for (const entry of entries) {
          const size = HEAD_BYTES + entry.key.length + entry.end - entry.start;
          if (used + size > bytes.length) {
            await flush();
            used = 0;
            if (size > bytes.length) bytes = Buffer.allocUnsafeSlow(size);
          }
          used = put(bytes, used, entry);
        }
      await flush();
    } finally {
      await handle.close();
    }
    return path;
  }
}

/** Puts an entry into bytes; gives where it ends. */
function put(to: Buffer, at: number, { key, bytes, start, end, number }: Entry): number {
  to.writeUInt32LE(key.length, at);
  to.writeUInt32LE(end - start, at + 4);
  to.writeDoubleLE(number, at + 8);
  const value = at + HEAD_BYTES + to.write(key, at + HEAD_BYTES, "latin1");
  return value + bytes.copy(to, value, start, end);
}

/** A run that is read. */
class RunReader {
  readonly #handle: FileHandle;
  /** One room for all that is read: new ones would be garbage as large as the file. */
  #room = Buffer.allocUnsafeSlow(READ_BYTES);
  #at = 0;
  #end = 0;
  /** Its place among the runs. */
  readonly place: number;
  entry: Entry | undefined;

  constructor(handle: FileHandle, place: number) {
    this.#handle = handle;
    this.place = place;
  }

  /** Goes to the next entry; there is none where the file has to be read, or has ended. */
  next(): void {
    const [bytes, at] = [this.#room, this.#at];
    this.entry = undefined;
    if (at + HEAD_BYTES > this.#end) return;
    const start = at + HEAD_BYTES + bytes.readUInt32LE(at);
    const end = start + bytes.readUInt32LE(at + 4);
    if (end > this.#end) return;
    this.#at = end;
    const key = bytes.toString("latin1", at + HEAD_BYTES, start);
    this.entry = { key, number: bytes.readDoubleLE(at + 8), bytes, start, end };
  }

  /** Reads more, over the entries that were given, and goes to the next entry; there is none after the last. */
  async read(): Promise<void> {
    while (this.entry === undefined) {
      const left = this.#end - this.#at;
      const larger = left === this.#room.length ? Buffer.allocUnsafeSlow(2 * left) : this.#room;
      this.#room.copy(larger, 0, this.#at, this.#end);
      this.#room = larger;
      const { bytesRead } = await this.#handle.read(larger, left);
      if (bytesRead === 0 && left > 0)
        throw new Error(`a run ends ${left} bytes after the start of an entry`);
      if (bytesRead === 0) return;
      this.#at = 0;
      this.#end = left + bytesRead;
      this.next();
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function* merge(runs: readonly string[]): AsyncGenerator<Entry[]> {
  const readers: RunReader[] = [];
  try {
    for (const [place, path] of runs.entries()) readers.push(new RunReader(await open(path), place));
    /** Those with an entry left, in the order of it. */
    const heads: RunReader[] = [];
    const insert = (reader: RunReader) => {
      if (reader.entry) heads.splice(placeIn(heads, reader), 0, reader);
    };
    for (const reader of readers) {
      await reader.read();
      insert(reader);
    }
    let batch: Entry[] = [];
    for (let head = heads.shift(); head; head = heads.shift()) {
      batch.push(head.entry as Entry);
      head.next();
      if (!head.entry) {
        yield batch;
        batch = [];
        await head.read();
      }
      insert(head);
    }
  } finally {
    for (const reader of readers) await reader.close();
  }
}

/** Where a run belongs, by its entry; of equal keys the one of the earlier run comes first. */
function placeIn(heads: readonly RunReader[], reader: RunReader): number {
  let [from, to] = [0, heads.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const head = heads[middle] as RunReader;
    const order = byKey(head.entry as Entry, reader.entry as Entry) || head.place - reader.place;
    if (order < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
