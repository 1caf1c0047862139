import { contactOf, packageVersion, stateFolder } from "../../base/cli/index.js";
import { counted } from "../../base/counted.js";
import { Failure } from "../../base/failure.js";
import { webAddress } from "../../base/http/index.js";
import {
  type JsonObject,
  type LineWriter,
  type OnBadLine,
  openLastingRejects,
} from "../../base/ndjson/index.js";
import { fileHash, type MediaRecord } from "../../record/index.js";
import {
  type LockOptions,
  openWalk,
  type Page,
  type PageSoFar,
  type Provider,
  REMEMBERED,
  type Walk,
  type WalkContext,
} from "../../sources/engine/index.js";
import type { RecordKey, Sent } from "../../store/staging/index.js";
import { openArrivals } from "./arrivals.js";
import { collect, type Ends, readKey, type Take } from "./collect.js";
import { openDays } from "./days.js";
import type { Fetching } from "./options.js";
import { PassedOver } from "./passed-over.js";
import { fileOf, refuseEmptied, sayWhereFrom } from "./resume.js";

/** Walks a provider's API, keeping its position. */
export async function fetchLive(invocation: Fetching, provider: Provider): Promise<void> {
  const { options, messages } = invocation;
  if (options.raw && options.db !== undefined)
    throw new Failure(
      "usage",
      "--raw writes no records, so there is nothing to look for in the database of --db",
    );
  const { limit } = options;
  const where = {
    baseUrl: options.baseUrl === undefined ? undefined : webAddress(options.baseUrl, "--base-url"),
    query: { ...(limit !== undefined && { limit }), raw: options.raw },
    database: await openArrivals(invocation),
    stateFolder: stateFolder(options.state),
  };
  // Before anything is remembered of a walk that cannot begin.
  const key = await requireKey(invocation, provider);
  const contact = contactOf(options.contact);
  const lock: LockOptions = {
    wait: options.wait,
    signal: invocation.signal,
    onWait: (holder) => messages.info(`waiting for another ${holder}`),
  };
  const days = await openDays(invocation, provider, where, lock);
  if (days.explanation !== undefined) messages.info(days.explanation);
  if (days.ranges.length === 0) {
    const rejects = await openLastingRejects(options.rejects, {
      goesOn: false,
      signal: invocation.signal,
    });
    await rejects.commit();
  }
  const began = new Date().toISOString();
  let sent: Sent = { began, first: [], last: [], written: 0 };
  try {
    for (const range of days.ranges) {
      await days.begin(range);
      const isFirst = range === days.ranges[0];
      const told = { where: { ...where, query: { ...where.query, ...range } }, key, contact, lock };
      sent = await walkRange(invocation, provider, { ...told, sent, isFirst });
      await days.finish(range, sent);
    }
  } finally {
    days.close();
  }
}

/** What a walk is told by the command line and by the days that are missing. */
interface Told {
  readonly where: WalkContext;
  readonly key: string | undefined;
  readonly contact: string | undefined;
  readonly lock: LockOptions;
}

/** Walks some days, or all there is; gives the ends of what this run has written by now. */
async function walkRange(
  invocation: Fetching,
  provider: Provider,
  { sent, isFirst, ...told }: Told & { readonly sent: Sent; readonly isFirst: boolean },
): Promise<Sent> {
  const { options } = invocation;
  const errors = options.skipErrors ? new PassedOver(invocation) : undefined;
  const walk = await openWalk(provider, walkOptions(invocation, told, errors));
  const live = new LiveWalk(invocation, { provider, walk, errors, sent });
  try {
    if (walk.from) {
      refuseEmptied(walk.from);
      sayWhereFrom(invocation, provider, walk.from, told.where);
    }
    const goesOn = walk.from !== undefined || !isFirst;
    const rejects = await openLastingRejects(options.rejects, {
      goesOn,
      signal: invocation.signal,
    });
    const collecting = { provider, key: told.key, tools: walk.tools, rejects, isLive: true };
    await collect(invocation, collecting, (...feed) => live.run(...feed));
    await walk.forgetPosition();
  } finally {
    await walk.close();
  }
  errors?.throwFirst();
  return live.sent;
}

function walkOptions(
  { options, messages, signal }: Fetching,
  { where, key, contact, lock }: Told,
  errors: PassedOver | undefined,
) {
  return {
    ...where,
    key,
    lock,
    contact,
    allowedHosts: options.allowHost,
    version: packageVersion(),
    restart: options.restart,
    outputFile: () => fileOf(1),
    signal,
    onError: errors?.add,
    onRetry: (problem: string) => messages.warn(problem),
  };
}

/** What a run through a walk works with. */
interface Given {
  readonly provider: Provider;
  readonly walk: Walk;
  readonly errors: PassedOver | undefined;
  /** What was written before this walk. */
  readonly sent: Sent;
}

/** One run through the pages of a walk. */
class LiveWalk {
  readonly #invocation: Fetching;
  readonly #given: Given;
  /** The first records, all of one page: they stand for the beginning only if no other day is among them. */
  #first: readonly RecordKey[];
  #collector: Ends | undefined;
  #before: number;

  constructor(invocation: Fetching, given: Given) {
    this.#invocation = invocation;
    this.#given = given;
    this.#first = given.sent.first;
    this.#before = given.walk.from?.items ?? 0;
  }

  /** The ends of what this run of the command has written by now. */
  get sent(): Sent {
    const { began, last: before, written = 0 } = this.#given.sent;
    const { ends, written: since = 0 } = this.#collector ?? {};
    const last = [...before, ...(ends?.last.map(keyOf) ?? [])].slice(-REMEMBERED);
    return { began, first: this.#first, last, written: written + since };
  }

  async run(take: Take, output: LineWriter, onBadLine: OnBadLine, collector: Ends): Promise<void> {
    this.#collector = collector;
    const { timeLimit = Number.POSITIVE_INFINITY } = this.#invocation.options;
    const deadline = Date.now() + timeLimit * 60_000;
    try {
      for await (const page of this.#given.walk.pages(onBadLine)) {
        if (!(await this.#take(page, take))) return;
        await output.flush();
        if (this.#first.length === 0) this.#first = collector.ends.first.map(keyOf);
        const { sent } = this;
        await this.#given.walk.keepPosition(page.next, {
          bytesWritten: output.bytesWritten,
          items: this.#before,
          sent,
        });
        if (page.next !== undefined && Date.now() >= deadline) throw outOfTime(timeLimit);
      }
    } catch (error) {
      await this.#settle(error, output);
      throw error;
    }
  }

  /** Takes a page; false when that was enough. */
  async #take({ items, late, warning }: Page, take: Take): Promise<boolean> {
    if (warning !== undefined) this.#invocation.messages.warn(warning);
    try {
      const goesOn = await this.#takeItems(items, take);
      return goesOn && late ? await this.#takeLate(late, take) : goesOn;
    } catch (error) {
      if (!this.#given.errors) throw error;
      this.#given.errors.add(error);
      return true;
    }
  }

  /** Takes items one by one: each that is not needed saves a request. */
  async #takeLate(late: AsyncIterable<JsonObject>, take: Take): Promise<boolean> {
    const page = { items: 0, bad: new Map<string, number>() };
    for await (const item of late) {
      if (!(await this.#takeItems([item], take, page))) return false;
    }
    return this.#takeItems([], take, page);
  }

  #takeItems(items: readonly JsonObject[], take: Take, page?: PageSoFar): Promise<boolean> {
    const batch = { file: this.#given.provider.name, before: this.#before, items, ...(page && { page }) };
    this.#before += items.length;
    return take(batch);
  }

  /** A walk that ends by itself saves its last position: the commands after it in the pipe read on to the end. */
  async #settle(error: unknown, output: LineWriter): Promise<void> {
    if (!(error instanceof Failure) || error.outcome === "interrupted" || error.outcome === "no_output")
      return;
    await output.end();
    await this.#given.walk.settlePosition();
  }
}

/** What a record is known by. */
function keyOf({ media_type, provider, foreign_identifier, url }: MediaRecord): RecordKey {
  return [media_type, provider, foreign_identifier, fileHash(url as string)];
}

function outOfTime(minutes: number): Failure {
  const time = counted(minutes, "minute is", "minutes are");
  return new Failure(
    "temporary",
    `${time} over (--time-limit): run the same command again, it goes on from here`,
  );
}

/** The key to ask with; a `Failure` that says where to get one where the API wants one. */
async function requireKey(invocation: Fetching, provider: Provider): Promise<string | undefined> {
  const { key, name } = provider;
  const value = await readKey(invocation, provider);
  if (!value && key?.required) {
    throw new Failure(
      "no_permission",
      `${name} needs an API key: set ${key.variable}, or name a file with --api-key-file; get one at ${key.where}`,
    );
  }
  return value;
}
