/** The engine of the providers: how pages are walked, how saved answers are read, how items become records. */
export {
  dropTrailingSlash,
  isPlainId,
  type QueryParameters,
  withoutTracking,
  withQuery,
} from "./addresses.js";
export { type AnsweredPage, ask, askAny, askList, askOne, noPage, withKey } from "./ask.js";
export { type Batch, Collector, type CollectorOptions, type PageSoFar, REMEMBERED } from "./collector.js";
export { convertItem, orLacking } from "./convert.js";
export { walkCursors } from "./cursors.js";
export { dayOf, daysOf, type TimeWindow, windowOf } from "./days.js";
export { listOf, orGone, pageOrSkip } from "./failed-pages.js";
export { withMember } from "./item-texts.js";
export { limitsOf } from "./limits.js";
export { endingOf, withoutEnding } from "./media-endings.js";
export { walkNumbered } from "./numbered.js";
export { countOf, excerpt, hasPage } from "./page-shape.js";
export { Progress, pageOf, refuseLongCursor } from "./progress.js";
export type * from "./provider.js";
export { isTableFile, savedItems } from "./saved-answers.js";
export type { WindowRules } from "./time-windows.js";
export { membersOf, millisecondsAt } from "./values.js";
export { openWalk, type Walk } from "./walk.js";
export { type LockOptions, lockWalk } from "./walk-lock.js";
export {
  type Arrivals,
  type Done,
  findPosition,
  forgetPosition,
  lockOf,
  type OutputFile,
  type Position,
  type WalkContext,
} from "./walk-position.js";
export { walkWindows } from "./windowed.js";
