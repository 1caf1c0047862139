import type { Cell } from "../../record/decoder/index.js";
import type { Column, MediaType } from "../../record/index.js";
import type { LoadOptions } from "./load-options.js";
import { mergeRows, type Stored } from "./merge.js";
import type { Scores } from "./popularity.js";
import { type Prepared, type PreparedRow, textOf } from "./prepare.js";
import { storedColumns } from "./schema.js";

/** A record as it stands in the database. */
export interface Found {
  readonly id: number;
  /** The run that saw it last. */
  readonly run: number;
  /** When it was last seen at its source. */
  readonly seen: string;
  /** In the order of the columns. */
  readonly values: readonly Stored[];
}

/** What a record is found by. */
export type Key = readonly [provider: string, foreignIdentifier: string];

/** What a record is known by. */
export interface RecordNames {
  readonly key: Key;
  readonly identifier: string;
  readonly url: string;
}

/** Columns that the loader itself looks at. */
const PLACES = [
  ...(["identifier", "provider", "foreign_identifier", "url", "filetype", "meta_data"] as const),
  ...(["updated_on", "removed_from_source", "standardized_popularity"] as const),
];

export type Places = Readonly<Record<(typeof PLACES)[number], number>>;

/** Makes the rows of a media type's table from what a load is given and what stands there, and reads their columns. */
export class LoadRows {
  readonly place: Places;
  /** When what is loaded counts as seen. */
  readonly seen: string;
  readonly #columns: readonly Column[];
  readonly #scores: Scores;
  /** Places of the times that the database fills. */
  readonly #timePlaces: readonly number[];
  readonly #now: string;

  constructor(media: MediaType, scores: Scores, { now, leftover }: Pick<LoadOptions, "now" | "leftover">) {
    this.#columns = storedColumns(media);
    this.#scores = scores;
    this.#now = now.toISOString();
    this.seen = leftover?.seenOn ?? this.#now;
    const names = this.#columns.map(({ name }) => name);
    this.place = Object.fromEntries(PLACES.map((name) => [name, names.indexOf(name)])) as Places;
    this.#timePlaces = this.#columns.flatMap(({ staging, type }, i) =>
      staging && type === "timestamp" ? [i] : [],
    );
  }

  /** A record that is new here keeps times that it brings along (from another database's dump). */
  first<V extends Cell>({ values }: Prepared<V | Stored>): (V | Stored)[] {
    const row = values.slice();
    for (const i of this.#timePlaces) row[i] ??= this.#now;
    row[this.place.removed_from_source] ??= 0;
    return this.#scored(row);
  }

  /** The row after a merge; undefined when nothing changes. */
  merged({ values: stored, seen }: Found, record: Prepared, isOlder = false): Stored[] | undefined {
    const { values, defaults } = record;
    const { url, filetype, provider } = this.place;
    const given = values.slice();
    // A default does not replace what is stored; but another file may be of another type.
    for (const i of defaults) if (i !== filetype || values[url] === stored[url]) given[i] = null;
    const isNews = this.isGone(record) && this.#toldOn(record) >= seen;
    const context = { now: this.#now, provider: values[provider] as string, isNews, isOlder };
    const merged = mergeRows(this.#columns, stored, given, context);
    return merged && this.#scored(merged);
  }

  /** The row with its popularity, where the provider's constant is known. */
  #scored<V extends Cell>(row: (V | Stored)[]): (V | Stored)[] {
    const { provider, meta_data, standardized_popularity } = this.place;
    if (this.#scores.size === 0) return row;
    const score = this.#scores.get(textOf(row[provider] as Cell) as string);
    if (score) row[standardized_popularity] = score(textOf(row[meta_data] as Cell) as string | null);
    return row;
  }

  /** Whether the record says that its work has gone from its source. */
  isGone({ values }: PreparedRow): boolean {
    return values[this.place.removed_from_source] === 1;
  }

  /** Since when the work is known to be gone, at the latest: the record was changed when it was marked. */
  #toldOn({ values, seen }: Prepared): string {
    return (values[this.place.updated_on] as string | null) ?? seen ?? this.seen;
  }

  /** When the work was seen: when it was read, where the record does not say that it is gone. */
  seenOn(record: Prepared, stored: Found | undefined): string {
    if (!this.isGone(record)) return this.seen;
    return [record.seen, stored?.seen].filter(Boolean).sort().at(-1) ?? this.seen;
  }

  keyOf(record: PreparedRow): Key {
    return [this.textAt(record, "provider"), this.textAt(record, "foreign_identifier")];
  }

  namesOf(record: PreparedRow): RecordNames {
    const [identifier, url] = [this.textAt(record, "identifier"), this.textAt(record, "url")];
    return { key: this.keyOf(record), identifier, url };
  }

  textAt({ values }: PreparedRow, column: keyof Places): string {
    return textOf(values[this.place[column]] as Cell) as string;
  }
}
