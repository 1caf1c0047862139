import type { Database } from "../../base/sqlite/index.js";
import { MEDIA_TYPES, type MediaType } from "../../record/index.js";
import { fillRemoved, NAMED_BY, REMOVED_TABLE } from "./removed.js";
import {
  changedTrigger,
  listed,
  mediaStatements,
  RUN_TABLES,
  storedColumns,
  URL_FORM,
  URL_KEY,
  urlIndex,
  urlKey,
} from "./schema.js";

/** What a person should know of a migration: records of an older database that break a newer rule, and stay. */
export interface Kept {
  /** How many records there are whose file another record has, too, under another spelling of its address. */
  urlDuplicates: number;
  /** The first of them: `flickr 2 (https://…) has the file of flickr 1`. */
  readonly examples: string[];
  /** How many records there are although their file, or their work under another spelling of its identifier, was removed. */
  standing: number;
  /** The first of them: `flickr 0054`. */
  readonly standingNames: string[];
}

/**
 * How databases of older versions become ones of this version: step n leads from schema n to n + 1. A new database is
 * made whole by the statements of schema.ts; a test holds that both ways end in the same tables.
 */
export const MIGRATIONS: readonly ((database: Database, kept: Kept) => void)[] = [
  seenApart,
  linesByKey,
  oneFileOneRecord,
  version5,
];

/** 1 → 2: when a record was seen moves to a table of its own; runs, popularity and removed records get theirs. */
function seenApart(database: Database): void {
  for (const statement of RUN_TABLES) database.exec(statement);
  for (const media of MEDIA_TYPES) moveRecords(database, media);
}

/** 2 → 3: the digest of a line is compared once its record is found, and needs no index. */
function linesByKey(database: Database): void {
  for (const media of MEDIA_TYPES) {
    database.exec(
      `DROP INDEX IF EXISTS ${media}_line; DROP TRIGGER ${media}_changed; ${changedTrigger(media)}`,
    );
  }
}

/** How many rows are looked at at a time, and how many duplicates are named. */
const ROWS = 10_000;
const EXAMPLES = 5;

/** 3 → 4: URLs are compared by their comparable form. Records that have one file in two spellings stay, and are told. */
function oneFileOneRecord(database: Database, kept: Kept): void {
  for (const media of MEDIA_TYPES) {
    addColumn(database, `${media}_record`, URL_KEY, "TEXT");
    database.exec(`DROP INDEX ${media}_url; ${urlIndex(media)}`);
    fillUrlKeys(database, media, kept);
  }
}

/** 4 → 5: addresses are compared in more ways; runs know when what they read counts as seen, and who took in what they left. */
function version5(database: Database, kept: Kept): void {
  for (const media of MEDIA_TYPES) fillUrlKeys(database, media, kept);
  wholeWorks(database, kept);
  addColumn(database, "runs", "seen_on", "TEXT");
  addColumn(database, "runs", "taken_in_by", "INTEGER");
}

/** Tables that an earlier step has just made have it. */
function addColumn(database: Database, table: string, name: string, type: string): void {
  const names = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).pluck().all();
  if (!names.includes(name)) database.exec(`ALTER TABLE ${table} ADD COLUMN ${name} ${type}`);
}

/** Sets the keys of addresses that have another one, or none. */
function fillUrlKeys(database: Database, media: MediaType, kept: Kept): void {
  const rows = database
    .prepare(
      `SELECT id, url, provider || ' ' || foreign_identifier, ${URL_KEY} FROM ${media}_record WHERE id > ? ORDER BY id LIMIT ${ROWS}`,
    )
    .raw();
  const set = database.prepare(`UPDATE OR IGNORE ${media}_record SET ${URL_KEY} = ? WHERE id = ?`);
  const holder = database
    .prepare(`SELECT provider || ' ' || foreign_identifier FROM ${media}_record WHERE ${URL_FORM} = ?`)
    .pluck();
  let page: [id: number, url: string, name: string, before: string | null][];
  for (let after = 0; ; after = (page.at(-1) as [number, string, string, null])[0]) {
    page = rows.all(after) as typeof page;
    for (const [id, url, name, before] of page) {
      const key = urlKey(url);
      // With a key of its own already: told when it got it.
      if (key === before || (before !== null && before === `${key ?? url} ${id}`)) continue;
      if (set.run(key, id).changes > 0) continue;
      // A key of its own: addresses have no blanks. Its record is merged as before; no other one is refused for it.
      set.run(`${key ?? url} ${id}`, id);
      kept.urlDuplicates++;
      if (kept.examples.length < EXAMPLES)
        kept.examples.push(`${name} (${url}) has the file of ${holder.get(key ?? url)}`);
    }
    if (page.length < ROWS) return;
  }
}

/** What was removed is known by its work and its file, not only by the row that it was. */
function wholeWorks(database: Database, kept: Kept): void {
  for (const statement of REMOVED_TABLE) database.exec(statement);
  fillRemoved(database);
  for (const media of MEDIA_TYPES) {
    const isNamed = `${NAMED_BY.identifier(media)} OR ${NAMED_BY.file(media)}`;
    const names = database
      .prepare(`SELECT provider || ' ' || foreign_identifier FROM ${media}_record WHERE ${isNamed}`)
      .pluck();
    for (const name of database.values(names, { after: 0 })) {
      kept.standing++;
      if (kept.standingNames.length < EXAMPLES) kept.standingNames.push(String(name));
    }
  }
}

function moveRecords(database: Database, media: MediaType): void {
  const columns = listed(storedColumns(media));
  database.exec(
    `ALTER TABLE ${media} RENAME TO ${media}_1; DROP INDEX ${media}_key; DROP INDEX ${media}_url`,
  );
  for (const statement of mediaStatements(media)) database.exec(statement);
  database.exec(`
    INSERT INTO ${media}_record (id, ${columns}) SELECT rowid, ${columns} FROM ${media}_1;
    INSERT INTO ${media}_seen SELECT rowid, 0, last_synced_with_source, NULL FROM ${media}_1;
    DROP TABLE ${media}_1`);
}
