import { errorCode, Failure } from "../failure.js";
import type { DatabaseKind } from "./kind.js";

/** What SQLite's errors mean for a person: the one table of them, and the one wording for what is damaged. */

const REASONS: readonly (readonly [
  code: RegExp,
  outcome: "no_output" | "no_input" | "temporary",
  reason: string,
])[] = [
  [/^SQLITE_FULL|^SQLITE_IOERR_WRITE|^SQLITE_IOERR_SHMSIZE/, "no_output", "no space left on device"],
  [/^SQLITE_READONLY/, "no_output", "read-only file or folder"],
  [/^SQLITE_CANTOPEN/, "no_output", "the file or its folder cannot be opened for writing"],
  [
    /^SQLITE_BUSY|^SQLITE_LOCKED|^SQLITE_PROTOCOL/,
    "temporary",
    "another program is writing to it; run this again when it is done",
  ],
  // After the others: what the disk itself does not give.
  [/^SQLITE_IOERR/, "no_input", "the disk does not read or write it"],
];

/** Pages that SQLite cannot make sense of. The database was looked at before, so it is one of ours. */
const CORRUPT = /^SQLITE_(?:CORRUPT|NOTADB)/;

/** Something in a database is not as this program leaves it: `image flickr 7: title is not UTF-8`. */
export class Damage extends Error {
  override readonly name = "Damage";
}

/** Something that somebody has added to a database keeps us from writing. */
export class Hindrance extends Error {
  override readonly name = "Hindrance";
}

/** What an error of SQLite means, as a `Failure` that names the file; any other error as it is. */
export function asFailure(kind: Words, path: string, error: unknown): unknown {
  if (error instanceof Damage) return damaged(kind, path, error.message, error);
  if (error instanceof Hindrance)
    return new Failure("bad_input", `cannot use ${path}: ${error.message}`, { cause: error });
  const code = errorCode(error) ?? "";
  if (CORRUPT.test(code))
    return damaged(kind, path, `SQLite cannot read it (${(error as Error).message})`, error);
  const known = REASONS.find(([pattern]) => pattern.test(code));
  return known ? new Failure(known[1], `cannot use ${path}: ${known[2]}`, { cause: error }) : error;
}

type Words = Pick<DatabaseKind, "command" | "option">;

function damaged({ command, option }: Words, path: string, what: string, cause: unknown): Failure {
  const advice = `it is damaged: run ${command} check ${option} ${path}`;
  return new Failure("bad_input", `cannot use ${path}: ${what}; ${advice}`, { cause });
}

/** Whether another connection is in the way, which will pass. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(?:BUSY|LOCKED|PROTOCOL)/.test(rootCode(error));
}

/** Whether pages of the file cannot be read: then nothing more is to be written to it. */
export function isCorrupt(error: unknown): boolean {
  return CORRUPT.test(rootCode(error));
}

/** The code of an error, or of the one that caused it. */
function rootCode(error: unknown): string {
  return errorCode(error) ?? errorCode((error as Error | undefined)?.cause) ?? "";
}
