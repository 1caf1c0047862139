/** The staging database: one SQLite file that keeps every record, merged from all loads. */
export { hasArrived, lastLoadDay, openIfThere, type RecordKey, type Sent, sentFrom } from "./arrival.js";
export type { Turns } from "./batches.js";
export { type CheckResult, check, type Fault, unreadable } from "./check.js";

export { checkCondition } from "./condition.js";
export { damageBehind, orDamage } from "./damage.js";
export { migrateDatabase, staging } from "./database.js";
export { type DumpOptions, dump, dumpTombstones, type TombstoneOptions } from "./dump.js";
export { ageText, EXPIRY, type Expired, expire } from "./expire.js";
export type { Name } from "./known-removals.js";
export { firstLeft, type Left, letGo, noteTakenIn, readLeft, untaken } from "./leftovers.js";
export { Loader } from "./load.js";
export type { Leftover, LoadCounts, LoadOptions } from "./load-options.js";
export {
  computePopularity,
  DEFAULT_PERCENTILE,
  METRICS,
  type PopularityOptions,
  type PopularityResult,
} from "./popularity.js";
export { LoadEntry, readPrepared } from "./prepared-lines.js";
export { dayBefore, REINGESTED, reingestionDays } from "./reingestion.js";
export { type IsUnwanted, type RemoveCounts, Remover, removeUnwanted } from "./remove.js";
export { beginWriting, currentRuns, onward, Run, type RunRow, type RunState } from "./runs.js";
export { type SourceChange, type SourceOf, type SourceOptions, setSources } from "./sources.js";
export { Spool } from "./spool.js";

export {
  ALL_DIMENSIONS,
  type Count,
  type Dimension,
  type LargestCounts,
  largest,
  statistics,
  storedNames,
  USUAL_DIMENSIONS,
} from "./statistics.js";
export { storedMembers, TOP_GROUPS, type TopGroup, type TopOptions, type TopRow, top } from "./top.js";
export { hasTable, requireTrue, type Tables } from "./value-faults.js";
