import type { Checkpoint } from "../http/index.js";
import type { Json } from "../ndjson/index.js";
import type { Page, Provider, Session } from "./provider.js";

/** What a walk is told from outside. */
export interface WalkOptions {
  readonly key: string | undefined;
  /** Who to write to, told to the provider. */
  readonly contact: string | undefined;
  readonly version: string;
  readonly baseUrl: string | undefined;
  readonly since?: string;
  readonly until?: string;
  /** Where the place is kept; not kept when absent. */
  readonly stateFolder: string | undefined;
  /** Forgets the place of an earlier walk first. */
  readonly restart: boolean;
  readonly signal: AbortSignal;
  /** Told before a request is sent again: why, and the seconds to wait. */
  readonly onRetry: (problem: string, seconds: number) => void;
}

/** A walk through a provider's API that keeps its place. */
export interface Walk {
  pages(): AsyncGenerator<Page>;
  /** Says that a page is done whose records ended at this byte of the output. */
  keepPlace(next: Json | undefined, bytesWritten: number): Promise<void>;
  /** Says that the walk is done: the next one starts from the beginning. */
  forgetPlace(): Promise<void>;
  fileSize(url: string): Promise<number | null>;
  close(): Promise<void>;
}

/**
 * The place is kept this many bytes behind the output. Bytes that have left this process may still be on their way
 * through the pipe; were the whole pipe killed, they would be lost, and a place kept right behind them would skip
 * them. Each command of a pipe holds less than 1 MiB (a chunk, a batch and the pipe's own 64 KiB), so that with
 * 4 MiB even the longest pipe of ours has put them down. A record may come twice; none is missed.
 */
const LAG = 4 * 1024 * 1024;

/** Opens a walk, at the place where an earlier walk with the same query stopped. */
export async function openWalk(provider: Provider, options: WalkOptions): Promise<Walk> {
  const { key, contact, version, since, until, stateFolder, restart, signal, onRetry } = options;
  // Only a walk needs a network; saved answers are read without loading the client.
  const { createClient, openCheckpoint } = await import("../http/index.js");
  const baseUrl = options.baseUrl ?? provider.baseUrl;
  const checkpoint =
    stateFolder === undefined
      ? undefined
      : openCheckpoint(stateFolder, provider.name, { baseUrl, since, until });
  if (restart) await checkpoint?.clear();
  const from = await checkpoint?.read();
  const client = createClient({ delay: provider.delay, contact, version, signal, onRetry });
  const session: Session = {
    client,
    baseUrl,
    ...(key !== undefined && { key }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(from !== undefined && { from }),
  };
  const place = new LaggingPlace(checkpoint);
  return {
    pages: () => provider.walk(session),
    keepPlace: (next, bytesWritten) => place.keep(next, bytesWritten),
    forgetPlace: async () => checkpoint?.clear(),
    fileSize: (url) => client.fileSize(new URL(url)),
    close: () => client.close(),
  };
}

/** Saves the places of pages whose records are surely out of the pipe. */
class LaggingPlace {
  readonly #checkpoint: Checkpoint | undefined;
  #waiting: { next: Json; bytes: number }[] = [];

  constructor(checkpoint: Checkpoint | undefined) {
    this.#checkpoint = checkpoint;
  }

  async keep(next: Json | undefined, bytesWritten: number): Promise<void> {
    if (!this.#checkpoint || next === undefined) return;
    this.#waiting.push({ next, bytes: bytesWritten });
    const safe = this.#waiting.filter(({ bytes }) => bytes + LAG <= bytesWritten);
    const last = safe.at(-1);
    if (!last) return;
    this.#waiting = this.#waiting.slice(safe.length);
    await this.#checkpoint.save(last.next);
  }
}
