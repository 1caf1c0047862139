import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { cannot, Failure } from "../../base/failure.js";
import { type Format, unpacked } from "../../base/files/index.js";
import type { JsonObject, OnBadLine } from "../../base/ndjson/index.js";
import { faultOf, readLines, stopAtBadLine } from "../../base/ndjson/index.js";
import { Database } from "../../base/sqlite/index.js";
import { httpTimeIn, timeIn } from "../../base/times.js";

/**
 * The tables of iNaturalist's dump, joined. Together they have hundreds of millions of rows, so they go through a
 * database on disk: rows are read and written one by one, and never more than a batch of them is in memory.
 */

/** Columns that are kept of each table, in the order in which they are inserted. */
const COLUMNS = {
  taxa: ["taxon_id", "ancestry", "rank", "name"],
  observers: ["observer_id", "login"],
  observations: ["observation_uuid", "taxon_id"],
  photos: ["photo_id", "observation_uuid", "observer_id", "extension", "license", "width", "height"],
} as const;
type Table = keyof typeof COLUMNS;

const SCHEMA = `
  CREATE TABLE taxa (taxon_id INTEGER PRIMARY KEY, ancestry TEXT, rank TEXT, name TEXT) STRICT;
  CREATE TABLE observers (observer_id INTEGER PRIMARY KEY, login TEXT) STRICT;
  CREATE TABLE observations (observation_uuid TEXT PRIMARY KEY, taxon_id INTEGER) STRICT, WITHOUT ROWID;
  CREATE TABLE photos (
    photo_id INTEGER PRIMARY KEY, observation_uuid TEXT, observer_id INTEGER, extension TEXT, license TEXT,
    width INTEGER, height INTEGER, times INTEGER NOT NULL DEFAULT 1
  ) STRICT;
`;

/**
 * Photos that occur more than once (about one in a thousand) belong to several observations: which of their species
 * they show cannot be told. Those, and photos without their observation or observer, say so in `problem`.
 */
const JOIN = `
  SELECT photo_id, extension, license, photos.observer_id, login AS observer, width, height, taxon_id,
    CASE WHEN times > 1 THEN 'a repeated photo'
      WHEN observations.observation_uuid IS NULL OR observers.observer_id IS NULL THEN 'no observation'
    END AS problem
  FROM photos LEFT JOIN observations USING (observation_uuid) LEFT JOIN observers USING (observer_id)
  WHERE photo_id > ? ORDER BY photo_id LIMIT ?
`;

/** Rows that are joined at once. */
const BATCH = 1000;
/** Rows that are inserted in one transaction. */
const TRANSACTION = 50_000;

/**
 * The joined rows of the four tables after a photo id, in the order of their ids: `{photo_id, extension, license,
 * observer_id, observer, width, height, taxon_title, taxon_tags}`. The database file is made, and stays for the
 * caller to remove. A row without its id, or that is no text, goes to `onBadLine`.
 */
export async function* joinTables(
  paths: readonly string[],
  databasePath: string,
  { after = -1, onBadLine = stopAtBadLine }: { after?: number; onBadLine?: OnBadLine | undefined } = {},
): AsyncGenerator<JsonObject[]> {
  await rm(databasePath, { force: true });
  const database = new Database(databasePath);
  try {
    // It can be made again at any time: nothing has to be safe on disk.
    database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;");
    database.exec(SCHEMA);
    for (const table of Object.keys(COLUMNS) as Table[]) {
      await fill(database, { table, path: pathOf(paths, table), onBadLine });
    }
    const taxa = new Taxa(database);
    const statement = database.prepare(JOIN);
    for (let last = after; ; ) {
      const rows = statement.all(last, BATCH) as JsonObject[];
      if (rows.length === 0) return;
      last = Number(rows.at(-1)?.photo_id);
      yield rows.map(({ taxon_id, problem, ...row }) => ({
        ...row,
        ...taxa.of(Number(taxon_id)),
        ...(problem !== null && { problem }),
      }));
    }
  } finally {
    database.close();
  }
}

/** Whether a file changed after the last success; a time that cannot be read counts as new. */
export function isNewer(lastSuccess: string | undefined, changes: readonly (string | undefined)[]): boolean {
  const timeOf = (text = "") => timeIn(text) ?? httpTimeIn(text) ?? Number.NaN;
  const last = timeOf(lastSuccess);
  return changes.some((change) => !(timeOf(change) <= last));
}

function pathOf(paths: readonly string[], table: Table): string {
  const found = paths.find((path) => basename(path).startsWith(`${table}.csv`));
  if (found !== undefined) return found;
  const names = Object.keys(COLUMNS).map((name) => `${name}.csv.gz`);
  throw new Failure("no_input", `${table}.csv.gz is missing: the dump is ${names.join(", ")}`);
}

async function fill(
  database: Database,
  { table, path, onBadLine }: { table: Table; path: string; onBadLine: OnBadLine },
): Promise<void> {
  const columns = COLUMNS[table];
  const places = columns.map(() => "?").join(", ");
  const again = table === "photos" ? "DO UPDATE SET times = times + 1" : "DO NOTHING";
  const key = columns[0];
  const insert = database.prepare(
    `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places}) ON CONFLICT (${key}) ${again}`,
  );
  let rows = 0;
  database.exec("BEGIN");
  for await (const values of readTable(path, columns, onBadLine)) {
    insert.run(values);
    if (++rows % TRANSACTION === 0) database.exec("COMMIT; BEGIN");
  }
  database.exec("COMMIT");
}

/** Columns that are numbers. */
const INTEGERS = new Set(["photo_id", "observer_id", "taxon_id", "width", "height"]);

/** The named columns of a table, row by row. The dump separates them by tabs and quotes nothing. */
async function* readTable(
  path: string,
  columns: readonly string[],
  onBadLine: OnBadLine,
): AsyncGenerator<(string | number | null)[]> {
  let places: number[] | undefined;
  let separator = "\t";
  for await (const lines of readLines(bytesOf(path))) {
    for (const { number, text, fault } of lines) {
      const place = { file: path, line: number };
      if (fault !== undefined) {
        await onBadLine({ ...place, input: text, ...faultOf(fault) });
        continue;
      }
      if (!places) {
        separator = text.includes("\t") ? "\t" : ",";
        const names = fieldsOf(text, separator);
        places = columns.map((column) => names.indexOf(column));
        const missing = columns.find((_, i) => places?.[i] === -1);
        if (missing !== undefined) {
          throw new Failure("bad_input", `there is no column ${missing}: the dump has changed`, { place });
        }
        continue;
      }
      const fields = fieldsOf(text, separator);
      const values = places.map((place, i) => fieldValue(columns[i] as string, fields[place]));
      const [key] = columns;
      if (values[0] !== null) yield values;
      else await onBadLine({ ...place, error: `${key} is missing`, code: `missing_${key}`, input: text });
    }
  }
  if (!places) throw new Failure("bad_input", "the table is empty", { place: { file: path } });
}

function fieldsOf(line: string, separator: string): string[] {
  if (separator === "\t" || !line.includes('"')) return line.split(separator);
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}

function fieldValue(column: string, field: string | undefined): string | number | null {
  if (field === undefined || field === "" || field === "\\N") return null;
  if (!INTEGERS.has(column)) return field;
  return /^\d{1,15}(?:\.0+)?$/.test(field) ? Math.trunc(Number(field)) : null;
}

/** What a table is, going by its name: its first bytes are seen by who unpacks it. */
const GZIP: Format = { kind: "gzip", words: "packed with gzip" };

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path);
  try {
    yield* path.endsWith(".gz") ? unpacked(file, GZIP, path) : file;
  } catch (error) {
    throw cannot("read", path, error);
  } finally {
    file.destroy();
  }
}

interface Taxon {
  readonly name: string | null;
  readonly rank: string | null;
  readonly ancestry: string | null;
}

/** Names of taxa, and of those above them. A few thousand species make up most photos. */
class Taxa {
  readonly #known = new Map<number, JsonObject>();
  readonly #select: ReturnType<Database["prepare"]>;

  constructor(database: Database) {
    this.#select = database.prepare("SELECT name, rank, ancestry FROM taxa WHERE taxon_id = ?");
  }

  of(id: number): JsonObject {
    let found = this.#known.get(id);
    if (!found) {
      found = this.#read(id);
      if (this.#known.size >= 20_000) this.#known.clear();
      this.#known.set(id, found);
    }
    return found;
  }

  #read(id: number): JsonObject {
    const taxon = this.#select.get(id) as Taxon | undefined;
    if (!taxon) return { taxon_title: null, taxon_tags: [] };
    const above = (taxon.ancestry ?? "").split("/").filter((one) => one !== "");
    const names = above
      .map((ancestor) => this.#select.get(Number(ancestor)) as Taxon | undefined)
      // The root of the tree is life itself, which says nothing.
      .filter((one) => one?.name && one.rank !== "stateofmatter")
      .map((one) => one?.name as string);
    return { taxon_title: taxon.name, taxon_tags: names };
  }
}
