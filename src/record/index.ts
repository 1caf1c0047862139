/** The media record: its columns, and how a record of any origin is checked and cleaned. */
export {
  cleanGiven,
  cleanRecord,
  fillDefaults,
  type MediaRecord,
  mediaTypeOf,
  type Refusal,
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
export { IDENTIFIER_NAMESPACE, identifierOf } from "./identifier.js";
export { LICENSE_GROUPS } from "./license-groups.js";
export {
  CONDITIONS,
  conditionsOf,
  isLicenseName,
  type License,
  licenseOfPair,
  licenseOfUrl,
  licenseTitle,
} from "./licenses.js";
export { filetypeOfUrl } from "./media-kinds.js";
export { keepTag, type Tag } from "./tags.js";
export { cleanText, cutText, textOf } from "./text.js";
export { cleanUrl } from "./urls.js";
export type { Value } from "./values.js";
