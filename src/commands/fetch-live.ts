import { fstatSync } from "node:fs";
import { type Invocation, type Options, packageVersion, stateFolder } from "../command-line/index.js";
import { Failure } from "../failure.js";
import { type LineWriter, type OnBadLine, openLastingRejects } from "../ndjson/index.js";
import { openWalk, type Page, type Provider, type Walk } from "../providers/index.js";
import { collect, readKey, type Take } from "./fetch-collect.js";

/** Walks a provider's API, keeping its place. */
export async function fetchLive(invocation: Invocation, provider: Provider): Promise<void> {
  const { options } = invocation;
  const errors = options.skipErrors ? new PassedOver(invocation) : undefined;
  const key = await requireKey(invocation, provider);
  const walk = await openWalk(provider, { key, ...walkOptions(invocation, provider, errors) });
  try {
    const rejects = await openLastingRejects(options.rejects as string | undefined, walk.resumes);
    const collecting = { provider, key, tools: walk.tools, rejects, isLive: true };
    await collect(invocation, collecting, (...feed) =>
      new LiveWalk(invocation, { provider, walk, errors }).run(...feed),
    );
    await walk.forgetPlace();
  } finally {
    await walk.close();
  }
  errors?.throwFirst();
}

function walkOptions(
  { options, messages, signal }: Invocation,
  provider: Provider,
  errors: PassedOver | undefined,
) {
  return {
    contact: (options.contact as string | undefined) ?? process.env.OV_CONTACT,
    version: packageVersion(),
    baseUrl: options.baseUrl as string | undefined,
    ...days(provider, options),
    stateFolder: stateFolder(options.state as string | undefined),
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
  #before = 0;

  constructor(
    invocation: Invocation,
    { provider, walk, errors }: { provider: Provider; walk: Walk; errors: PassedOver | undefined },
  ) {
    this.#invocation = invocation;
    this.#provider = provider;
    this.#walk = walk;
    this.#errors = errors;
  }

  async run(take: Take, output: LineWriter, onBadLine: OnBadLine): Promise<void> {
    const { timeLimit } = this.#invocation.options;
    const deadline =
      Date.now() + (timeLimit === undefined ? Number.POSITIVE_INFINITY : Number(timeLimit) * 60_000);
    try {
      for await (const page of this.#walk.pages(onBadLine)) {
        if (!(await this.#take(page, take))) return;
        await output.flush();
        await this.#walk.keepPlace(page.next, output.bytesWritten);
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

/** The first and last day to ask for; yesterday where a dated provider is given no day. */
function days(
  { coverage, name }: Provider,
  { date, since, until }: Options,
): { since?: string; until?: string } {
  if (coverage === "full") {
    if (date ?? since ?? until)
      throw new Failure("usage", `${name} cannot be asked for days: it is fetched whole`);
    return {};
  }
  if (date !== undefined && (since ?? until) !== undefined) {
    throw new Failure("usage", "--date is one day; it does not go with --since and --until");
  }
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const first = String(date ?? since ?? until ?? yesterday);
  const last = String(date ?? until ?? yesterday);
  if (first > last) throw new Failure("usage", `the first day, ${first}, is after the last, ${last}`);
  return { since: first, until: last };
}

/** The key to ask with; a `Failure` that says where to get one where the API wants one. */
async function requireKey(invocation: Invocation, provider: Provider): Promise<string | undefined> {
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
