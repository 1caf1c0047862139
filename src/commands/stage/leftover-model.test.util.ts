import { sampleRecord } from "../../testing/samples.js";

/** What a staging database holds after loads, removals and leftovers: the rules again, on a list in memory. */

/** A record of the model; `seen` and `run` say when it was last seen, and by whom that was read. */
export interface Held {
  readonly title: string;
  readonly url: string;
  readonly creator: string | null;
  readonly meta: Readonly<Record<string, string>>;
  readonly tags: readonly string[] | null;
  readonly created: string;
  readonly updated: string;
  readonly seen: string;
  readonly run: number;
}

/** A line: a record as it is given, or something that is not a record. */
export interface Given {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly creator: string | null;
  readonly meta: Readonly<Record<string, string>>;
  /** `provider:name`. */
  readonly tags: readonly string[] | null;
}

export type Line = Given | "bad";

/** How lines are loaded. */
export interface Loading {
  /** What is written as now. */
  readonly now: string;
  /** When, and by which run, they were read. */
  readonly seen: string;
  readonly run: number;
  readonly isLeftover: boolean;
  /** The first one that is refused ends it. */
  readonly isStrict: boolean;
}

const OWN = "flickr:";

export class Model {
  readonly records = new Map<string, Held>();
  /** Ids, whether there was a record of them or not, and files. */
  readonly removed = new Set<string>();

  load(lines: readonly Line[], loading: Loading): void {
    const before = new Map(this.records);
    const touched = new Set<string>();
    for (const line of lines) {
      const isGood = line !== "bad" && !this.#isRemoved(line) && this.#take(line, before, touched, loading);
      if (!isGood && loading.isStrict) return;
    }
  }

  #take(line: Given, before: ReadonlyMap<string, Held>, touched: Set<string>, loading: Loading): boolean {
    const { now, seen, run, isLeftover } = loading;
    const there = this.records.get(line.id);
    const base = before.get(line.id);
    const isLate =
      isLeftover &&
      there !== undefined &&
      !touched.has(line.id) &&
      (there.seen > seen || (there.seen === seen && there.run > run));
    const first = { ...line, created: now, updated: now, seen, run };
    const row = base === undefined ? first : isLate ? older(base, line, now) : newer(base, line, now);
    const holder = [...this.records].find(([id, { url }]) => id !== line.id && url === row.url);
    if (holder) return false;
    this.records.set(line.id, isLate ? row : { ...row, seen, run });
    if (!isLate) touched.add(line.id);
    return true;
  }

  #isRemoved({ id, url }: Given): boolean {
    return this.removed.has(id) || this.removed.has(url);
  }

  /** Of works that are there the file goes, too. */
  remove(ids: readonly string[]): void {
    for (const id of ids) {
      const there = this.records.get(id);
      this.records.delete(id);
      this.removed.add(id);
      if (there) this.removed.add(there.url);
    }
  }
}

function newer(base: Held, line: Given, now: string): Held {
  const others = (base.tags ?? []).filter((tag) => !tag.startsWith(OWN));
  return changed(base, now, {
    title: line.title,
    url: line.url,
    creator: line.creator ?? base.creator,
    meta: { ...base.meta, ...line.meta },
    tags: line.tags ? [...new Set([...line.tags, ...others])] : base.tags,
  });
}

function older(base: Held, line: Given, now: string): Held {
  const others = (line.tags ?? []).filter((tag) => !tag.startsWith(OWN));
  const missing = Object.entries(line.meta).filter(([name]) => !(name in base.meta));
  return changed(base, now, {
    creator: base.creator ?? line.creator,
    meta: { ...base.meta, ...Object.fromEntries(missing) },
    tags: base.tags ? [...new Set([...base.tags, ...others])] : line.tags,
  });
}

function changed(base: Held, now: string, change: Partial<Held>): Held {
  const row = { ...base, ...change };
  return JSON.stringify(row) === JSON.stringify(base) ? base : { ...row, updated: now };
}

/** A line as it is written. */
export function textOf(line: Line): string {
  if (line === "bad") return "nonsense";
  const { id, meta, tags, ...members }: Given = line;
  return JSON.stringify(
    sampleRecord({
      ...members,
      foreign_identifier: id,
      meta_data: meta,
      tags: tags?.map((tag) => {
        const [provider, name] = tag.split(":");
        return { provider, name };
      }),
    }),
  );
}

/** Numbers from 0 to 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
