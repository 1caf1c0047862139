import type { Client } from "../../base/http/index.js";
import type { Json, JsonObject, OnBadLine } from "../../base/ndjson/index.js";
import type { MediaType } from "../../record/index.js";
import type { PageShape } from "./page-shape.js";

/** A provider: how its pages are walked and how one of its items becomes media records. One file each, in `providers`. */
export interface Provider {
  /** What it is called on the command line, and what `provider` says in its records unless they say otherwise. */
  readonly name: string;
  /** Its name for people. */
  readonly title: string;
  readonly media: readonly MediaType[];
  /** Where the API answers; `--base-url` replaces it. */
  readonly baseUrl: string;
  /** The page that documents the API. */
  readonly documentation: string;
  readonly key?: ProviderKey;
  /** `dated`: a run asks for the works of some days; `full`: every run walks everything. */
  readonly coverage: "dated" | "full";
  /** The licences its records carry, in words. */
  readonly licenses: string;
  /** Seconds from the start of one request to the start of the next, at least; `keyed` with a key. */
  readonly delay: number | { readonly anonymous: number; readonly keyed: number };
  /** The most requests in a stretch of time, where the API counts them. */
  readonly budget?: Budget;
  /** When the answers were recorded that its records were last checked against: a year, or a year and a month. */
  readonly checked: string;
  /** What we do differently from the Openverse catalogue, and why; one sentence each, for `docs/providers.md`. */
  readonly differences?: readonly string[];
  /** Walks the pages of a query. */
  walk(session: Session): AsyncGenerator<Page>;
  /** What a page of its answers must have. */
  readonly page: PageShape;
  /** Members of its items that hardly any other provider's have: files of one provider are easily given to another. */
  readonly itemMembers?: readonly string[];
  /** Its items have an `id`, and nothing else that is sure to be there. */
  readonly hasIds?: true;
  /** What an answer complains about that came as if all were well (status 200), or was saved. */
  complaintOf?(answer: JsonObject): Complaint | undefined;
  /** The items of a saved dump, joined in a database file that the caller removes; where there is a dump instead of an API. */
  joinTables?(paths: readonly string[], database: string, onBadLine: OnBadLine): AsyncIterable<JsonObject[]>;
  /** Makes JSON of an answer that is not quite that. */
  repair?(text: string): string;
  /**
   * The records of one item, not cleaned yet: column names of the record table, plus `license_url` where the
   * source gives a licence as a URL. Or why there are none, on purpose; of an item with several files, the reason
   * stands in the place of each one that is left out.
   */
  recordsOf(item: JsonObject, tools: ItemTools): Found | Promise<Found>;
}

/** The key of an API: where we read it from, where to get one, and how it is sent. */
interface ProviderKey {
  /** The environment variable that holds it. */
  readonly variable: string;
  readonly required: boolean;
  /** The page where one gets a key. */
  readonly where: string;
  /** How to get it, for a person who never did. */
  readonly steps: string;
  /** A query parameter, or a header and the word before the key in it. Absent where a key signs requests. */
  readonly sentAs?: { readonly parameter: string } | { readonly header: string; readonly scheme?: string };
  /** Parameters of addresses in the answers that hold the key of whoever asked. */
  readonly quotedAs?: readonly string[];
}

/** The most requests of a UTC day or month. */
interface Budget {
  readonly requests: number;
  /** With a key, where that is another number. */
  readonly keyed?: number;
  readonly per: "day" | "month";
}

/** An error that an API reports in an answer of its own. */
export interface Complaint {
  /** `busy` passes in seconds and is asked again, `used_up` with the day or month; the others do not pass. */
  readonly means: "busy" | "used_up" | "no_permission" | "refused";
  /** The API's own words. */
  readonly words: string;
}

/** What comes of an item: a record a file. */
export type Found = readonly (RawRecord | Skipped)[] | Skipped;

/** A record as a provider gives it, before cleaning. */
export type RawRecord = Record<string, unknown>;

/** Why an item gives no record, or a file of it none; not an error. */
export interface Skipped {
  readonly skipped: OnPurpose | Lacking;
}

/** The item is not for us. */
type OnPurpose =
  | "no open licence"
  | "other media"
  | "no file at its address"
  | "a repeated file"
  | "a repeated identifier"
  | "further views left out"
  | "a repeated photo"
  | "no observation";

/** The item should have it: when many items of a page do not, the API has changed. */
export const LACKING = ["no media file", "no landing page", "no creator page", "no title"] as const;
type Lacking = (typeof LACKING)[number];

/** What an item may ask for beside itself. Without a network there is nothing to ask. */
export interface ItemTools {
  readonly fileSize?: (url: string) => Promise<number | null>;
  /** Asks the API itself for what is under this path; undefined where it does not know. Remembered for a while. */
  readonly lookUp?: (path: string) => Promise<JsonObject | undefined>;
}

/** What is asked of a provider. */
export interface Query {
  /** The first and the last day, as `YYYY-MM-DD` in UTC, both included; dated providers only. */
  readonly since?: string;
  readonly until?: string;
  /** The most records that are wanted: what costs a request is asked when it is needed, what is only good to know is not. */
  readonly limit?: number;
  /** Items are handed on as they were written, instead of records. */
  readonly raw?: boolean;
}

/** One walk through a provider's API. */
export interface Session {
  readonly provider: Provider;
  readonly client: Client;
  readonly baseUrl: string;
  /** The API key, where the provider has one. */
  readonly key?: string;
  readonly query: Query;
  /** Where an earlier walk of the same query stopped: the `next` of the last page that was done. */
  readonly from?: Json;
  /** Told of a page that fails, where such pages are passed over (`--skip-errors`). Throws an error that is not passed over. */
  readonly onError?: (error: unknown) => void;
  /** Told of rows of a dump that cannot be used; without it the first one ends the walk. */
  readonly onBadLine?: OnBadLine;
  /** Files that are too large for memory; there whenever a walk is one through a dump. */
  readonly files?: SessionFiles;
}

/** A walk's folder on disk. */
export interface SessionFiles {
  readonly folder: string;
  /** Fetches a file, going on from what an earlier run has of it. */
  download(url: URL, path: string): Promise<void>;
  /** When the last whole walk began, as ISO 8601. */
  lastSuccess(): Promise<string | undefined>;
  succeed(): Promise<void>;
}

/** One answer's items, and where to go on after them; no `next` on the last page. */
export interface Page {
  readonly items: readonly JsonObject[];
  /** More items, each of which is fetched when it is taken; in samples. */
  readonly late?: AsyncIterable<JsonObject>;
  readonly next?: Json;
  /** What a person should know, such as results that the API does not serve. For messages. */
  readonly warning?: string;
}
