import { join } from "node:path";
import type { ClientOptions, OpenClient } from "../../base/http/index.js";
import { isObject, type Json, type JsonObject, type OnBadLine } from "../../base/ndjson/index.js";
import { heldSecrets, Secrets } from "../../base/secrets/index.js";
import { cleanUrl } from "../../record/index.js";
import { dropTrailingSlash } from "./addresses.js";
import { askAny } from "./ask.js";
import { orGone } from "./failed-pages.js";
import type { ItemTools, Page, Provider, Session, SessionFiles } from "./provider.js";
import { type LockOptions, lockWalk } from "./walk-lock.js";
import {
  aboutPosition,
  checkpointOf,
  type Done,
  LaggingPosition,
  lockOf,
  type OutputFile,
  type Position,
  readPosition,
  type WalkContext,
} from "./walk-position.js";

/** What a walk needs to know. */
interface WalkOptions extends WalkContext {
  readonly key: string | undefined;
  /** Who to write to, told to the provider. */
  readonly contact: string | undefined;
  /** Hosts with their ports that may be asked wherever they are; what is given to `--allow-host`. */
  readonly allowedHosts?: readonly string[] | undefined;
  readonly version: string;
  /** Forgets the position of an earlier walk first. */
  readonly restart: boolean;
  /** The file that stdout is at this moment; undefined where it is a pipe. What was written to a file is safe. */
  readonly outputFile: () => OutputFile | undefined;
  readonly signal: AbortSignal;
  /** Told of pages that fail and are passed over; without it the first one ends the walk. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Told before a request is sent again, and before a download goes on or starts over: why, and what comes. */
  readonly onRetry: (problem: string) => void;
  /** What to do while another process runs the same walk. */
  readonly lock: LockOptions;
  /** For tests: the client's time. */
  readonly time?: Pick<ClientOptions, "clock" | "limits">;
}

/** A walk through a provider's API that keeps its position. */
export interface Walk {
  /** Rows of a dump that cannot be used go to `onBadLine`. */
  pages(onBadLine: OnBadLine): AsyncGenerator<Page>;
  /** Notes the position after a page that is done, to be saved when its records are safe. */
  keepPosition(next: Json | undefined, done: Done): Promise<void>;
  /** Saves the last position at once: everything that was written has gone to readers that go on. */
  settlePosition(): Promise<void>;
  /** Says that the walk is done: the next one starts from the beginning. */
  forgetPosition(): Promise<void>;
  /** The position of an earlier walk from which it goes on. */
  readonly from: Position | undefined;
  readonly tools: ItemTools;
  close(): Promise<void>;
}

/** Opens a walk, at the position where an earlier walk with the same query stopped. */
export async function openWalk(provider: Provider, options: WalkOptions): Promise<Walk> {
  const { key, query, restart, outputFile, onError } = options;
  const baseUrl = options.baseUrl ?? provider.baseUrl;
  // A walk with a limit is a sample: it starts at the beginning every time.
  const checkpoint = query.limit === undefined ? await checkpointOf(provider, options) : undefined;
  const lock = checkpoint && (await lockWalk(lockOf(checkpoint), options.lock));
  if (restart) await checkpoint?.clear();
  const from = checkpoint && (await readPosition(checkpoint, options.database));
  const client = await openClient(provider, options, baseUrl);
  const session: Session = {
    provider,
    client,
    baseUrl,
    query,
    ...(key !== undefined && { key }),
    ...(from && { from: from.next }),
    ...(onError && { onError }),
    ...(provider.joinTables && { files: await openFiles(provider, options, baseUrl) }),
  };
  const secrets = new Secrets([key, ...heldSecrets().values]);
  const position = new LaggingPosition(checkpoint, outputFile() !== undefined);
  return {
    pages: (onBadLine) => provider.walk({ ...session, onBadLine }),
    // A position with the key in it stays in memory: the walk goes on from the one before it.
    keepPosition: (next, done) =>
      position.keep(secrets.areIn(JSON.stringify(next ?? null)) ? undefined : next, done.bytesWritten, () =>
        aboutPosition(done, from, options),
      ),
    settlePosition: () => position.settle(),
    forgetPosition: async () => checkpoint?.clear(),
    from,
    tools: { fileSize: (url) => sizeOf(client, url), lookUp: lookUpOf(session) },
    async close() {
      lock?.release();
      await client.close();
    },
  };
}

/** The folder of a dump. When the last whole walk began is kept like a position, of a walk that has no query. */
async function openFiles(provider: Provider, options: WalkOptions, baseUrl: string): Promise<SessionFiles> {
  const { download, Hosts, openCheckpoint } = await import("../../base/http/index.js");
  const { stateFolder, restart, version, contact, signal, onRetry, time } = options;
  const hosts = new Hosts({ given: [baseUrl], allowed: options.allowedHosts });
  const success = openCheckpoint(stateFolder, `${provider.name}-done`, { baseUrl });
  if (restart) await success.clear();
  const began = new Date().toISOString();
  return {
    folder: join(stateFolder, provider.name),
    download: (url, path) => download(url, path, { version, contact, hosts, signal, onRetry, ...time }),
    lastSuccess: async () => (await success.read()) as string | undefined,
    succeed: () => success.save(began),
  };
}

/** A client at the provider's pace, which counts its requests where the provider does. */
async function openClient(provider: Provider, options: WalkOptions, baseUrl: string): Promise<OpenClient> {
  const { createClient, Hosts, openBudget } = await import("../../base/http/index.js");
  const { key, contact, version, signal, stateFolder, onRetry, time } = options;
  const rules = budgetOf(provider, key);
  const budget = rules && openBudget(stateFolder, { provider: provider.name, baseUrl }, rules, time?.clock);
  const { host } = new URL(baseUrl);
  // Sizes of files are asked of other servers.
  const onRequest = budget && (async (url: URL) => (url.host === host ? budget.spend() : undefined));
  const hosts = new Hosts({ given: [baseUrl], allowed: options.allowedHosts });
  const delay = delayOf(provider, key);
  return createClient({ delay, contact, version, hosts, signal, onRetry, onRequest, ...time });
}

/** Seconds between two requests, with or without a key. */
function delayOf({ delay }: Provider, key: string | undefined): number {
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

/** How many answers are remembered: sounds of one pack follow each other. */
const REMEMBERED = 100;

function lookUpOf(session: Session): NonNullable<ItemTools["lookUp"]> {
  const known = new Map<string, JsonObject | undefined>();
  return async (path) => {
    if (known.has(path)) return known.get(path);
    const url = new URL(`${dropTrailingSlash(session.baseUrl)}/${path}`);
    const answer = await orGone(askAny(session, { url }));
    const found = isObject(answer) ? answer : undefined;
    if (known.size >= REMEMBERED) known.clear();
    known.set(path, found);
    return found;
  };
}
