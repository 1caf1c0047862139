import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { Failure, orFail } from "../../../base/failure.js";
import { parseObject, readLines } from "../../../base/ndjson/index.js";
import { timeIn } from "../../../base/times.js";
import type { ReleaseFile } from "../release-manifest.js";
import type { LocalFile, Watch } from "./shard-files.js";

/** The tombstones of a delta, below the dataset's folder. */
export const DELETIONS = "deletions.ndjson";

/** A file of tombstones that has been checked: one JSON object a line, as `ov-stage dump --deletions-since` writes them. */
export interface Tombstones extends LocalFile {
  /** How many there are. */
  readonly rows: number;
  /** What they say, in the order of the dump: those of older versions say less. */
  readonly members: readonly Member[];
}

/** A member of a tombstone. */
export interface Member {
  readonly name: string;
  readonly description: string;
  readonly isRight: (value: unknown) => boolean;
  readonly words: string;
}

/** Tombstones as a release has them, and what they say. */
export interface DescribedTombstones extends Pick<Tombstones, "members"> {
  readonly file: ReleaseFile;
}

const TEXT = {
  isRight: (value: unknown) => typeof value === "string" && value !== "",
  words: "a text that is not empty",
};
const matches = (pattern: RegExp) => (value: unknown) => typeof value === "string" && pattern.test(value);

/** What a tombstone has, in the order of the dump. */
const TOMBSTONE: readonly Member[] = [
  {
    name: "provider",
    description: "The provider of the record that was deleted.",
    ...TEXT,
  },
  {
    name: "foreign_identifier",
    description: "Its identifier at the provider.",
    ...TEXT,
  },
  {
    name: "identifier",
    description: "Its identifier in this dataset.",
    isRight: matches(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    words: "a UUID in lower case",
  },
  {
    name: "deleted_on",
    description: "When it was deleted, ISO 8601 UTC.",
    isRight: (value) => typeof value === "string" && /^\S*T\S*Z$/.test(value) && timeIn(value) !== undefined,
    words: "an ISO 8601 time (UTC)",
  },
  {
    name: "reason",
    description: "Why, in a word or a few.",
    isRight: (value) => value === null || typeof value === "string",
    words: "a text or null",
  },
  {
    name: "url_sha256",
    description:
      "SHA-256, in hex, of the comparable form of its file's address, which tells copies of the file without telling it.",
    // Older versions have not written it.
    isRight: (value) => (value ?? null) === null || matches(/^[0-9a-f]{64}$/)(value),
    words: "64 hexadecimal digits in lower case, or null",
  },
];

/**
 * Checks a file of tombstones, which is then published as it is. Throws a `Failure`: "no_input" where it cannot be read
 * or is no plain file, "bad_input" with the line for one that is no tombstone or has more members than one.
 */
export async function readTombstones(path: string, { signal }: Watch = {}): Promise<Tombstones> {
  const real = await plainFile(path);
  const hash = createHash("sha256");
  let [bytes, rows] = [0, 0];
  const names = new Set<string>();
  async function* chunks() {
    for await (const chunk of createReadStream(real, { highWaterMark: 1024 * 1024 })) {
      signal?.throwIfAborted();
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk as Buffer;
    }
  }
  for await (const lines of readLines(chunks())) {
    for (const { number, text, fault } of lines) {
      const problem = fault ?? problemOf(text, names);
      if (problem !== undefined) {
        throw new Failure("bad_input", problem, { place: { file: path, line: number } });
      }
      rows++;
    }
  }
  const members = TOMBSTONE.filter(({ name }) => names.has(name));
  return { root: dirname(real), path: basename(real), bytes, sha256: hash.digest("hex"), rows, members };
}

/** It is read again when it is sent: a pipe would be empty then. */
async function plainFile(path: string): Promise<string> {
  const file = await orFail("open", path, async () => (await stat(path)).isFile() && realpath(path));
  if (file) return file;
  throw new Failure(
    "no_input",
    `cannot use ${path}: tombstones have to be in a file, not in a pipe or folder`,
  );
}

/** What is wrong with a line; adds the names of its members to those that were met. */
function problemOf(text: string, names: Set<string>): string | undefined {
  const parsed = parseObject(text);
  if ("error" in parsed) return parsed.error;
  const { record } = parsed;
  const wrong = TOMBSTONE.find(({ name, isRight }) => !isRight(record[name]));
  if (wrong) return `this is no tombstone: ${wrong.name} is not ${wrong.words}`;
  for (const name in record) names.add(name);
  const other = Object.keys(record).find((key) => !TOMBSTONE.some(({ name }) => name === key));
  return other === undefined ? undefined : `a tombstone has no member ${JSON.stringify(other)}`;
}
