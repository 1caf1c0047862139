import { COLUMNS, type Column, columnsOf, type MediaType, REQUIRED_COLUMNS } from "./columns.js";
import { identifierOf } from "./identifier.js";
import { type Licensed, readLicense } from "./licenses/index.js";
import { defaultCategory, filetypeOfUrl, usualFiletype } from "./media-kinds.js";
import { cutText, textOf } from "./text.js";
import { cleanValue, type Value } from "./values.js";

/**
 * A cleaned record: `media_type` first, then every column of its media type in the order of the table, null where
 * there is no value. Columns that the staging database fills are present only when they were given.
 */
export interface MediaRecord {
  media_type: MediaType;
  provider: string;
  foreign_identifier: string;
  [column: string]: Value;
}

/** A record that cannot be used, in words and in a word for programs. */
export interface Refusal {
  readonly error: string;
  /** `missing_{column}`, `bad_{column}`, `license_conflict`, `unknown_column`, `unknown_media_type`, `wrong_media_type`. */
  readonly code: string;
}

/** Members that `readLicense` reads, whatever they hold; its answer becomes the two of them that are columns. */
const LICENSE_MEMBERS = ["license", "license_version", "license_url"];
/** Members that are not cleaned as columns. */
const INPUT_ONLY = new Set(["media_type", ...LICENSE_MEMBERS]);
const BY_NAME: ReadonlyMap<string, Column> = new Map(
  COLUMNS.filter(({ name }) => !INPUT_ONLY.has(name)).map((column) => [column.name, column]),
);
/** Columns of the other media type. */
const STRAY: Readonly<Record<MediaType, readonly string[]>> = {
  image: COLUMNS.filter(({ media }) => media === "audio").map(({ name }) => name),
  audio: COLUMNS.filter(({ media }) => media === "image").map(({ name }) => name),
};

/**
 * Checks and cleans a record by the column table. The input is an object with column names, from a provider, a
 * dump or a stranger's script; the licence may be given as `license_url`, as `license` and `license_version`, or
 * both (the URL wins), in any of the forms that `readLicense` knows. Cleaning a cleaned record changes nothing.
 */
export function cleanRecord(raw: Readonly<Record<string, unknown>>): { record: MediaRecord } | Refusal {
  const cleaned = cleanGiven(raw);
  if ("record" in cleaned) fillDefaults(cleaned.record);
  return cleaned;
}

/**
 * The same, but what goes without saying is left null (`fillDefaults` fills it in): for those who have to tell a
 * value that was given from one that was not.
 */
export function cleanGiven(raw: Readonly<Record<string, unknown>>): { record: MediaRecord } | Refusal {
  const media = mediaTypeOf(raw);
  if (typeof media !== "string") return media;
  const provider = textOf(raw.provider) ?? "";
  const record = emptyRecord(raw, media);
  let isStray = false;
  for (const member in raw) {
    const column = BY_NAME.get(member);
    if (column === undefined) {
      if (!INPUT_ONLY.has(member) && Object.hasOwn(raw, member)) return unknownColumn(member);
      continue;
    }
    const value = raw[member];
    if (value === undefined || value === null) continue;
    if (column.media === undefined || column.media === media) {
      record[member] = cleanValue(column, value, provider);
    } else isStray = true;
  }
  if (isStray) {
    const stray = STRAY[media].find((name) => (raw[name] ?? null) !== null);
    return { error: `${stray} is no column of ${media} records`, code: "wrong_media_type" };
  }
  const licensed = readLicense(raw, record.meta_data);
  if ("error" in licensed) return licensed;
  record.license = licensed.license.license;
  record.license_version = licensed.license.version;
  derive(record, media, metaDataOf(record.meta_data ?? null, licensed));
  for (const name of REQUIRED_COLUMNS) if (record[name] === null) return lacking(name, raw, provider);
  return { record };
}

function unknownColumn(member: string): Refusal {
  // Quoted as JSON: the name is a stranger's, and may hold anything.
  return { error: `unknown column ${JSON.stringify(cutText(member, 100))}`, code: "unknown_column" };
}

/** What to say of a required column that came out empty. */
function lacking(name: string, raw: Readonly<Record<string, unknown>>, provider: string): Refusal {
  let problem: string | undefined;
  cleanValue(BY_NAME.get(name) as Column, raw[name], provider, (words) => {
    problem = words;
  });
  return problem === undefined
    ? { error: `${name} is missing`, code: `missing_${name}` }
    : { error: `${name} ${problem}`, code: `bad_${name}` };
}

/** Columns that are there only when they are given. */
const STAGING = COLUMNS.filter(({ staging }) => staging).map(({ name }) => name);

/**
 * Records whose columns are all null, by their media type and by which of the staging columns they have. A copy of one
 * is filled in and written twice as fast as an object that grows column by column.
 */
const emptyRecords = { image: new Map<number, MediaRecord>(), audio: new Map<number, MediaRecord>() };

function emptyRecord(raw: Readonly<Record<string, unknown>>, media: MediaType): MediaRecord {
  let given = 0;
  for (let i = 0; i < STAGING.length; i++) if (raw[STAGING[i] as string] !== undefined) given |= 1 << i;
  let empty = emptyRecords[media].get(given);
  if (!empty) {
    const columns = columnsOf(media).filter(
      ({ name, staging }) => !staging || given & (1 << STAGING.indexOf(name)),
    );
    const members = { media_type: media, ...Object.fromEntries(columns.map(({ name }) => [name, null])) };
    // Read from JSON, so that it has the form of an object that was written out.
    empty = JSON.parse(JSON.stringify(members)) as MediaRecord;
    emptyRecords[media].set(given, empty);
  }
  return { ...empty };
}

/** The media type a record names, or the one that its columns show. */
export function mediaTypeOf(raw: Readonly<Record<string, unknown>>): MediaType | Refusal {
  const named = raw.media_type;
  if (named === "image" || named === "audio") return named;
  if (named !== undefined && named !== null) {
    return { error: `media_type is neither "image" nor "audio"`, code: "unknown_media_type" };
  }
  return STRAY.image.some((name) => raw[name] !== undefined && raw[name] !== null) ? "audio" : "image";
}

function metaDataOf(metaData: Value, { license, given }: Licensed): Value {
  const own = metaData !== null && typeof metaData === "object" && !Array.isArray(metaData) ? metaData : {};
  return Object.assign(own, { license_url: license.url, raw_license_url: textOf(given) });
}

/** Fills what goes without saying, where it was not given. */
export function fillDefaults(record: MediaRecord): MediaRecord {
  record.source ??= record.provider;
  record.ingestion_type ??= record.source === "commoncrawl" ? "commoncrawl" : "provider_api";
  record.filetype ??= filetypeOfUrl(record.url as string, record.media_type);
  record.category ??= defaultCategory(record.provider);
  record.watermarked ??= false;
  return record;
}

/** Sets what follows from other members. */
function derive(record: MediaRecord, media: MediaType, metaData: Value): void {
  record.meta_data = metaData;
  if (typeof record.filetype === "string") record.filetype = usualFiletype(record.filetype, media);
  if (record.provider !== null && record.foreign_identifier !== null) {
    record.identifier = identifierOf(record.provider, record.foreign_identifier);
  }
}
