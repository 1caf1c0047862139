/** The staging database: one SQLite file that keeps every record, merged from all loads. */
export { hasArrived, lastLoadDay, openIfThere, type RecordKey, type Sent, sentFrom } from "./arrival.js";
export type { Turns } from "./batches.js";
export { check, type Fault, unreadable } from "./check.js";
export { checkCondition } from "./condition.js";
export { damageBehind, orDamage } from "./damage.js";
export { migrateDatabase, staging } from "./database.js";
export { dump, dumpTombstones } from "./dump.js";
export { EXPIRY, expire } from "./expire.js";
export type { Name } from "./known-removals.js";
export { firstLeft, type Left, letGo, noteTakenIn, readLeft, untaken } from "./leftovers.js";
export { Loader } from "./load.js";
export type { LoadCounts } from "./load-options.js";
export {
  computePopularity,
  METRICS,
} from "./popularity.js";
export { readPrepared } from "./prepared-lines.js";
export { dayBefore, REINGESTED, reingestionDays } from "./reingestion.js";
export { type IsUnwanted, Remover, removeUnwanted } from "./remove.js";
export { beginWriting, currentRuns, onward, Run, type RunRow } from "./runs.js";
export { type SourceOf, setSources } from "./sources.js";
export { Spool } from "./spool.js";
export {
  ALL_DIMENSIONS,
  type Count,
  type Dimension,
  type LargestCounts,
  largest,
  statistics,
  storedNames,
} from "./statistics.js";
export { storedMembers, type TopRow, top } from "./top.js";
export { hasTable, requireTrue, type Tables } from "./value-faults.js";
