/**
 * The pure functions behind the commands, for scripts: `import { cleanRecord } from "ov-tools"`.
 */

export { Failure, OUTCOMES, type Outcome } from "./base/failure.js";
export {
  type Entry,
  type Input,
  type Json,
  type JsonObject,
  readLines,
  readRecords,
} from "./base/ndjson/index.js";
export {
  type Cleaned,
  COLUMNS,
  type Column,
  cleanRecord,
  columnsOf,
  type Dropped,
  identifierOf,
  type License,
  licenseOfPair,
  licenseOfUrl,
  licenseTitle,
  type MediaRecord,
  type MediaType,
  type Refusal,
  SCHEMA_VERSION,
  type Tag,
} from "./record/index.js";
export {
  ALL_ENTITIES,
  type Candidate,
  type Condition,
  type Entity,
  type FlickrPhoto,
  findFlickrPhoto,
  type Output,
  parseCondition,
  readSnapshot,
  type Selection,
} from "./sources/commons/index.js";
export { convertItem, type Provider } from "./sources/engine/index.js";
export {
  type FlickrUrl,
  type FlickrUrlError,
  findFlickrUrls,
  findFlickrUrlsInText,
  looksLikeFlickrPhotoId,
  looksLikeFlickrUserId,
  parseFlickrUrl,
} from "./sources/flickr/index.js";
export { findProvider, PROVIDERS } from "./sources/providers/index.js";
