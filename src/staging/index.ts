/** The staging database: one SQLite file that keeps every record, merged from all loads. */
export { type CommonsFile, CommonsLinks, photoOf } from "./commons-links.js";
export { asFailure, explain, openDatabase } from "./database.js";
export { type DumpOptions, dump } from "./dump.js";
export { type LoadCounts, Loader } from "./load.js";
export type { Database } from "./sqlite.js";
export { type Count, statistics } from "./statistics.js";
