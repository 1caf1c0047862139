import { didYouMean } from "../base/nearest.js";
import { COLUMNS, type Column, columnsOf, type MediaType, REQUIRED_COLUMNS } from "./columns.js";
import { type Dropped, Drops, isEmpty } from "./dropped.js";
import { identifierOf } from "./identifier.js";
import { jsonIn } from "./json-text.js";
import { isTexts, type Licensed, licenseOfUrl, readLicense } from "./licenses/index.js";
import { defaultCategory, filetypeOfUrl, usualFiletype } from "./media-kinds.js";
import { cutText, NULL_TEXT, textOf } from "./text.js";
import { cleanUrl } from "./urls.js";
import { cleanValue, isObject, type Value } from "./values.js";

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

/** Why a record cannot be used: for people, and a code for programs. */
export interface Refusal {
  readonly error: string;
  /** `missing_{column}`, `bad_{column}`, `license_conflict`, `unknown_column`, `unknown_media_type`, `wrong_media_type`. */
  readonly code: string;
}

/** A cleaned record, and what was dropped from it; `dropped` is absent where nothing was. */
export interface Cleaned {
  readonly record: MediaRecord;
  readonly dropped?: readonly Dropped[];
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
 * dump or any script; the licence may be given as `license_url`, as `license` and `license_version`, or
 * both (the URL wins), in any of the forms that `readLicense` knows; lists and objects may come as texts that hold
 * them. Cleaning a cleaned record changes nothing.
 */
export function cleanRecord(raw: Readonly<Record<string, unknown>>): Cleaned | Refusal {
  const cleaned = cleanGiven(raw);
  if ("record" in cleaned) fillDefaults(cleaned.record);
  return cleaned;
}

/**
 * The same without the defaults, which `fillDefaults` fills in: for callers who must tell a value that was given from
 * one that was not.
 */
export function cleanGiven(record: Readonly<Record<string, unknown>>): Cleaned | Refusal {
  const raw = withoutNulls(record);
  const given = raw.meta_data;
  if (!isGiven(given) || isObject(given)) return cleanMembers(raw);
  const read = readMetaData(given);
  return "error" in read ? read : cleanMembers({ ...raw, meta_data: read.metaData });
}

/** A record without the members that a table of PostgreSQL says are null. */
export function withoutNulls<T extends Readonly<Record<string, unknown>>>(record: T): T {
  let hasNull = false;
  for (const name in record) if (record[name] === NULL_TEXT) hasNull = true;
  if (!hasNull) return record;
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== NULL_TEXT)) as T;
}

/** `meta_data` as the object that it is, or that it holds as a text. There may be a licence in it, so it is not dropped. */
export function readMetaData(given: unknown): { metaData: object | null } | Refusal {
  const found = typeof given === "string" && !isEmpty(given) ? jsonIn(given) : given;
  if (isObject(found)) return { metaData: found };
  if (found !== undefined && isEmpty(found)) return { metaData: null };
  const problem = found === undefined ? "is a text that is not JSON" : "is not an object";
  return { error: `meta_data ${problem}`, code: "bad_meta_data" };
}

/** Notes what is dropped; shared by all records, since it is emptied after each. */
const drops = new Drops();

function cleanMembers(raw: Readonly<Record<string, unknown>>): Cleaned | Refusal {
  const media = mediaTypeOf(raw);
  if (typeof media !== "string") return media;
  const provider = textOf(raw.provider) ?? "";
  const record = emptyRecord(raw, media);
  drops.take();
  let isStray = false;
  for (const member in raw) {
    const column = BY_NAME.get(member);
    if (column === undefined) {
      if (!INPUT_ONLY.has(member) && Object.hasOwn(raw, member)) return unknownColumn(member);
      noteLicenseMember(member, raw[member]);
      continue;
    }
    const value = raw[member];
    if (!isGiven(value)) continue;
    if (column.media === undefined || column.media === media) {
      const given = column.name === "filetype" ? usualFiletype(value, media) : value;
      record[member] = cleanValue(column, given, provider, drops);
    } else isStray = true;
  }
  if (isStray) {
    const stray = STRAY[media].find((name) => isGiven(raw[name]));
    return { error: `${stray} is no column of ${media} records`, code: "wrong_media_type" };
  }
  const licensed = readLicense(raw, record.meta_data);
  if ("error" in licensed) return licensed;
  record.license = licensed.license.license;
  record.license_version = licensed.license.version;
  record.meta_data = metaDataOf(record.meta_data ?? null, licensed);
  if (record.provider !== null && record.foreign_identifier !== null)
    record.identifier = identifierOf(record.provider, record.foreign_identifier);
  for (const name of REQUIRED_COLUMNS) if (record[name] === null) return lacking(name, raw, provider);
  const dropped = drops.take();
  return dropped === undefined ? { record } : { record, dropped };
}

/** A single value, cleaned as that of a column in a record of this provider; null where it cannot be used. */
export function cleanColumn(name: string, value: unknown, provider: string): Value {
  return cleanValue(BY_NAME.get(name) as Column, value, provider, new Drops());
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Notes what `readLicense` cannot read: with another member the record may still have a licence. */
function noteLicenseMember(member: string, value: unknown): void {
  if (typeof value !== "object" || (member !== "license_version" && isTexts(value))) return;
  drops.column = member;
  drops.noteType(value);
}

function unknownColumn(member: string): Refusal {
  // Quoted as JSON: the name may hold anything.
  const name = cutText(member, 100);
  const help = didYouMean(name, [...INPUT_ONLY, ...BY_NAME.keys()]);
  return { error: `unknown column ${JSON.stringify(name)}${help}`, code: "unknown_column" };
}

/** The refusal for a required column that is empty after cleaning. */
function lacking(name: string, raw: Readonly<Record<string, unknown>>, provider: string): Refusal {
  const problem = problemOf(BY_NAME.get(name) as Column, raw[name], provider);
  return problem === undefined
    ? { error: `${name} is missing`, code: `missing_${name}` }
    : { error: `${name} ${problem}`, code: `bad_${name}` };
}

function problemOf(column: Column, value: unknown, provider: string): string | undefined {
  if (!isGiven(value)) return undefined;
  const { type, limit = 0 } = column;
  if (type === "url") return (cleanUrl(value, limit) as { problem?: string }).problem;
  const drops = new Drops();
  cleanValue(column, value, provider, drops);
  const [dropped] = drops.take() ?? [];
  if (dropped?.reason === "too long") return `is longer than ${limit} characters`;
  if (dropped?.reason === "too large") return "is a number that is too large to be exact: give it as a text";
  return dropped && "is not a text";
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
  const given = raw.media_type;
  const named = textOf(given);
  if (named === "image" || named === "audio") return named;
  if (isGiven(given)) {
    return { error: `media_type is neither "image" nor "audio"`, code: "unknown_media_type" };
  }
  return STRAY.image.some((name) => isGiven(raw[name])) ? "audio" : "image";
}

function metaDataOf(metaData: Value, licensed: Licensed): Value {
  const own = isObject(metaData) ? metaData : {};
  noteReplaced(own as Readonly<Record<string, unknown>>, licensed);
  return Object.assign(own, { license_url: licensed.license.url, raw_license_url: textOf(licensed.given) });
}

/** Notes URLs in `meta_data` that are replaced, unless they are another form of the licence's own page. */
function noteReplaced(own: Readonly<Record<string, unknown>>, { license, given }: Licensed): void {
  const { url } = license;
  const { license_url: page, raw_license_url: raw } = own;
  if (isEmpty(page) && isEmpty(raw)) return;
  drops.column = "meta_data";
  if (!isEmpty(page) && page !== url && licenseOfUrl(page)?.url !== url) drops.note("replaced");
  if (!isEmpty(raw) && raw !== textOf(given)) drops.note("replaced");
}

/** Fills in the defaults of columns that were not given. */
export function fillDefaults(record: MediaRecord): MediaRecord {
  record.source ??= record.provider;
  record.ingestion_type ??= record.source === "commoncrawl" ? "commoncrawl" : "provider_api";
  record.filetype ??= filetypeOfUrl(record.url as string, record.media_type);
  record.category ??= defaultCategory(record.provider);
  record.watermarked ??= false;
  return record;
}
