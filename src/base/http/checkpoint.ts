import { createHash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { cannot, errorCode, Failure, orFail } from "../failure.js";
import { writeWholeFile } from "../files/index.js";
import { isObject, type Json, type JsonObject } from "../ndjson/index.js";
import { heldSecrets } from "../secrets/index.js";
import { isKeyParameter, redactUrl } from "./redact.js";

/** What is walked: the parameters that make two walks the same one. Undefined members and keys do not count. */
export type WalkQuery = Readonly<Record<string, string | number | boolean | undefined>>;

/** The place in one walk, kept on disk. */
export interface Checkpoint {
  /** The file that holds the place. */
  readonly path: string;
  /** The place that was saved last; undefined where there is none. A file that cannot be read is a `Failure`. */
  read(): Promise<Json | undefined>;
  /** What was saved beside the place: empty where nothing was. */
  about(): Promise<JsonObject>;
  /**
   * Saves the place after some records. Only allowed once these records have left the process and are out of the
   * pipe: a place saved earlier would lose what is still on its way when the pipe is cut.
   */
  save(next: Json, about?: JsonObject): Promise<void>;
  /** Forgets the place. */
  clear(): Promise<void>;
}

/**
 * Opens the place of one walk: one file for every provider and query, whose name is made of both, so that the same
 * command line finds it again. The file holds no keys.
 */
export function openCheckpoint(folder: string, provider: string, query: WalkQuery): Checkpoint {
  const shown = withoutSecrets(query);
  const digest = createHash("sha256").update(JSON.stringify(shown)).digest("hex").slice(0, 16);
  const path = join(folder, `${provider}-${digest}.json`);
  return {
    path,
    async read() {
      return (await readPlace(path))?.next;
    },
    async about() {
      const about = (await readPlace(path))?.about;
      return isObject(about) ? about : {};
    },
    async save(next, about) {
      await orFail("create", folder, () => mkdir(folder, { recursive: true }));
      await writeWholeFile(path, `${JSON.stringify({ provider, query: shown, next, about })}\n`);
    },
    async clear() {
      await orFail("remove", path, () => rm(path, { force: true }));
    },
  };
}

/** The query in the order of its names, without keys by name or value, URLs redacted. */
function withoutSecrets(query: WalkQuery): Record<string, string | number | boolean> {
  const members: [string, string | number | boolean][] = [];
  for (const name of Object.keys(query).sort()) {
    const value = query[name];
    if (value === undefined || isKeyParameter(name)) continue;
    const shown = typeof value === "string" && URL.canParse(value) ? redactUrl(value) : value;
    members.push([name, typeof shown === "string" ? heldSecrets().hide(shown) : shown]);
  }
  return Object.fromEntries(members);
}

/** What the file of a walk holds; undefined where there is none. */
async function readPlace(path: string): Promise<{ next: Json; about?: Json } | undefined> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (errorCode(error) !== "ENOENT") throw cannot("open", path, error);
  });
  if (text === undefined) return undefined;
  try {
    const { next, about } = JSON.parse(text) as { next?: Json; about?: Json };
    if (next !== undefined) return { next, ...(about !== undefined && { about }) };
  } catch {
    // The same message as for a file without a place.
  }
  throw new Failure(
    "bad_input",
    `${path} holds no place to go on from: remove it to start from the beginning`,
  );
}
