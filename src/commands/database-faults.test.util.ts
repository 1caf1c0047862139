import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import type { Command } from "../base/cli/index.js";
// The faults are made with the library itself, as another program would.
import { Database } from "../base/sqlite/sqlite.js";
import { staging } from "../store/staging/index.js";
import { sampleRecord } from "../testing/samples.js";
import { COMMANDS } from "./index.js";

/** The fault table of the database: every command that opens one, every fault, and what has to come of it. */

/** How a command uses its database. */
export type Use = "reads" | "writes" | "creates" | "asks" | "checks";

/** A command line that uses a database; `ov-stage dump` runs with `--db FILE` added. */
export interface User {
  readonly use: Use;
  readonly args?: readonly string[];
  readonly stdin?: string;
}

/** A record that stands in the database of the tests, by another title. */
const CHANGED = `${JSON.stringify(sampleRecord({ title: "Changed", meta_data: { views: "8" }, tags: [{ name: "moon", provider: "flickr" }] }))}\n`;
const LINK = `${JSON.stringify({ page_id: 1, title: "File:A.jpg", flickr_photo_id: "1" })}\n`;

/** Every command that takes `--db`, by its name. A new one is one line more. */
export const USERS: Readonly<Record<string, User>> = {
  "ov-fetch": { use: "asks", args: ["flickr"] },
  "ov-commons load": { use: "creates", stdin: LINK },
  "ov-commons match": { use: "reads", stdin: "1\n" },
  "ov-subprovider": { use: "writes" },
  "ov-subprovider --dry-run": { use: "reads" },
  "ov-stage load": { use: "creates", stdin: CHANGED },
  "ov-stage dump": { use: "reads" },
  "ov-stage remove": { use: "writes", args: ["--reason", "x"], stdin: "flickr 1\n" },
  "ov-stage expire": { use: "writes" },
  "ov-stage expire --dry-run": { use: "reads" },
  "ov-stage popularity": { use: "writes" },
  "ov-stage stats": { use: "reads" },
  "ov-stage top": { use: "reads" },
  "ov-stage runs": { use: "reads" },
  "ov-stage check": { use: "checks" },
  "ov-stage migrate": { use: "writes" },
};

/** The commands of the tables that open a database. */
export function commandsWithDatabase(): string[] {
  const takesDb = ({ options = [] }: Command) => options.some(({ flags }) => flags === "--db <file>");
  return COMMANDS.flatMap((command) => [
    ...(takesDb(command) ? [command.name] : []),
    ...(command.subcommands ?? []).filter(takesDb).map(({ name }) => `${command.name} ${name}`),
  ]);
}

/** How a command has to end: its exit code, and what it says. */
export type End = readonly [code: number, words: RegExp | string];

/** A fault in a file. */
export interface FileFault {
  readonly name: string;
  /** Makes it of a sound database at this path. */
  readonly make: (path: string) => void;
  /** By the use of the database, or by the command's name, which goes first; `others` where neither is named. */
  readonly ends: Ends;
  /** A variety of the fault before it: tried with one command of each use. */
  readonly isVariety?: true;
}

type Ends = Readonly<Record<string, End>> & { readonly others: End };

const WELL: End = [0, ""];
const DAMAGED = (what: string): End => [65, `${what}; it is damaged: run ov-stage check --db `];
const FOUND = (what: string): End => [65, new RegExp(`${what}\n[^]*is damaged; restore it from a copy`)];

/** Changes a database as another program does. */
function changed(path: string, sql: string): void {
  const database = new Database(path);
  database.unsafeMode();
  database.exec(sql);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

function replaced(path: string, contents: string | Uint8Array): void {
  rmSync(path);
  writeFileSync(path, contents);
}

/** The commands that a fault is tried with. */
export function usersFor({ isVariety }: FileFault): string[] {
  const names = Object.keys(USERS);
  if (!isVariety) return names;
  return [...new Map(names.map((name) => [(USERS[name] as User).use, name])).values()];
}

const variety = (fault: FileFault): FileFault => ({ ...fault, isVariety: true });

/** Something that was taken out of the tables, or made another. */
function missing(what: string, sql: string, problem = `${what} is missing`): FileFault {
  return {
    name: problem,
    make: (path) => changed(path, sql),
    ends: { checks: FOUND(`tables: ${problem}`), others: DAMAGED(problem) },
  };
}

/** A version that is not that of the tables. */
function version(number: number, problem: string): FileFault {
  return {
    name: problem,
    make: (path) => changed(path, `PRAGMA user_version = ${number}`),
    ends: { checks: FOUND(`version: ${problem}`), others: DAMAGED(problem) },
  };
}

/** A value of the record `flickr 1` that is damaged; commands that look at it say so, others do not mind. */
function value(
  name: string,
  sql: string,
  rule: string,
  problem: string,
  minds: readonly string[],
): FileFault {
  return {
    name,
    make: (path) => changed(path, sql),
    ends: {
      checks: FOUND(`${rule}: image flickr 1`),
      ...Object.fromEntries(minds.map((name) => [name, DAMAGED(`image flickr 1: ${problem}`)])),
      others: WELL,
    },
  };
}

const all = (code: number, words: string): FileFault["ends"] => ({ others: [code, words] });
const notOurs = (words: string): FileFault["ends"] => all(65, words);

/** Files that are not as they should be: none of them is changed by a byte. */
export const FILE_FAULTS: readonly FileFault[] = [
  { name: "a file of 1 byte", make: (path) => replaced(path, "x"), ends: notOurs("not a SQLite file") },
  {
    name: "a text",
    isVariety: true,
    make: (path) => replaced(path, '{"url":"x"}\n'.repeat(1000)),
    ends: notOurs("not a SQLite file"),
  },
  {
    name: "the beginning of a SQLite file",
    isVariety: true,
    make: (path) => truncateSync(path, 50),
    ends: notOurs("not a SQLite file"),
  },
  {
    name: "a SQLite file of another program",
    make: (path) => {
      rmSync(path);
      changed(path, "PRAGMA journal_mode = WAL; CREATE TABLE image (url TEXT)");
      writeFileSync(`${path}-wal`, "");
    },
    ends: notOurs("is not a staging database; name another file with --db"),
  },
  {
    name: "a folder",
    make: (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    ends: all(66, "it is a folder; name a file with --db"),
  },
  {
    name: "a pipe",
    make: (path) => {
      rmSync(path);
      spawnSync("mkfifo", [path]);
    },
    ends: all(66, "it is a pipe; name a file with --db"),
  },
  {
    name: "a device",
    make: (path) => {
      rmSync(path);
      symlinkSync("/dev/zero", path);
    },
    ends: all(66, "it is a device; name a file with --db"),
  },
  missing("table runs", "DROP TABLE runs"),
  variety(missing("table image_seen", "DROP TABLE image_seen")),
  missing("index image_url", "DROP INDEX image_url"),
  variety(missing("index deleted_image_key", "DROP INDEX deleted_image_key")),
  variety(missing("trigger image_changed", "DROP TRIGGER image_changed")),
  variety(missing("view audio", "DROP VIEW audio")),
  variety(
    missing(
      "",
      "DROP INDEX image_key; CREATE INDEX image_key ON image_record (provider, foreign_identifier)",
      `index image_key is not that of version ${staging.version}`,
    ),
  ),
  variety(
    missing("", "ALTER TABLE runs DROP COLUMN error", `table runs is not that of version ${staging.version}`),
  ),
  version(0, "its version is 0, and there is no such version"),
  variety(version(2, `its version is 2, and its tables are those of ${staging.version}`)),
  {
    name: "a newer version",
    make: (path) => changed(path, "PRAGMA user_version = 99"),
    ends: all(65, "was made by a newer ov-tools (schema 99); update ov-tools"),
  },
  {
    name: "a file that was cut off",
    make: (path) => truncateSync(path, 3 * 16_384),
    ends: { checks: FOUND("integrity: .*"), others: [65, "; it is damaged: run ov-stage check --db "] },
  },
];

const READ_WHOLE = ["ov-stage dump", "ov-stage load"];

/** Values that are not as they should be. */
export const VALUE_FAULTS: readonly FileFault[] = [
  value(
    "a text that is not UTF-8",
    "UPDATE image_record SET title = CAST(x'41ff42' AS TEXT) WHERE id = 1",
    "title: UTF-8 texts",
    "title is not UTF-8",
    READ_WHOLE,
  ),
  value(
    "a creator that is not UTF-8",
    "UPDATE image_record SET creator = CAST(x'c3' AS TEXT), creator_url = CAST(x'68c3' AS TEXT) WHERE id = 1",
    "creator: UTF-8 texts",
    "creator is not UTF-8",
    [...READ_WHOLE, "ov-stage top", "ov-subprovider", "ov-subprovider --dry-run"],
  ),
  value(
    "a text that is not JSON",
    `UPDATE image_record SET meta_data = '{"views":' WHERE id = 1`,
    "meta_data: JSON columns",
    "meta_data is not JSON",
    [...READ_WHOLE, "ov-stage top", "ov-stage popularity", "ov-subprovider", "ov-subprovider --dry-run"],
  ),
  value(
    "JSON that is not a list",
    "UPDATE image_record SET tags = '5' WHERE id = 1",
    "tags: lists and objects",
    "tags is no list",
    ["ov-stage load"],
  ),
  {
    name: "counts of a run that are not JSON",
    make: (path) => changed(path, "UPDATE runs SET counts = '{' WHERE id = 1"),
    ends: {
      checks: FOUND("counts: JSON columns: run 1"),
      "ov-stage runs": DAMAGED("run 1: counts is not JSON"),
      others: WELL,
    },
  },
];

/** Where a sound database lies, or what is done to it meanwhile: how each command ends, by its use. */
export const PLACES = {
  "no file": {
    creates: WELL,
    asks: WELL,
    others: [66, "cannot open PATH: no such file or folder"],
  },
  "an empty file": {
    creates: WELL,
    asks: WELL,
    others: [65, "PATH is not a staging database; name another file with --db"],
  },
  "no folder": {
    creates: [73, "cannot create PATH: no such file or folder"],
    asks: WELL,
    others: [66, "cannot open PATH: no such file or folder"],
  },
  "a writer that was killed": { others: WELL },
  "a full disk": {
    creates: [73, "cannot use PATH: no space left on device"],
    writes: [73, "cannot use PATH: no space left on device"],
    others: WELL,
  },
  "a read-only disk": {
    creates: [73, "cannot use PATH: the file or its folder cannot be opened for writing"],
    writes: [73, "cannot use PATH: the file or its folder cannot be opened for writing"],
    others: WELL,
  },
  "another writer": {
    creates: [75, "cannot use PATH: another program is writing to it; run this again when it is done"],
    writes: [75, "cannot use PATH: another program is writing to it; run this again when it is done"],
    others: WELL,
  },
  "a program that has it for itself": {
    others: [75, "cannot use PATH: another program is writing to it; run this again when it is done"],
  },
} as const satisfies Readonly<Record<string, Ends>>;
