import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Database } from "../../base/sqlite/sqlite.js";
import { finished, linesOf, type Result, run, start, temporaryFolder } from "../../testing/run.js";
import { heldLoad } from "./leftover.test.util.js";
import { type Line, Model, randomOf, textOf } from "./leftover-model.test.util.js";

/**
 * Random sequences of loads from pipes and files, kills at any moment, removals and loads that wait for each other, against
 * a list in memory: what was read is there exactly once, and newer values win.
 */

/** OV_LEFTOVER_SEQUENCES asks for more than make test has time for; OV_LEFTOVER_SEED for the very same ones again. */
const SEQUENCES = Number(process.env.OV_LEFTOVER_SEQUENCES ?? 2);
const SEED = Number(process.env.OV_LEFTOVER_SEED ?? Date.now() % 1_000_000);
const STEPS = 7;
const WORKS = 40;
const MOST_LINES = 1500;

/** What a load was given; the number of its step is in the name of a file that it reads, by which its run is known. */
interface Load {
  readonly lines: readonly Line[];
  readonly now: string;
  readonly isStrict: boolean;
}

/** A row of `runs`. */
interface Row {
  readonly id: number;
  readonly input: string;
  readonly counts: string | null;
  readonly seen_on: string | null;
}

/** What a killed load has left. */
interface Left {
  readonly lines: readonly Line[];
  /** False where another load has taken it in before it was looked at, so that it may be the beginning only. */
  readonly isWhole: boolean;
}

class Sequence {
  readonly model = new Model();
  readonly #db: string;
  readonly #folder: string;
  readonly #random: () => number;
  readonly #loads = new Map<number, Load>();
  readonly #removals = new Map<number, string[]>();
  /** What killed loads have left, by their runs. */
  readonly #left = new Map<number, Left>();
  /** What loads have read for certain before they were killed, by their steps. */
  readonly #read = new Map<number, string>();
  #count = 0;
  #lastRun = 0;
  #now = "";
  /** How long a load takes, in milliseconds. */
  #duration = 500;
  takenIn = 0;

  constructor(folder: string, seed: number) {
    this.#folder = folder;
    this.#db = join(folder, "staging.db");
    this.#random = randomOf(seed);
  }

  #below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  async run(): Promise<void> {
    const started = performance.now();
    this.#tick();
    await this.#toItsEnd(true);
    this.#duration = performance.now() - started;
    const steps: readonly (() => Promise<unknown>)[] = [
      () => this.#toItsEnd(this.#random() < 0.5),
      () => this.#killedWhileReading(),
      () => this.#killedWhileReading(),
      () => this.#killedAnyTime(true),
      () => this.#killedAnyTime(true),
      () => this.#killedAnyTime(false),
      () => this.#remove(),
      () => this.#killedWhileOthersWait(),
      () => Promise.all([this.#toItsEnd(true), this.#killedAnyTime(true)]),
    ];
    for (let i = 0; i < STEPS; i++) {
      this.#tick();
      await steps[this.#below(steps.length)]?.();
      this.#catchUp();
    }
    this.#tick();
    await this.#toItsEnd(true);
    this.#catchUp();
    assert.ok(
      [...this.#left.values()].every(({ isWhole }) => !isWhole),
      "something was not taken in",
    );
    assert.deepEqual(await this.#dumped(), this.#expected());
  }

  /** The time of the next loads: it mostly goes on. */
  #tick(): void {
    const day = this.#random() < 0.7 ? this.#count + 1 : this.#below(this.#count + 1) + 1;
    this.#now = new Date(Date.UTC(2026, 0, day)).toISOString();
  }

  #lines(): Line[] {
    const one = (i: number): Line => {
      if (i > 0 && this.#random() < 0.01) return "bad";
      const work = this.#below(WORKS);
      const maybe = <T>(value: T): T | null => (this.#random() < 0.5 ? value : null);
      const tag = () => `${this.#random() < 0.5 ? "flickr" : "clarifai"}:${this.#below(4)}`;
      const views = maybe(String(this.#below(9)));
      const place = maybe(String(this.#below(9)));
      return {
        id: String(work),
        title: `${this.#count} ${this.#random() < 0.5 ? "a" : "b"}`,
        // Now and then a file that another record may have.
        url: `https://img.example.org/${this.#random() < 0.02 ? this.#below(WORKS) : work}.jpg`,
        creator: maybe(`Creator ${this.#below(5)}`),
        meta: { ...(views && { views }), ...(place && { place }) },
        tags: maybe([...new Set([tag(), tag()])]),
      };
    };
    return Array.from({ length: 1 + this.#below(MOST_LINES) }, (_, i) => one(i));
  }

  #begin({ isPipe, mayStop }: { isPipe: boolean; mayStop: boolean }): { text: string; args: string[] } {
    const number = ++this.#count;
    const isStrict = mayStop && this.#random() < 0.3;
    const lines = this.#lines();
    this.#loads.set(number, { lines, now: this.#now, isStrict });
    const file = join(this.#folder, `${number}.ndjson`);
    const text = lines.map((line) => `${textOf(line)}\n`).join("");
    writeFileSync(file, isPipe ? "" : text);
    const rejects = isStrict ? [] : ["--rejects", join(this.#folder, `rejects-${number}`)];
    return { text, args: ["--now", this.#now, "--wait", ...rejects, ...(isPipe ? ["-"] : []), file] };
  }

  #start({ text, args }: { text: string; args: string[] }) {
    const child = start(["ov-stage", "load", "--db", this.#db, ...args]);
    child.stdin?.on("error", () => {}).end(text);
    return { child, end: finished(child) };
  }

  async #toItsEnd(isPipe: boolean): Promise<void> {
    ended(await this.#start(this.#begin({ isPipe, mayStop: true })).end);
  }

  async #killedAnyTime(isPipe: boolean): Promise<void> {
    const { child, end } = this.#start(this.#begin({ isPipe, mayStop: false }));
    await sleep((0.3 + this.#random()) * this.#duration);
    child.kill("SIGKILL");
    ended(await end);
  }

  async #killedWhileReading(): Promise<void> {
    const { child, end } = await this.#held();
    child.kill("SIGKILL");
    ended(await end);
  }

  #held() {
    const { text, args } = this.#begin({ isPipe: true, mayStop: false });
    const read = text.slice(0, text.length - this.#below(200));
    this.#read.set(this.#count, read);
    return heldLoad(this.#db, read, ...args);
  }

  async #killedWhileOthersWait(): Promise<void> {
    const { child, end } = await this.#held();
    const waiting = [true, false].map((isPipe) => this.#toItsEnd(isPipe));
    const killed = this.#killedAnyTime(true);
    await sleep(this.#random() * 2 * this.#duration);
    child.kill("SIGKILL");
    ended(await end);
    await Promise.all([...waiting, killed]);
  }

  async #remove(): Promise<void> {
    const number = ++this.#count;
    const ids = Array.from({ length: 3 }, () => String(this.#below(WORKS)));
    this.#removals.set(number, ids);
    const file = join(this.#folder, `${number}.txt`);
    writeFileSync(file, ids.map((id) => `flickr ${id}\n`).join(""));
    ended(await run(["ov-stage", "remove", "--db", this.#db, "--reason", "takedown", file]));
  }

  /** Does what the runs did that there were since the last time, in their order. */
  #catchUp(): void {
    const database = new Database(this.#db, { readonly: true });
    const rows = database
      .prepare("SELECT id, input, counts, seen_on FROM runs WHERE id > ? ORDER BY id")
      .all(this.#lastRun) as Row[];
    database.close();
    for (const row of rows) this.#follow(row);
    this.#lastRun = rows.at(-1)?.id ?? this.#lastRun;
  }

  #follow({ id, input, counts, seen_on }: Row): void {
    const number = Number(/(\d+)\.(?:ndjson|txt)$/.exec(input)?.[1]);
    const read = Number(/^what load (\d+) had read$/.exec(input)?.[1]);
    if (counts === null) this.#leave(id, number);
    else if (read) {
      const left = this.#left.get(read);
      assert.ok(left, `what load ${read} had read is taken in twice`);
      this.#left.delete(read);
      const { inserted, updated, unchanged, duplicates, rejected } = JSON.parse(counts);
      const lines = left.lines.slice(0, inserted + updated + unchanged + duplicates + rejected);
      if (left.isWhole) assert.equal(lines.length, left.lines.length);
      this.takenIn++;
      const seen = seen_on as string;
      this.model.load(lines, { now: this.#now, seen, run: read, isLeftover: true, isStrict: false });
    } else if (this.#removals.has(number)) this.model.remove(this.#removals.get(number) as string[]);
    else {
      const { lines, now, isStrict } = this.#loads.get(number) as Load;
      this.model.load(lines, { now, seen: now, run: id, isLeftover: false, isStrict });
    }
  }

  /** A load was killed; how far it had come, its file says. */
  #leave(id: number, number: number): void {
    const file = `${this.#db}-input-${id}`;
    const lines = this.#loads.get(number)?.lines;
    if (!lines) return;
    const kept = this.#read.get(number) ?? (existsSync(file) ? readFileSync(file, "utf8") : undefined);
    if (kept === undefined) {
      this.#left.set(id, { lines, isWhole: false });
      return;
    }
    assert.ok(
      lines
        .map((line) => `${textOf(line)}\n`)
        .join("")
        .startsWith(kept),
    );
    const whole = kept.split("\n").length - 1;
    const isLastWhole = kept.slice(kept.lastIndexOf("\n") + 1) === textOf(lines[whole] ?? "bad");
    const left = lines.slice(0, isLastWhole && lines[whole] !== "bad" ? whole + 1 : whole);
    if (left.length > 0) this.#left.set(id, { lines: left, isWhole: true });
  }

  #expected() {
    return [...this.model.records]
      .map(([id, { run: _, title, url, creator, meta, tags, created, updated, seen }]) => ({
        ...{ id, title, url, creator, meta: sorted(meta), tags: tags && [...tags].sort() },
        ...{ created, updated, seen },
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async #dumped() {
    const { stdout } = await run(["ov-stage", "dump", "--db", this.#db]);
    return linesOf(stdout).map((record) => {
      const { views, place } = record.meta_data as Record<string, string>;
      const tags = record.tags as { provider: string; name: string }[] | null;
      return {
        id: record.foreign_identifier,
        title: record.title,
        url: record.url,
        creator: record.creator,
        meta: sorted({ ...(views && { views }), ...(place && { place }) }),
        tags: tags?.map(({ provider, name }) => `${provider}:${name}`).sort() ?? null,
        created: record.created_on,
        updated: record.updated_on,
        seen: record.last_synced_with_source,
      };
    });
  }
}

function sorted(meta: Readonly<Record<string, string>>) {
  return Object.entries(meta).sort();
}

function ended({ code, stderr }: Result): void {
  assert.ok([0, 65, "SIGKILL"].includes(code as number), `${code}: ${stderr}`);
}

test(`loads, kills, removals and waits end as on a list in memory: ${SEQUENCES} sequences from seed ${SEED}`, async (t) => {
  let takenIn = 0;
  for (let i = 0; i < SEQUENCES; i++) {
    const sequence = new Sequence(temporaryFolder(t), SEED + i);
    await sequence.run().catch((error: unknown) => {
      throw new Error(`OV_LEFTOVER_SEED=${SEED + i} OV_LEFTOVER_SEQUENCES=1`, { cause: error });
    });
    takenIn += sequence.takenIn;
  }
  t.diagnostic(`what ${takenIn} killed loads had read was taken in`);
});
