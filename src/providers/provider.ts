import type { Client } from "../http/index.js";
import type { Json, JsonObject } from "../ndjson/index.js";
import type { MediaType } from "../record/index.js";

/**
 * A provider: how its pages are walked and how one of its items becomes media records. One file each; the list is
 * `providers/index.ts`.
 */
export interface Provider {
  /** The catalogue's name for it, and what `provider` says in every record (audio may add a suffix). */
  readonly name: string;
  /** Its name for people. */
  readonly title: string;
  readonly media: readonly MediaType[];
  /** Where the API answers; `--base-url` replaces it. */
  readonly baseUrl: string;
  /** The page that documents the API. */
  readonly documentation: string;
  /** The key it needs, if any: the environment variable it is read from, and where to get one. */
  readonly key?: { readonly variable: string; readonly required: boolean; readonly where: string };
  /** `dated`: a run asks for the works of some days; `full`: every run walks everything. */
  readonly coverage: "dated" | "full";
  /** The licences its records carry, in words. */
  readonly licenses: string;
  /** Seconds from the start of one request to the start of the next, at least. */
  readonly delay: number;
  /** Walks the pages of a query. */
  walk(session: Session): AsyncGenerator<Page>;
  /** The items of one saved answer; undefined when the value is no answer of this API (it may be an item). */
  itemsOf(answer: JsonObject): JsonObject[] | undefined;
  /**
   * The records of one item, not cleaned yet: column names of the record table, plus `license_url` where the
   * source gives a licence as a URL. Or why there are none, on purpose.
   */
  recordsOf(item: JsonObject, tools: ItemTools): RawRecord[] | Skipped | Promise<RawRecord[] | Skipped>;
}

/** A record as a provider gives it, before cleaning. */
export type RawRecord = Record<string, unknown>;

/** Why an item gives no record; not an error. */
export interface Skipped {
  readonly skipped:
    | "no open licence"
    | "no media file"
    | "no landing page"
    | "no creator page"
    | "no title"
    | "other media";
}

/** What an item may ask for beside itself. Without a network there is nothing to ask. */
export interface ItemTools {
  readonly fileSize?: (url: string) => Promise<number | null>;
}

/** One walk through a provider's API. */
export interface Session {
  readonly client: Client;
  readonly baseUrl: string;
  /** The API key, where the provider has one. */
  readonly key?: string;
  /** The first and the last day to ask for, as `YYYY-MM-DD` in UTC, both included; dated providers only. */
  readonly since?: string;
  readonly until?: string;
  /** Where an earlier walk of the same query stopped: the `next` of the last page that was done. */
  readonly from?: Json;
}

/** One answer's items, and where to go on after them; no `next` on the last page. */
export interface Page {
  readonly items: readonly JsonObject[];
  readonly next?: Json;
  /** What a person should know, such as results that the API does not serve. For messages. */
  readonly warning?: string;
}
