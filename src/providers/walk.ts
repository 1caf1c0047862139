import { join } from "node:path";
import type { Checkpoint, OpenClient } from "../http/index.js";
import type { Json, JsonObject } from "../ndjson/index.js";
import { at, isObject, numberAt, textAt } from "../ndjson/index.js";
import { cleanUrl } from "../record/index.js";
import type { Sent } from "../staging/index.js";
import { askAny } from "./ask.js";
import { dropTrailingSlash } from "./pages.js";
import { orGone } from "./paging.js";
import type { ItemTools, Page, Provider, Session, SessionFiles } from "./provider.js";
import { type LockOptions, lockWalk } from "./walk-lock.js";

/** What makes a walk the one that it is, and where its place is kept. */
export interface WalkPlace {
  readonly baseUrl: string | undefined;
  readonly since?: string;
  readonly until?: string;
  /** Whether items are written as they are, instead of records. */
  readonly raw: boolean;
  /** The database that records go to, where it was named. */
  readonly database: Arrivals | undefined;
  /** Where the place is kept, and how many requests were sent. */
  readonly stateFolder: string;
}

/** A database that can say what has arrived in it. */
export interface Arrivals {
  /** Of the file. */
  readonly path: string;
  /** Whether records have arrived; `sent` as it was kept in a file. */
  hasArrived(sent: unknown): boolean;
}

/** What a walk is told from outside. */
export interface WalkOptions extends WalkPlace {
  readonly key: string | undefined;
  /** Who to write to, told to the provider. */
  readonly contact: string | undefined;
  readonly version: string;
  /** Whether the place is kept. */
  readonly keepsPlace: boolean;
  /** Forgets the place of an earlier walk first. */
  readonly restart: boolean;
  /** The file that stdout is at this moment; undefined where it is a pipe. What was written to a file is safe. */
  readonly outputFile: () => OutputFile | undefined;
  readonly signal: AbortSignal;
  /** Told of pages that cannot be had and are passed over; without it the first one ends the walk. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Told before a request is sent again: why, and the seconds to wait. */
  readonly onRetry: (problem: string, seconds: number) => void;
  /** Told of trouble with a download. */
  readonly onTrouble: (problem: string) => void;
  /** What to do while another process is at the same walk. */
  readonly lock: LockOptions;
}

/** A file that takes the output. */
export interface OutputFile {
  /** Its number on the disk. */
  readonly inode: string;
  readonly bytes: number;
}

/** What a walk has done so far. */
export interface Done {
  /** Where its records end in the output. */
  readonly bytesWritten: number;
  /** Items since the beginning of the walk, those of earlier runs included. */
  readonly items: number;
  /** What this run has written. */
  readonly sent: Sent;
}

/** Where an earlier walk stopped. */
export interface Place {
  readonly next: Json;
  /** How many items come before it, where that is known. */
  readonly items: number | undefined;
  /** The file that they were written to, if it was one, and where they ended in it. */
  readonly file?: OutputFile | undefined;
}

/** A walk through a provider's API that keeps its place. */
export interface Walk {
  pages(): AsyncGenerator<Page>;
  /** Says that a page is done, and what is done with it. */
  keepPlace(next: Json | undefined, done: Done): Promise<void>;
  /** Says that everything that was written has gone to readers who go on: the last place can be kept at once. */
  settlePlace(): Promise<void>;
  /** Says that the walk is done: the next one starts from the beginning. */
  forgetPlace(): Promise<void>;
  /** The place of an earlier walk from which it goes on. */
  readonly from: Place | undefined;
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
  const { key, since, until, keepsPlace, restart, outputFile, onError } = options;
  const baseUrl = options.baseUrl ?? provider.baseUrl;
  const checkpoint = keepsPlace ? await checkpointOf(provider, options) : undefined;
  const lock = checkpoint && (await lockWalk(lockOf(checkpoint), options.lock));
  if (restart) await checkpoint?.clear();
  const from = checkpoint && (await readPlace(checkpoint, options.database));
  const client = await openClient(provider, options, baseUrl);
  const session: Session = {
    client,
    baseUrl,
    ...(key !== undefined && { key }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(from && { from: from.next }),
    ...(onError && { onError }),
    ...(provider.tables && { files: await openFiles(provider, options, baseUrl) }),
  };
  const place = new LaggingPlace(checkpoint, outputFile() ? 0 : LAG);
  return {
    pages: () => provider.walk(session),
    keepPlace: (next, done) => place.keep(next, done.bytesWritten, () => aboutPlace(done, from, options)),
    settlePlace: () => place.settle(),
    forgetPlace: async () => checkpoint?.clear(),
    from,
    tools: { fileSize: (url) => sizeOf(client, url), lookUp: lookUpOf(provider, session) },
    async close() {
      lock?.release();
      await client.close();
    },
  };
}

/** The file of a place's lock. */
export function lockOf({ path }: Checkpoint): string {
  return path.replace(/\.json$/, ".lock");
}

/** The place from which a walk would go on. */
export async function findPlace(provider: Provider, where: WalkPlace): Promise<Place | undefined> {
  return readPlace(await checkpointOf(provider, where), where.database);
}

async function checkpointOf(provider: Provider, where: WalkPlace): Promise<Checkpoint> {
  const { since, until, raw, database, stateFolder } = where;
  const baseUrl = where.baseUrl ?? provider.baseUrl;
  const query = { baseUrl, since, until, raw: raw || undefined, db: database?.path };
  // Only a walk needs a network; saved answers are read without loading the client.
  const { openCheckpoint } = await import("../http/index.js");
  return openCheckpoint(stateFolder, provider.name, query);
}

/**
 * The last place, or, where the records before it have not arrived in the database, the one from which that walk had
 * gone on: those before it had.
 */
async function readPlace(checkpoint: Checkpoint, database: Arrivals | undefined): Promise<Place | undefined> {
  const next = await checkpoint.read();
  if (next === undefined) return undefined;
  const about = await checkpoint.about();
  if (!database || database.hasArrived(about.sent)) return placeFrom(next, about);
  const before = at(about, "from", "next") as Json | undefined;
  return before === undefined ? undefined : placeFrom(before, about.from);
}

function placeFrom(next: Json, about: Json | undefined): Place {
  const [inode, bytes] = [textAt(about, "file", "inode"), numberAt(about, "file", "bytes")];
  const file = inode !== undefined && bytes !== undefined ? { inode, bytes } : undefined;
  return { next, items: numberAt(about, "items"), file };
}

/** What is kept beside a place: enough to tell, and to prove, what came before it. */
function aboutPlace(
  { items, sent }: Done,
  from: Place | undefined,
  { database, outputFile }: WalkOptions,
): JsonObject {
  const about = { items, file: outputFile(), ...(database && { sent, from }) };
  return about as unknown as JsonObject;
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
  #waiting: { next: Json; bytes: number; about: JsonObject }[] = [];

  constructor(checkpoint: Checkpoint | undefined, lag: number) {
    this.#checkpoint = checkpoint;
    this.#lag = lag;
  }

  async keep(next: Json | undefined, bytes: number, about: () => JsonObject): Promise<void> {
    if (!this.#checkpoint || next === undefined) return;
    this.#waiting.push({ next, bytes, about: about() });
    const safe = this.#waiting.filter((place) => place.bytes + this.#lag <= bytes);
    const last = safe.at(-1);
    if (!last) return;
    this.#waiting = this.#waiting.slice(safe.length);
    await this.#checkpoint.save(last.next, last.about);
  }

  async settle(): Promise<void> {
    const last = this.#waiting.at(-1);
    this.#waiting = [];
    if (last) await this.#checkpoint?.save(last.next, last.about);
  }
}
