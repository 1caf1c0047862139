import type { Checkpoint } from "../../base/http/index.js";
import { at, type Json, type JsonObject, numberAt, textAt } from "../../base/ndjson/index.js";
import type { Provider, Query } from "./provider.js";

/** The position of a walk: what is kept of it, when, and whether it still holds. */

/** What identifies a walk, and where its position is kept. */
export interface WalkContext {
  readonly baseUrl: string | undefined;
  readonly query: Query;
  /** The database that records go to, where it was named. */
  readonly database: Arrivals | undefined;
  /** Where the position is kept, and how many requests were sent. */
  readonly stateFolder: string;
}

/** A database that can say what has arrived in it. */
export interface Arrivals {
  /** Of the file. */
  readonly path: string;
  /** Whether records have arrived; `sent` as it was kept in a file. */
  hasArrived(sent: unknown): boolean;
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
  /** What this run has written, as `Arrivals` looks for it. */
  readonly sent: unknown;
}

/** Where an earlier walk stopped. */
export interface Position {
  readonly next: Json;
  /** How many items come before it, where that is known. */
  readonly items: number | undefined;
  /** The file that they were written to, if it was one, and where they ended in it. */
  readonly file?: OutputFile | undefined;
}

/** The position from which a walk would go on. */
export async function findPosition(provider: Provider, where: WalkContext): Promise<Position | undefined> {
  return readPosition(await checkpointOf(provider, where), where.database);
}

/** Forgets that position. */
export async function forgetPosition(provider: Provider, where: WalkContext): Promise<void> {
  await (await checkpointOf(provider, where)).clear();
}

/** The file of the position. */
export async function checkpointOf(provider: Provider, where: WalkContext): Promise<Checkpoint> {
  const { database, stateFolder } = where;
  const { since, until, raw } = where.query;
  const baseUrl = where.baseUrl ?? provider.baseUrl;
  const query = { baseUrl, since, until, raw: raw || undefined, db: database?.path };
  // Only a walk needs a network; saved answers are read without loading the client.
  const { openCheckpoint } = await import("../../base/http/index.js");
  return openCheckpoint(stateFolder, provider.name, query);
}

/**
 * The last position, or, where the records before it have not arrived in the database, the one from which that walk had
 * gone on: those before it had.
 */
export async function readPosition(
  checkpoint: Checkpoint,
  database: Arrivals | undefined,
): Promise<Position | undefined> {
  const next = await checkpoint.read();
  if (next === undefined) return undefined;
  const about = await checkpoint.about();
  if (!database || database.hasArrived(about.sent)) return positionFrom(next, about);
  const before = at(about, "from", "next") as Json | undefined;
  return before === undefined ? undefined : positionFrom(before, about.from);
}

function positionFrom(next: Json, about: Json | undefined): Position {
  const [inode, bytes] = [textAt(about, "file", "inode"), numberAt(about, "file", "bytes")];
  const file = inode !== undefined && bytes !== undefined ? { inode, bytes } : undefined;
  return { next, items: numberAt(about, "items"), file };
}

/** What is kept beside a position: enough to tell, and to prove, what came before it. */
export function aboutPosition(
  { items, sent }: Done,
  from: Position | undefined,
  { database, outputFile }: { database: Arrivals | undefined; outputFile: () => OutputFile | undefined },
): JsonObject {
  const about = { items, file: outputFile(), ...(database && { sent, from }) };
  return about as unknown as JsonObject;
}

/** The file of a position's lock. */
export function lockOf({ path }: Checkpoint): string {
  return path.replace(/\.json$/, ".lock");
}

/**
 * The saved position lags the output by this many bytes. Bytes that have left this process may still be on their way
 * through the pipe; if the whole pipe is killed, they are lost, and a position right after them would skip them. Each
 * command of a pipe holds less than 1 MiB (a chunk, a batch and the pipe's own 64 KiB), so that with 4 MiB even our
 * longest pipe has written them. A record may come twice; none is missed. Where stdout is a file, or the walk ends by
 * itself and the commands after it go on, the position need not lag.
 */
const LAG = 4 * 1024 * 1024;

/** Saves the positions of pages whose records are surely out of the pipe. */
export class LaggingPosition {
  readonly #checkpoint: Checkpoint | undefined;
  readonly #lag: number;
  #waiting: { next: Json; bytes: number; about: JsonObject }[] = [];

  constructor(checkpoint: Checkpoint | undefined, isFile: boolean) {
    this.#checkpoint = checkpoint;
    this.#lag = isFile ? 0 : LAG;
  }

  async keep(next: Json | undefined, bytes: number, about: () => JsonObject): Promise<void> {
    if (!this.#checkpoint || next === undefined) return;
    this.#waiting.push({ next, bytes, about: about() });
    const safe = this.#waiting.filter((position) => position.bytes + this.#lag <= bytes);
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
