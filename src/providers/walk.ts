import { join } from "node:path";
import type { Checkpoint, OpenClient } from "../http/index.js";
import type { Json, JsonObject, OnBadLine } from "../ndjson/index.js";
import { isObject } from "../ndjson/index.js";
import { cleanUrl } from "../record/index.js";
import { Secrets } from "../secrets.js";
import { askAny } from "./ask.js";
import { dropTrailingSlash } from "./pages.js";
import { orGone } from "./paging.js";
import type { ItemTools, Page, Provider, Session, SessionFiles } from "./provider.js";

/** What a walk is told from outside. */
export interface WalkOptions {
  readonly key: string | undefined;
  /** Who to write to, told to the provider. */
  readonly contact: string | undefined;
  readonly version: string;
  readonly baseUrl: string | undefined;
  readonly since?: string;
  readonly until?: string;
  /** Where the place is kept, and how many requests were sent. */
  readonly stateFolder: string;
  /** Whether the place is kept. */
  readonly keepsPlace: boolean;
  /** Forgets the place of an earlier walk first. */
  readonly restart: boolean;
  /** Whether bytes that were written are safe: stdout is a file, not a pipe. */
  readonly isFile: boolean;
  readonly signal: AbortSignal;
  /** Told of pages that cannot be had and are passed over; without it the first one ends the walk. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Told before a request is sent again: why, and the seconds to wait. */
  readonly onRetry: (problem: string, seconds: number) => void;
  /** Told of trouble with a download. */
  readonly onTrouble: (problem: string) => void;
}

/** A walk through a provider's API that keeps its place. */
export interface Walk {
  /** Rows of a dump that cannot be used go to `onBadLine`. */
  pages(onBadLine: OnBadLine): AsyncGenerator<Page>;
  /** Says that a page is done whose records ended at this byte of the output. */
  keepPlace(next: Json | undefined, bytesWritten: number): Promise<void>;
  /** Says that everything that was written has gone to readers who go on: the last place can be kept at once. */
  settlePlace(): Promise<void>;
  /** Says that the walk is done: the next one starts from the beginning. */
  forgetPlace(): Promise<void>;
  /** Whether it goes on from the place of an earlier walk. */
  readonly resumes: boolean;
  readonly tools: ItemTools;
  close(): Promise<void>;
}

/**
 * The place is kept this many bytes behind the output. Bytes that have left this process may still be on their way
 * through the pipe; were the whole pipe killed, they would be lost, and a place kept right behind them would skip
 * them. Each command of a pipe holds less than 1 MiB (a chunk, a batch and the pipe's own 64 KiB), so that with
 * 4 MiB even the longest pipe of ours has put them down. A record may come twice; none is missed. Where stdout is a
 * file, or the walk ends by itself and the commands behind it go on, the place needs no distance.
 */
const LAG = 4 * 1024 * 1024;

/** Opens a walk, at the place where an earlier walk with the same query stopped. */
export async function openWalk(provider: Provider, options: WalkOptions): Promise<Walk> {
  const { key, since, until, stateFolder, keepsPlace, restart, isFile, onError } = options;
  // Only a walk needs a network; saved answers are read without loading the client.
  const { openCheckpoint } = await import("../http/index.js");
  const baseUrl = options.baseUrl ?? provider.baseUrl;
  const checkpoint = keepsPlace
    ? openCheckpoint(stateFolder, provider.name, { baseUrl, since, until })
    : undefined;
  if (restart) await checkpoint?.clear();
  const from = await checkpoint?.read();
  const client = await openClient(provider, options, baseUrl);
  const session: Session = {
    client,
    baseUrl,
    ...(key !== undefined && { key }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(from !== undefined && { from }),
    ...(onError && { onError }),
    ...(provider.tables && { files: await openFiles(provider, options, baseUrl) }),
  };
  const secrets = new Secrets([key]);
  const place = new LaggingPlace(checkpoint, isFile ? 0 : LAG);
  return {
    pages: (onBadLine) => provider.walk({ ...session, onBadLine }),
    // A place with the key in it stays in memory: the walk goes on from the one before it.
    keepPlace: (next, bytesWritten) =>
      place.keep(secrets.areIn(JSON.stringify(next ?? null)) ? undefined : next, bytesWritten),
    settlePlace: () => place.settle(),
    forgetPlace: async () => checkpoint?.clear(),
    resumes: from !== undefined,
    tools: { fileSize: (url) => sizeOf(client, url), lookUp: lookUpOf(provider, session) },
    close: () => client.close(),
  };
}

/** The folder of a dump. When the last whole walk began is kept like a place, of a walk that has no query. */
async function openFiles(provider: Provider, options: WalkOptions, baseUrl: string): Promise<SessionFiles> {
  const { download, openCheckpoint } = await import("../http/index.js");
  const { stateFolder, restart, version, contact, signal, onTrouble } = options;
  const success = openCheckpoint(stateFolder, `${provider.name}-done`, { baseUrl });
  if (restart) await success.clear();
  const began = new Date().toISOString();
  return {
    folder: join(stateFolder, provider.name),
    download: (url, path) => download(url, path, { version, contact, signal, onTrouble }),
    lastSuccess: async () => (await success.read()) as string | undefined,
    succeed: () => success.save(began),
  };
}

/** A client at the provider's pace, which counts its requests where the provider does. */
async function openClient(provider: Provider, options: WalkOptions, baseUrl: string): Promise<OpenClient> {
  const { createClient, openBudget } = await import("../http/index.js");
  const { key, contact, version, signal, stateFolder, onRetry } = options;
  const rules = budgetOf(provider, key);
  const budget = rules && openBudget(stateFolder, { provider: provider.name, baseUrl }, rules);
  const { host } = new URL(baseUrl);
  // Sizes of files are asked of other servers.
  const onRequest = budget && (async (url: URL) => (url.host === host ? budget.spend() : undefined));
  return createClient({ delay: delayOf(provider, key), contact, version, signal, onRetry, onRequest });
}

/** Seconds between two requests, with or without a key. */
export function delayOf({ delay }: Provider, key: string | undefined): number {
  if (typeof delay === "number") return delay;
  return key === undefined ? delay.anonymous : delay.keyed;
}

function budgetOf({ budget }: Provider, key: string | undefined) {
  if (!budget) return undefined;
  const { requests, keyed = requests, per } = budget;
  return { requests: key === undefined ? requests : keyed, per };
}

/** The most characters of an address that is asked. */
const MOST_CHARACTERS = 3000;

/** The size of a file, by an address that a source gave: only public hosts are asked, whatever it says. */
async function sizeOf(client: OpenClient, url: string): Promise<number | null> {
  const isPublic = URL.canParse(url) && "url" in cleanUrl(url, MOST_CHARACTERS);
  return isPublic ? client.fileSize(new URL(url)) : null;
}

/** So many answers are remembered: sounds of one pack follow each other. */
const REMEMBERED = 100;

function lookUpOf(provider: Provider, session: Session): NonNullable<ItemTools["lookUp"]> {
  const known = new Map<string, JsonObject | undefined>();
  return async (path) => {
    if (known.has(path)) return known.get(path);
    const url = new URL(`${dropTrailingSlash(session.baseUrl)}/${path}`);
    const answer = await orGone(askAny(provider, session, { url }));
    const found = isObject(answer) ? answer : undefined;
    if (known.size >= REMEMBERED) known.clear();
    known.set(path, found);
    return found;
  };
}

/** Saves the places of pages whose records are surely out of the pipe. */
class LaggingPlace {
  readonly #checkpoint: Checkpoint | undefined;
  readonly #lag: number;
  #waiting: { next: Json; bytes: number }[] = [];

  constructor(checkpoint: Checkpoint | undefined, lag: number) {
    this.#checkpoint = checkpoint;
    this.#lag = lag;
  }

  async keep(next: Json | undefined, bytesWritten: number): Promise<void> {
    if (!this.#checkpoint || next === undefined) return;
    this.#waiting.push({ next, bytes: bytesWritten });
    const safe = this.#waiting.filter(({ bytes }) => bytes + this.#lag <= bytesWritten);
    const last = safe.at(-1);
    if (!last) return;
    this.#waiting = this.#waiting.slice(safe.length);
    await this.#checkpoint.save(last.next);
  }

  async settle(): Promise<void> {
    const last = this.#waiting.at(-1);
    this.#waiting = [];
    if (last) await this.#checkpoint?.save(last.next);
  }
}
