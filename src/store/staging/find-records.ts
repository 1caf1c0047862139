import type { Database } from "../../base/sqlite/index.js";
import {
  comparableId,
  comparableProvider,
  comparableUrl,
  isNumbered,
  MEDIA_TYPES,
  type MediaType,
} from "../../record/index.js";
import { URL_FORM } from "./schema.js";

/** A record by the row that it is in. */
interface RecordRow {
  readonly media: MediaType;
  readonly id: number;
}

/** A work by its provider and its identifier there, both in any spelling; where no media type is given, that of every type is meant. */
export interface Work {
  readonly provider: string;
  readonly foreign_identifier: string;
  readonly media_type?: MediaType | undefined;
}

/** Finds the records of a work, and of a file, in all tables. */
export class RecordFinder {
  readonly #tables: readonly TableFinder[];

  constructor(database: Database) {
    this.#tables = MEDIA_TYPES.map((media) => new TableFinder(database, media));
  }

  byWork(work: Work): RecordRow[] {
    return this.#tables
      .filter(({ media }) => media === (work.media_type ?? media))
      .flatMap((table) => table.byWork(work));
  }

  byFile(url: string): RecordRow[] {
    const form = comparableUrl(url);
    return this.#tables.flatMap((table) => table.byFile(form));
  }
}

class TableFinder {
  readonly media: MediaType;
  readonly #sql;
  /** The providers that there are. */
  #names: readonly string[] | undefined;
  /** Of each provider: identifiers that are not written in their comparable form, by this form. */
  readonly #oddIds = new Map<string, ReadonlyMap<string, readonly number[]>>();

  constructor(database: Database, media: MediaType) {
    this.media = media;
    const select = (what: string, where: string) => `SELECT ${what} FROM ${media}_record WHERE ${where}`;
    // With a blank and a number after it: the key of a file that two records of an older database have.
    const isFile = [`${URL_FORM} = :form`, `${URL_FORM} > :form || ' ' AND ${URL_FORM} < :form || '!'`];
    // Two stretches of the index, for nearly all identifiers lie between them.
    const isOdd = ["foreign_identifier < '1'", "foreign_identifier >= ':'"];
    this.#sql = {
      byKey: database.prepare(select("id", "provider = ? AND foreign_identifier IN (?, ?)")).pluck(),
      byFile: database.prepare(isFile.map((where) => select("id", where)).join(" UNION ALL ")).pluck(),
      odd: database
        .prepare(
          isOdd
            .map((where) => select("id, foreign_identifier", `provider = :provider AND ${where}`))
            .join(" UNION ALL "),
        )
        .raw(),
      // From one to the next in the index: there are few, of very many records.
      providers: database
        .prepare(
          `WITH RECURSIVE found (name) AS (SELECT min(provider) FROM ${media}_record UNION ALL
           SELECT (SELECT min(provider) FROM ${media}_record WHERE provider > name) FROM found WHERE name IS NOT NULL)
         SELECT name FROM found WHERE name IS NOT NULL`,
        )
        .pluck(),
    };
  }

  byWork({ provider: name, foreign_identifier: id }: Work): RecordRow[] {
    const form = comparableId(name, id);
    const rows = this.#spellingsOf(name).flatMap((provider) => {
      const odd = isNumbered(provider) ? this.#oddOnes(provider).get(form) : undefined;
      return [...(this.#sql.byKey.all(provider, id, form) as number[]), ...(odd ?? [])];
    });
    return this.#rows(rows);
  }

  byFile(form: string): RecordRow[] {
    return this.#rows(this.#sql.byFile.all({ form }) as number[]);
  }

  #rows(ids: readonly number[]): RecordRow[] {
    return ids.map((id) => ({ media: this.media, id }));
  }

  /** The names of a provider that records have. */
  #spellingsOf(provider: string): readonly string[] {
    this.#names ??= this.#sql.providers.all() as string[];
    const form = comparableProvider(provider);
    return this.#names.filter((name) => comparableProvider(name) === form);
  }

  #oddOnes(provider: string): ReadonlyMap<string, readonly number[]> {
    let found = this.#oddIds.get(provider) as Map<string, number[]> | undefined;
    if (found) return found;
    found = new Map();
    for (const [row, id] of this.#sql.odd.all({ provider }) as [number, string][]) {
      const form = comparableId(provider, id);
      if (form !== id) found.set(form, [...(found.get(form) ?? []), row]);
    }
    this.#oddIds.set(provider, found);
    return found;
  }
}
