import { COLUMNS, type Column, columnsOf, MAX_INTEGER, type MediaType, REQUIRED_COLUMNS } from "./columns.js";
import { identifierOf } from "./identifier.js";
import { isLicenseName, type License, licenseOfPair, licenseOfUrl } from "./licenses.js";
import { defaultCategory, filetypeOfUrl, usualFiletype } from "./media-kinds.js";
import { cleanTags, type Tag } from "./tags.js";
import { cleanJson, cutText, isLongerThan, textOf } from "./text.js";
import { cleanUrl } from "./urls.js";

/** A value of a cleaned record. */
export type Value =
  | null
  | string
  | number
  | boolean
  | readonly Tag[]
  | readonly string[]
  | readonly object[]
  | object;

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

/** Members that are read but are no columns: `license_url` is where a licence may be given. */
const INPUT_ONLY = new Set(["media_type", "license_url"]);
const KNOWN = new Set(COLUMNS.map(({ name }) => name));
const AUDIO_ONLY = COLUMNS.filter(({ media }) => media === "audio").map(({ name }) => name);

/** Providers whose URLs lose their meaning without the last slash. */
const KEEPS_LAST_SLASH = new Set(["wordpress"]);

/**
 * Checks and cleans a record by the column table. The input is an object with column names, from a provider, a
 * dump or a stranger's script; the licence may be given as `license_url`, as `license` and `license_version`, or
 * both (the URL wins). Cleaning a cleaned record changes nothing.
 */
export function cleanRecord(raw: Readonly<Record<string, unknown>>): { record: MediaRecord } | Refusal {
  const media = mediaTypeOf(raw);
  if (typeof media !== "string") return media;
  const unknown = Object.keys(raw).find((member) => !KNOWN.has(member) && !INPUT_ONLY.has(member));
  if (unknown !== undefined) {
    // Quoted as JSON: the name is a stranger's, and may hold anything.
    const name = JSON.stringify(cutText(unknown, 100));
    return { error: `unknown column ${name}`, code: "unknown_column" };
  }

  const stray = COLUMNS.find(
    (column) => (column.media ?? media) !== media && (raw[column.name] ?? null) !== null,
  );
  if (stray) return { error: `${stray.name} is no column of ${media} records`, code: "wrong_media_type" };

  const license = licenseOf(raw);
  if ("error" in license) return license;

  const record = { media_type: media } as MediaRecord;
  const problems = new Map<string, string>();
  const provider = textOf(raw.provider) ?? "";
  for (const column of columnsOf(media)) {
    if (column.staging && raw[column.name] === undefined) continue;
    record[column.name] = cleanValue(column, raw[column.name], provider, (problem) =>
      problems.set(column.name, problem),
    );
  }
  record.license = license.license;
  record.license_version = license.version;
  fillIn(record, media, metaDataOf(record.meta_data ?? null, license));

  const missing = REQUIRED_COLUMNS.find((name) => record[name] === null);
  if (missing === undefined) return { record };
  return problems.has(missing)
    ? { error: `${missing} ${problems.get(missing)}`, code: `bad_${missing}` }
    : { error: `${missing} is missing`, code: `missing_${missing}` };
}

/** The media type a record names, or the one that its columns show. */
export function mediaTypeOf(raw: Readonly<Record<string, unknown>>): MediaType | Refusal {
  const named = raw.media_type;
  if (named === "image" || named === "audio") return named;
  if (named !== undefined && named !== null) {
    return { error: `media_type is neither "image" nor "audio"`, code: "unknown_media_type" };
  }
  return AUDIO_ONLY.some((name) => raw[name] !== undefined && raw[name] !== null) ? "audio" : "image";
}

/** A licence and the URL that the source gave for it. */
interface GivenLicense extends License {
  readonly given: unknown;
}

function licenseOf(raw: Readonly<Record<string, unknown>>): GivenLicense | Refusal {
  const pair = licenseOfPair(raw.license, raw.license_version);
  if (raw.license_url !== undefined && raw.license_url !== null) {
    const license = licenseOfUrl(raw.license_url) ?? pair;
    return license ? { ...license, given: raw.license_url } : unknownLicense(raw);
  }
  if (!pair) return unknownLicense(raw);

  // A cleaned record carries its licence twice; two different ones cannot both be right.
  const stored = memberOf(raw.meta_data, "license_url");
  const given = memberOf(raw.meta_data, "raw_license_url") ?? null;
  const other = licenseOfUrl(stored);
  if (!other || other.url === pair.url) return { ...pair, given };
  if (other.license === pair.license && other.version === pair.version) return { ...other, given };
  return {
    error: `license ${pair.license} ${pair.version} contradicts meta_data.license_url ${other.url}`,
    code: "license_conflict",
  };
}

function unknownLicense({
  license,
  license_version,
  license_url,
}: Readonly<Record<string, unknown>>): Refusal {
  const isVersionMissing =
    textOf(license_version) === null && typeof license === "string" && isLicenseName(license);
  if (isVersionMissing) return { error: "license_version is missing", code: "missing_license_version" };
  const named = textOf(license_url) ?? [license, license_version].map(textOf).filter(Boolean).join(" ");
  return named === ""
    ? { error: "license is missing", code: "missing_license" }
    : { error: `license is not an open licence we know: ${cutText(named, 200)}`, code: "bad_license" };
}

function memberOf(object: unknown, name: string): unknown {
  return typeof object === "object" && object !== null
    ? (object as Record<string, unknown>)[name]
    : undefined;
}

function metaDataOf(metaData: Value, license: GivenLicense): Value {
  const own = metaData !== null && typeof metaData === "object" && !Array.isArray(metaData) ? metaData : {};
  return { ...own, license_url: license.url, raw_license_url: textOf(license.given) };
}

/** Fills what goes without saying. */
function fillIn(record: MediaRecord, media: MediaType, metaData: Value): void {
  record.meta_data = metaData;
  record.source ??= record.provider;
  record.ingestion_type ??= record.source === "commoncrawl" ? "commoncrawl" : "provider_api";
  record.filetype =
    typeof record.filetype === "string"
      ? usualFiletype(record.filetype, media)
      : typeof record.url === "string"
        ? filetypeOfUrl(record.url, media)
        : null;
  record.category ??= record.provider === null ? null : defaultCategory(record.provider);
  record.watermarked ??= false;
  if (record.provider !== null && record.foreign_identifier !== null) {
    record.identifier = identifierOf(record.provider, record.foreign_identifier);
  }
}

type OnProblem = (problem: string) => void;

/** The value of a column, cleaned; null where there is none or it cannot be used. */
function cleanValue(column: Column, value: unknown, provider: string, onProblem: OnProblem): Value {
  if (value === undefined || value === null) return null;
  switch (column.type) {
    case "text":
      return limitText(column, textOf(value), onProblem);
    case "url": {
      const cleaned = cleanUrl(value, column.limit as number, {
        keepLastSlash: KEEPS_LAST_SLASH.has(provider),
      });
      if ("url" in cleaned) return cleaned.url;
      onProblem(cleaned.problem);
      return null;
    }
    case "integer":
      return integerOf(value);
    case "number":
      return numberOf(value);
    case "boolean":
      return booleanOf(value);
    case "timestamp":
      return timestampOf(value);
    case "uuid":
      return textOf(value);
    case "object":
      return isObject(value) ? (cleanJson(value) as Value) : null;
    case "tags":
      return cleanTags(value, provider);
    case "texts":
      return textsOf(column, value);
    case "objects":
      return objectsOf(value);
  }
}

function limitText(column: Column, text: string | null, onProblem: OnProblem): string | null {
  if (text === null || column.limit === undefined || !isLongerThan(text, column.limit)) return text;
  if (column.cut) return cutText(text, column.limit);
  onProblem(`is longer than ${column.limit} characters`);
  return null;
}

/** Whole numbers as the catalogue reads them: `"3.45"` is 3, `"abc"` nothing, too large a number nothing. */
function integerOf(value: unknown): number | null {
  const number = numberOf(value);
  if (number === null) return null;
  const whole = Math.trunc(number);
  return Math.abs(whole) <= MAX_INTEGER ? whole + 0 : null;
}

function numberOf(value: unknown): number | null {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

const TRUE = new Set<unknown>([true, "true", "True", "t", "T"]);
const FALSE = new Set<unknown>([false, "false", "False", "f", "F"]);

function booleanOf(value: unknown): boolean | null {
  return TRUE.has(value) ? true : FALSE.has(value) ? false : null;
}

/** A time with a date and a zone, written as ISO 8601 in UTC with milliseconds. */
function timestampOf(value: unknown): string | null {
  if (typeof value !== "string" || !isDay(value.trim().slice(0, 10))) return null;
  const zoned = /(?:[zZ]|[+-]\d\d(?::?\d\d)?)$/.test(value.trim()) ? value.trim() : `${value.trim()}Z`;
  const time = new Date(zoned);
  if (Number.isNaN(time.getTime())) return null;
  const iso = time.toISOString();
  // The zone can lead out of the years of four digits, which are written in another form.
  return iso.length === "0000-00-00T00:00:00.000Z".length ? iso : null;
}

/** Whether a text is a day that there is: the 31st of February would be read as one in March. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

function textsOf({ limit = Number.POSITIVE_INFINITY }: Column, value: unknown): string[] | null {
  const elements = Array.isArray(value) ? value : [value];
  const texts = elements
    .map(textOf)
    .filter((text): text is string => text !== null && !isLongerThan(text, limit));
  return texts.length > 0 ? [...new Set(texts)] : null;
}

function objectsOf(value: unknown): object[] | null {
  if (!Array.isArray(value)) return null;
  const objects = value.filter(isObject).map((element) => cleanJson(element) as object | null);
  const whole = objects.filter((element): element is object => element !== null);
  return whole.length > 0 ? whole : null;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
