/**
 * The media record, one row a column. Everything that knows columns is made from this table: validation, the
 * SQLite tables, the Parquet schema, the JSON Schema and the column tables of the documentation. A new column
 * is one new row here.
 *
 * Columns, limits and merge rules are those of the Openverse catalogue's `image` and `audio` tables.
 */

/** The two kinds of media; each has its own table and its own dataset. */
export const MEDIA_TYPES = ["image", "audio"] as const;
/** One of the kinds of media. */
export type MediaType = (typeof MEDIA_TYPES)[number];

/** How a value is checked and stored. */
export type ColumnType =
  | "text" // white space collapsed, control characters dropped
  | "url" // an absolute http(s) URL on a public host
  | "integer" // 32-bit, signed
  | "number" // a double
  | "boolean"
  | "timestamp" // ISO 8601, UTC, milliseconds
  | "uuid"
  | "object" // a JSON object whose scalar members are texts
  | "tags" // a list of `{name, provider, accuracy?}`
  | "texts" // a list of texts
  | "objects"; // a list of JSON objects

/** What an upsert does when the record is there already. */
export type MergeRule =
  | "key" // part of the key, the same by definition
  | "keep" // the stored value stays
  | "newest" // the new value, or the stored one where the new one is null
  | "members" // members of both objects, the new one winning where it is not null
  | "tags" // the tags of the record's own provider are replaced, those of others stay
  | "union" // the distinct elements of both lists
  | "changed" // the time of this load if any other column changed
  | "seen" // the time of this load, always
  | "reset" // false: a record that is seen again is back. True where the record says so itself, and that is news
  | "calculated"; // computed from the merged row where the database knows how, or else as `keep`

/** One row of the table. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Only in the table of this media type; in both where it is absent. */
  readonly media?: MediaType;
  /** The most characters (Unicode code points) of a text or URL, or of each element of `texts`. */
  readonly limit?: number;
  /** Over the limit a text is cut; everything else is dropped (null). URLs are never cut. */
  readonly cut?: true;
  /** A record without it is refused. */
  readonly required?: true;
  /** Filled by the staging database, not by providers. */
  readonly staging?: true;
  readonly merge: MergeRule;
  readonly description: string;
}

/** The largest value of an `integer` column; the catalogue drops file sizes and durations from it on. */
export const MAX_INTEGER = 2_147_483_646;

/** The rows, each with its description. */
const TABLE: readonly (readonly [column: Omit<Column, "description">, description: string])[] = [
  [
    { name: "identifier", type: "uuid", merge: "keep" },
    "UUID v5 of provider and foreign identifier: the same record has the same one in every release",
  ],
  [
    { name: "created_on", type: "timestamp", staging: true, merge: "keep" },
    "When the record was first staged",
  ],
  [
    { name: "updated_on", type: "timestamp", staging: true, merge: "changed" },
    "When the record last changed",
  ],
  [
    { name: "ingestion_type", type: "text", limit: 80, merge: "newest" },
    "How the record was collected: provider_api, commoncrawl or sql_bulk_load",
  ],
  [
    { name: "provider", type: "text", limit: 80, required: true, merge: "key" },
    "The API the record came from",
  ],
  [
    { name: "source", type: "text", limit: 80, merge: "newest" },
    "The institution or collection inside the provider; the provider itself where there is none",
  ],
  [
    { name: "foreign_identifier", type: "text", limit: 3000, required: true, merge: "key" },
    "The provider's own identifier of the work",
  ],
  [
    { name: "foreign_landing_url", type: "url", limit: 1000, required: true, merge: "newest" },
    "The page that shows the work",
  ],
  [{ name: "url", type: "url", limit: 3000, required: true, merge: "newest" }, "The media file itself"],
  [
    { name: "thumbnail", type: "url", limit: 3000, merge: "newest" },
    "A small version of the image, or the cover of the audio",
  ],
  [{ name: "width", type: "integer", media: "image", merge: "newest" }, "Width in pixels"],
  [{ name: "height", type: "integer", media: "image", merge: "newest" }, "Height in pixels"],
  [{ name: "filesize", type: "integer", merge: "newest" }, "Size of the media file in bytes"],
  [
    { name: "filetype", type: "text", limit: 5, merge: "newest" },
    "Format of the media file, as its usual extension",
  ],
  [
    { name: "license", type: "text", limit: 50, required: true, merge: "newest" },
    "The licence or public domain mark: by, by-nc-sa, cc0, pdm, …",
  ],
  [
    { name: "license_version", type: "text", limit: 25, required: true, merge: "newest" },
    "Version of the licence; the licence's URL is meta_data.license_url",
  ],
  [{ name: "creator", type: "text", limit: 2000, cut: true, merge: "newest" }, "Whom to credit"],
  [
    { name: "creator_url", type: "url", limit: 2000, merge: "newest" },
    "The creator's page at the provider, or their own",
  ],
  [{ name: "title", type: "text", limit: 5000, cut: true, merge: "newest" }, "Title of the work"],
  [
    { name: "meta_data", type: "object", merge: "members" },
    "What else the provider says, as texts; always has license_url and raw_license_url",
  ],
  [
    { name: "tags", type: "tags", merge: "tags" },
    "Tags with who gave them, and how sure a machine was (0 to 1)",
  ],
  [
    { name: "category", type: "text", limit: 80, merge: "newest" },
    "photograph, digitized_artwork or illustration; audiobook, music, news, podcast, pronunciation or sound_effect",
  ],
  [{ name: "watermarked", type: "boolean", merge: "newest" }, "Whether the image bears a watermark"],
  [{ name: "duration", type: "integer", media: "audio", merge: "newest" }, "Length in milliseconds"],
  [{ name: "bit_rate", type: "integer", media: "audio", merge: "newest" }, "Bits a second"],
  [{ name: "sample_rate", type: "integer", media: "audio", merge: "newest" }, "Samples a second (Hz)"],
  [
    { name: "genres", type: "texts", media: "audio", limit: 80, merge: "union" },
    "Genres, as the provider names them",
  ],
  [
    { name: "audio_set", type: "object", media: "audio", merge: "members" },
    "The album or pack: title, foreign_landing_url, thumbnail, creator, creator_url, foreign_identifier",
  ],
  [
    { name: "audio_set_foreign_identifier", type: "text", media: "audio", limit: 1000, merge: "newest" },
    "The provider's identifier of the album or pack",
  ],
  [
    { name: "set_position", type: "integer", media: "audio", merge: "newest" },
    "Position in the album or pack",
  ],
  [
    { name: "alt_files", type: "objects", media: "audio", merge: "union" },
    "Other files of the same work: url, filesize, filetype, bit_rate, sample_rate, duration",
  ],
  [
    { name: "last_synced_with_source", type: "timestamp", staging: true, merge: "seen" },
    "When the record was last seen at its source",
  ],
  [
    { name: "removed_from_source", type: "boolean", staging: true, merge: "reset" },
    "Whether the work has gone from its source",
  ],
  [
    { name: "standardized_popularity", type: "number", staging: true, merge: "calculated" },
    "Popularity among the provider's works, from 0 to 1",
  ],
];

/** In the order in which they are written everywhere. */
export const COLUMNS: readonly Column[] = TABLE.map(([column, description]) => ({ ...column, description }));

/** The column that says when we looked, not what the record is: each night gives it another value. */
export const SYNC_TIME = "last_synced_with_source";

/** Bumped when a column is added, removed or changes its meaning. */
export const SCHEMA_VERSION = 1;

const byMedia = new Map<MediaType, readonly Column[]>(
  MEDIA_TYPES.map((media) => [media, COLUMNS.filter((column) => (column.media ?? media) === media)]),
);

/** The columns of one media type, in order. */
export function columnsOf(media: MediaType): readonly Column[] {
  return byMedia.get(media) as readonly Column[];
}

/** The columns a record must have; the same for every media type. */
export const REQUIRED_COLUMNS = COLUMNS.flatMap(({ name, required }) => (required ? [name] : []));
