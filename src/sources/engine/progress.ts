import { createHash } from "node:crypto";
import { counted } from "../../base/counted.js";
import { Failure } from "../../base/failure.js";
import { type Json, type JsonObject, textAt } from "../../base/ndjson/index.js";
import { excerpt } from "./page-shape.js";
import type { Page, Session } from "./provider.js";

/**
 * Every walk ends: each reports its pages here, and one that gets nowhere is ended. The limits are what honest servers
 * need and a little more: items move while they are walked, so that a page may come twice;
 * Flickr has empty pages in the middle, and single hours of which it says that they have photos and shows none; the
 * Met lists objects that are gone, one or two in a row.
 */

/** After this many pages in a row with nothing but what came before, the API goes in a circle. */
const MOST_REPEATS = 3;
/** After this many empty pages in a row, though the API says that there is more, nothing will come any more. */
const MOST_EMPTY = 5;
/** At the end of a query, where one page may be empty because some works are counted and hidden. */
const MOST_EMPTY_AT_END = 2;
/** When this many listed items in a row are gone, it is not the items. */
const MOST_GONE = 50;
/** How many ids are remembered to tell what is new, in two halves. */
const REMEMBERED = 20_000;
/** The longest cursor of an API, in characters. */
const LONGEST_CURSOR = 16_384;

/** What `Progress` looks at in a page. */
export interface Looked {
  readonly items: readonly JsonObject[];
  /** Each query of a walk (a day, a licence) is looked at for itself: two may rightly have the same answer. */
  readonly query?: number | string | undefined;
  /** Whether the API says that there are items on this page or after it. */
  readonly isPromised: boolean;
  /** Whether the query ends here. */
  readonly isLast?: boolean;
}

/** What was seen in a page. */
interface Seen {
  /** It brought something, or there was nothing to bring; else the walk's position stays before it. */
  readonly isProgress: boolean;
  readonly warning?: string | undefined;
}

/** A page of a walk, with the position after it; a page that is no progress has none. */
export function pageOf(
  items: readonly JsonObject[],
  { isProgress, warning }: Seen,
  next: Json | undefined,
): Page {
  return {
    items,
    ...(isProgress && next !== undefined && { next }),
    ...(warning !== undefined && { warning }),
  };
}

export class Progress {
  readonly #title: string;
  #query: number | string | undefined;
  #repeats = 0;
  #empty = 0;
  #gone = 0;
  #cursors = 0;
  /** Whether anything came at all. */
  #hasCome: boolean;
  #known = new Known();

  constructor({ provider, from }: Pick<Session, "provider" | "from">) {
    this.#title = provider.title;
    // What came before the position where a walk goes on is not known, but something did.
    this.#hasCome = from !== undefined;
  }

  /**
   * Looks at a page. Throws a `Failure` when the pages do not go on: `refused` where they come round and round,
   * `temporary` where nothing comes.
   */
  look({ items, query, isPromised, isLast = false }: Looked): Seen {
    if (query !== this.#query) [this.#query, this.#repeats, this.#known] = [query, 0, new Known()];
    if (items.length > 0) return { isProgress: this.#lookAtItems(items) };
    if (!isPromised) return { isProgress: true };
    this.#empty++;
    if (this.#empty >= (isLast ? MOST_EMPTY_AT_END : MOST_EMPTY))
      throw this.#nothing(`on ${this.#empty} pages`);
    return {
      isProgress: false,
      warning: `${this.#title} says that there are works on a page and gives none`,
    };
  }

  /** Listed items made whole, those left out that are gone. Throws a `Failure` (`temporary`) where too many are. */
  async *notGone<Listed>(
    listed: readonly Listed[],
    ask: (one: Listed) => Promise<JsonObject | undefined>,
  ): AsyncGenerator<JsonObject> {
    for (const one of listed) {
      const item = await ask(one);
      this.#gone = item === undefined ? this.#gone + 1 : 0;
      if (this.#gone >= MOST_GONE) throw this.#nothing(`of the last ${this.#gone}`);
      if (item === undefined) continue;
      this.#hasCome = true;
      yield item;
    }
  }

  /** Looks at an API's cursor for the next page. Throws a `Failure` when it is always the same, or too long. */
  cursor(next: unknown, isSame: boolean): void {
    refuseLongCursor(this.#title, next);
    this.#cursors = isSame ? this.#cursors + 1 : 0;
    if (this.#cursors >= MOST_REPEATS)
      throw new Failure(
        "refused",
        `${this.#title} leads from a page to the same page again and again: its pages never end`,
      );
  }

  /** Ends the walk. Throws a `Failure` (`temporary`) where nothing came of all that was promised. */
  end(): void {
    if (this.#hasCome) return;
    if (this.#empty > 0) throw this.#nothing(`on ${counted(this.#empty, "page")}`);
    if (this.#gone > 0) throw this.#nothing(`of ${this.#gone}`);
  }

  #lookAtItems(items: readonly JsonObject[]): boolean {
    [this.#hasCome, this.#empty] = [this.#hasCome || this.#gone === 0, 0];
    const isNew = this.#known.add(items);
    this.#repeats = isNew ? 0 : this.#repeats + 1;
    if (this.#repeats < MOST_REPEATS) return isNew;
    throw new Failure("refused", `${this.#title} gives the same page again and again: its pages never end`);
  }

  #nothing(where: string): Failure {
    return new Failure(
      "temporary",
      `${this.#title} says that there are works and gives none ${where}: run the same command again later, it goes ` +
        "on from there",
    );
  }
}

/** A cursor goes into an address. Throws a `Failure` (`bad_input`) where it is too long for one. */
export function refuseLongCursor(title: string, cursor: unknown): void {
  const { length } = typeof cursor === "string" ? cursor : JSON.stringify(cursor ?? null);
  if (length <= LONGEST_CURSOR) return;
  throw new Failure("bad_input", `${title} names the next page in ${length} characters: ${excerpt(cursor)}`);
}

/** Members that name an item. */
const ID_MEMBERS = [
  "id",
  "pageid",
  "uuid",
  "_id",
  "objectID",
  "img_id",
  "foreign_identifier",
  "upload_id",
  "slug",
];

/** What identifies an item, also when its view counts have changed. */
function idOf(item: JsonObject): string {
  for (const name of ID_MEMBERS) {
    const id = textAt(item, name);
    if (id !== undefined) return id;
  }
  const text = JSON.stringify(item);
  return text.length > 100 ? digestOf(text) : text;
}

function digestOf(text: string): string {
  return createHash("sha1").update(text).digest("base64");
}

/**
 * What has come. The ids of some thousand items are remembered; beyond them circles of any length are found by
 * comparing every page with one page before it, which is replaced after 1, 2, 4, 8 … pages (Brent).
 */
class Known {
  #recent = new Set<string>();
  #older = new Set<string>();
  #kept = "";
  #pages = 0;
  #replaceAt = 1;

  /** Whether a page has something that was not there before. */
  add(items: readonly JsonObject[]): boolean {
    const ids = items.map(idOf);
    let isNew = false;
    for (const id of ids) {
      if (this.#recent.has(id)) continue;
      isNew ||= !this.#older.has(id);
      this.#recent.add(id);
    }
    if (this.#recent.size >= REMEMBERED / 2) [this.#older, this.#recent] = [this.#recent, new Set()];
    return !this.#isKept(digestOf(ids.join("\n"))) && isNew;
  }

  #isKept(digest: string): boolean {
    if (digest === this.#kept) return true;
    if (++this.#pages >= this.#replaceAt) {
      [this.#kept, this.#pages] = [digest, 0];
      this.#replaceAt *= 2;
    }
    return false;
  }
}
