import { fstatSync } from "node:fs";
import {
  type Invocation,
  type Options,
  packageVersion,
  readSecret,
  stateFolder,
} from "../command-line/index.js";
import { Failure } from "../failure.js";
import { type LineWriter, openLastingRejects } from "../ndjson/index.js";
import { openWalk, type Page, type Provider, type Walk, type WalkPlace } from "../providers/index.js";
import type { MediaRecord } from "../record/index.js";
import type { RecordKey, Sent } from "../staging/index.js";
import { collect, type Ends, type Take } from "./fetch-collect.js";
import { openArrivals, openDays } from "./fetch-days.js";

/** Walks a provider's API, keeping its place. */
export async function fetchLive(invocation: Invocation, provider: Provider): Promise<void> {
  const { options, messages } = invocation;
  const where = {
    baseUrl: options.baseUrl as string | undefined,
    raw: options.raw === true,
    database: await openArrivals(options),
    stateFolder: stateFolder(options.state as string | undefined),
  };
  if (where.raw && where.database)
    throw new Failure(
      "usage",
      "--raw writes no records, so there is nothing to look for in the database of --db",
    );
  const days = await openDays(invocation, provider, where);
  if (days.explanation !== undefined) messages.info(days.explanation);
  const began = new Date().toISOString();
  let sent: Sent = { began, first: [], last: [] };
  for (const range of days.ranges) {
    await days.begin(range);
    const isFirst = range === days.ranges[0];
    sent = await walkRange(invocation, provider, { where: { ...where, ...range }, sent, isFirst });
    await days.finish(range, sent);
  }
}

/** Walks some days, or all there is; gives the ends of what this run has written by now. */
async function walkRange(
  invocation: Invocation,
  provider: Provider,
  { where, sent, isFirst }: { where: WalkPlace; sent: Sent; isFirst: boolean },
): Promise<Sent> {
  const { options } = invocation;
  const errors = options.skipErrors ? new PassedOver(invocation) : undefined;
  const walk = await openWalk(provider, await walkOptions(invocation, provider, { where, errors }));
  const live = new LiveWalk(invocation, { provider, walk, errors, sent });
  try {
    const goesOn = walk.from !== undefined || !isFirst;
    const rejects = await openLastingRejects(options.rejects as string | undefined, goesOn);
    const collecting = { provider, tools: walk.tools, rejects, isLive: true };
    await collect(invocation, collecting, (take, output, _, collector) => live.run(take, output, collector));
    await walk.forgetPlace();
  } finally {
    await walk.close();
  }
  errors?.throwFirst();
  return live.sent;
}

async function walkOptions(
  { options, messages, signal }: Invocation,
  provider: Provider,
  { where, errors }: { where: WalkPlace; errors: PassedOver | undefined },
) {
  return {
    ...where,
    key: await readKey(provider, options),
    contact: (options.contact as string | undefined) ?? process.env.OV_CONTACT,
    version: packageVersion(),
    // A walk with a limit is a sample: it starts at the beginning every time.
    keepsPlace: options.limit === undefined,
    restart: options.restart === true,
    isFile: isFile(1),
    signal,
    onError: errors?.add,
    onRetry: (problem: string, seconds: number) =>
      messages.warn(`${problem}; trying again in ${seconds.toFixed(1)} s`),
    onTrouble: (problem: string) => messages.warn(problem),
  };
}

/** One run through the pages of a walk. */
class LiveWalk {
  readonly #invocation: Invocation;
  readonly #provider: Provider;
  readonly #walk: Walk;
  readonly #errors: PassedOver | undefined;
  /** What was written before this walk. */
  readonly #sentBefore: Sent;
  #collector: Ends | undefined;
  #before: number;

  constructor(
    invocation: Invocation,
    {
      provider,
      walk,
      errors,
      sent,
    }: { provider: Provider; walk: Walk; errors: PassedOver | undefined; sent: Sent },
  ) {
    this.#invocation = invocation;
    this.#provider = provider;
    this.#walk = walk;
    this.#errors = errors;
    this.#sentBefore = sent;
    this.#before = walk.from?.items ?? 0;
  }

  /** The ends of what this run of the command has written by now. */
  get sent(): Sent {
    const { first = [], last = [] } = this.#collector?.ends ?? {};
    const before = this.#sentBefore;
    return {
      began: before.began,
      first: before.first.length > 0 ? before.first : first.map(keyOf),
      last: last.length > 0 ? last.map(keyOf) : before.last,
    };
  }

  async run(take: Take, output: LineWriter, collector: Ends): Promise<void> {
    this.#collector = collector;
    const { timeLimit } = this.#invocation.options;
    const deadline =
      Date.now() + (timeLimit === undefined ? Number.POSITIVE_INFINITY : Number(timeLimit) * 60_000);
    try {
      for await (const page of this.#walk.pages()) {
        if (!(await this.#take(page, take))) return;
        await output.flush();
        const { sent } = this;
        await this.#walk.keepPlace(page.next, {
          bytesWritten: output.bytesWritten,
          items: this.#before,
          sent,
        });
        if (page.next !== undefined && Date.now() >= deadline) throw outOfTime(Number(timeLimit));
      }
    } catch (error) {
      await this.#settle(error, output);
      throw error;
    }
  }

  /** Takes a page; false when that was enough. */
  async #take({ items, warning }: Page, take: Take): Promise<boolean> {
    if (warning !== undefined) this.#invocation.messages.warn(warning);
    const batch = { file: this.#provider.name, before: this.#before, items };
    this.#before += items.length;
    try {
      return await take(batch);
    } catch (error) {
      if (!this.#errors) throw error;
      this.#errors.add(error);
      return true;
    }
  }

  /** A walk that ends by itself keeps the very last place: the commands behind it read on to the end. */
  async #settle(error: unknown, output: LineWriter): Promise<void> {
    if (!(error instanceof Failure) || error.outcome === "interrupted" || error.outcome === "no_output")
      return;
    await output.end();
    await this.#walk.settlePlace();
  }
}

/** What a record is known by. */
function keyOf({ media_type, provider, foreign_identifier }: MediaRecord): RecordKey {
  return [media_type, provider, foreign_identifier];
}

function outOfTime(minutes: number): Failure {
  const time = minutes === 1 ? "1 minute is" : `${minutes} minutes are`;
  return new Failure(
    "temporary",
    `${time} over (--time-limit): run the same command again, it goes on from here`,
  );
}

/** Errors that the next page may not have; the others end the walk at once. */
const PASSED_OVER = new Set(["temporary", "refused", "bad_input"]);

/** Pages that could not be had (`--skip-errors`). */
class PassedOver {
  readonly #invocation: Invocation;
  #count = 0;
  #first: Failure | undefined;

  constructor(invocation: Invocation) {
    this.#invocation = invocation;
  }

  readonly add = (error: unknown): void => {
    // A bad line without a rejects file has a place; it ends the command, as ever.
    const passes = error instanceof Failure && PASSED_OVER.has(error.outcome) && !error.place;
    if (!passes) throw error;
    this.#count++;
    this.#first ??= error;
    this.#invocation.messages.warn(`passed over: ${error.message}`);
  };

  throwFirst(): void {
    if (!this.#first) return;
    const pages = this.#count === 1 ? "1 page was" : `${this.#count} pages were`;
    throw new Failure(this.#first.outcome, `${pages} passed over, the first because ${this.#first.message}`);
  }
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    // Closed: nothing will be written.
    return false;
  }
}

/** The API key, from the file that was named or from the environment. Never from the command line. */
async function readKey({ key, name }: Provider, { apiKeyFile }: Options): Promise<string | undefined> {
  if (!key) return undefined;
  const value = await readSecret(key.variable, apiKeyFile as string | undefined);
  if (!value && key.required) {
    throw new Failure(
      "no_permission",
      `${name} needs an API key: set ${key.variable}, or name a file with --api-key-file; get one at ${key.where}`,
    );
  }
  return value;
}
