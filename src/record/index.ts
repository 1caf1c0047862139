/** The media record: its columns, and how a record of any origin is checked and cleaned. */
export {
  type Cleaned,
  cleanColumn,
  cleanGiven,
  cleanRecord,
  fillDefaults,
  type MediaRecord,
  mediaTypeOf,
  type Refusal,
  readMetaData,
  withoutNulls,
} from "./clean.js";
export {
  COLUMNS,
  type Column,
  type ColumnType,
  columnsOf,
  MAX_INTEGER,
  MEDIA_TYPES,
  type MediaType,
  type MergeRule,
  REQUIRED_COLUMNS,
  SCHEMA_VERSION,
  SYNC_TIME,
} from "./columns.js";
export { addressKey, comparableUrl } from "./comparable-url.js";
export {
  DROP_REASONS,
  type Dropped,
  type DroppedCounts,
  DroppedTally,
  type DropReason,
  refusalOf,
} from "./dropped.js";
export { IDENTIFIER_NAMESPACE, identifierOf } from "./identifier.js";
export {
  type Accepted,
  acceptedLicenses,
  CONDITIONS,
  conditionsOf,
  isLicenseName,
  LICENSE_GROUPS,
  type License,
  licenseOfPair,
  licenseOfUrl,
  licenseTitle,
  PORTS,
  readLicense,
  STATEMENTS,
} from "./licenses/index.js";
export { filetypeOfUrl } from "./media-kinds.js";
export { parseHost } from "./public-suffix.js";
export { keepTag, type Tag } from "./tags.js";
export { cleanText, cutText, textOf } from "./text.js";
export { cleanUrl } from "./urls.js";
export type { Value } from "./values.js";
export { comparableId, comparableProvider, fileHash, isNumbered, workKey } from "./work-keys.js";
