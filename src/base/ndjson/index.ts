/** NDJSON: bytes → lines → records → bytes, with line numbers, rejects and back-pressure. */
export {
  at,
  givenAt,
  isObject,
  listAt,
  numberAt,
  objectAt,
  objectsAt,
  present,
  textAt,
  textsAt,
} from "./access.js";
export { BLOCK_BYTES, type Block, blocksOf, readBlocks } from "./blocks.js";
export { boundsIn, firstLine, wholeLines } from "./bounds.js";
export { ByteLine, type LinesIn, linesIn, readByteLines } from "./byte-lines.js";
export { cut, type OpenLine, OwnCutter, ViewCutter, withoutMark } from "./cutter.js";
export { parseExact } from "./exact-numbers.js";
export type { Json, JsonObject } from "./json.js";
export { onOneLine, replaceTokens, walkMarks } from "./json-text.js";
export {
  hasTooManyValues,
  MAX_ANSWER_BYTES,
  MAX_LINE_BYTES,
  MAX_LINE_VALUES,
  sizeOfJson,
  tooLong,
} from "./limits.js";
export { type Line, readLines } from "./lines.js";
export { memberSetter } from "./member.js";
export { LineWriter, ReaderGone } from "./output.js";
export {
  type BadLine,
  type Entry,
  explainSyntaxError,
  faultOf,
  type Input,
  lineText,
  type OnBadLine,
  parseLine,
  parseObject,
  placeOf,
  readRecords,
  readTexts,
  stopAtBadLine,
  type TextEntry,
} from "./records.js";
export { openLastingRejects, openRejects, type Rejects } from "./rejects.js";
