import {
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { orFail } from "../../base/failure.js";
import { type Input, MAX_LINE_BYTES, wholeLines } from "../../base/ndjson/index.js";
import type { Database } from "../../base/sqlite/index.js";
import { besideDatabase, Damage } from "../../base/sqlite/index.js";
import type { Leftover } from "./load-options.js";
import { IS_THERE, type RunRow, UNKNOWN } from "./runs.js";
import { SPOOL, spoolOf } from "./spool.js";

/**
 * What loads that came to nothing had read from a pipe, in the files that they kept (spool.ts). Each is taken in exactly
 * once, by a run of its own, which notes that in the row of the run that had read it: one transaction. The file goes
 * afterwards, and where somebody is killed before that, the note says that it may go.
 */

/** A file that holds what a run had read. */
export interface Left extends Leftover {
  readonly path: string;
  /** How many bytes of it are whole lines. */
  readonly size: number;
}

/**
 * The oldest file that is to be taken in; files that are done with are removed on the way. A file that cannot be of the run
 * that has its number, because that is no load or ended before, came with another database: it is left where it is, and
 * told to `onStranger`. Only with the database's lock held: without it a file may be that of a load that is under way.
 */
export function firstLeft(
  database: Database,
  path: string,
  onStranger: (file: string) => void,
): Left | undefined {
  for (const run of leftFiles(path)) {
    const file = spoolOf(path, run);
    const reader = readerOf(database, run, file);
    if (reader === undefined) {
      onStranger(file);
      continue;
    }
    const size = reader.isDone ? 0 : loadable(file);
    if (size > 0) return { run, seenOn: reader.seenOn, path: file, size };
    letGo(file);
  }
  return undefined;
}

/** The numbers of the runs that have a file beside the database, the oldest first; `07` is no name of ours. */
function leftFiles(path: string): number[] {
  const beside = besideDatabase(path, SPOOL);
  const prefix = basename(beside);
  return orFail("open", dirname(beside), () => readdirSync(dirname(beside), { withFileTypes: true }))
    .flatMap((entry) => (entry.isFile() ? [entry.name] : []))
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,14}$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
}

/** Of runs, those whose file is there and is still to be taken in, with that file. */
export function untaken(runs: readonly RunRow[], path: string): { id: number; file: string }[] {
  const left = new Set(leftFiles(path));
  return runs
    .filter(({ id, state, counts, taken_in_by }) => {
      const isOver = state !== "running" && counts === null;
      return isOver && taken_in_by === null && left.has(id);
    })
    .map(({ id }) => ({ id, file: spoolOf(path, id) }));
}

/** Removes a file that is done with. Where that cannot be, it is passed over: the row of its run says that it may go. */
export function letGo(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // In a folder where everybody may remove only what is theirs.
  }
}

/** As an input. It had come from a pipe, and the numbers of its lines are those that they had there. */
export function readLeft({ path, size }: Left): Input {
  return { name: "stdin", bytes: createReadStream(path, { end: size - 1, highWaterMark: CHUNK }) };
}

/** Notes that a run takes it in; inside that run's transaction. */
export function noteTakenIn(database: Database, { run }: Leftover, by: number): void {
  database.prepare("UPDATE runs SET taken_in_by = ? WHERE id = ?").run(by, run);
}

interface Reader {
  readonly isDone: boolean;
  readonly seenOn: string;
}

/**
 * The run that read a file, undefined where that cannot have been the one of its number; one that this database does not
 * know, because it is older than the file, is written down. Then only the mode tells that the file is ours.
 */
function readerOf(database: Database, run: number, file: string): Reader | undefined {
  const isKnown = database.prepare("SELECT 1 FROM runs WHERE id = ?").get(run) !== undefined;
  if (!isKnown && !isPrivate(file)) return undefined;
  database
    .prepare(
      `INSERT INTO runs (id, command, version, who, started_on, input, state)
        VALUES (?, 'load', '${UNKNOWN}', 'unknown', ?, 'stdin', 'crashed') ON CONFLICT DO NOTHING`,
    )
    .run(run, timeOf(file));
  const row = database
    .prepare(
      `SELECT ${IS_THERE} OR taken_in_by IS NOT NULL, coalesce(seen_on, started_on), ended_on FROM runs
        WHERE id = ? AND command = 'load'`,
    )
    .raw()
    .get(run) as [0 | 1, string, string | null] | undefined;
  if (!row) return undefined;
  const [isDone, seenOn, endedOn] = row;
  if (isDone && endedOn !== null && timeOf(file) > endedOn) return undefined;
  // It is written to every record, and says which values are newer.
  if (!/^\d{4}-\d\d-\d\dT.*Z$/.test(seenOn)) throw new Damage(`run ${run}: seen_on is no time`);
  return { isDone: isDone === 1, seenOn };
}

/** Whether nobody but its owner may do anything with a file, as with those that we make; a person's own seldom is so. */
function isPrivate(file: string): boolean {
  return (orFail("open", file, () => statSync(file)).mode & 0o077) === 0;
}

/** When a file was written to last; what lies in the future is no time that something was read at. */
function timeOf(file: string): string {
  const { mtimeMs } = orFail("open", file, () => statSync(file));
  return new Date(Math.min(mtimeMs, Date.now())).toISOString();
}

const CHUNK = 256 * 1024;

/**
 * How many bytes of a file are to be loaded: whole lines. A last line without a line end was cut off with the load, unless
 * it is a whole object, which is not the beginning of a longer line.
 */
function loadable(path: string): number {
  return orFail("open", path, () => {
    const fd = openSync(path, "r");
    try {
      const { size } = fstatSync(fd);
      let end = size;
      let whole = 0;
      while (end > 0 && whole === 0) {
        const start = Math.max(end - CHUNK, 0);
        whole = wholeLines(bytesOf(fd, start, end));
        end = start + whole;
      }
      const isCut = end < size && size - end <= MAX_LINE_BYTES;
      return isCut && isObject(bytesOf(fd, end, size).toString()) ? size : end;
    } finally {
      closeSync(fd);
    }
  });
}

function bytesOf(fd: number, start: number, end: number): Buffer {
  const bytes = Buffer.alloc(end - start);
  return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, start));
}

function isObject(text: string): boolean {
  try {
    return text.trimStart().startsWith("{") && typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
