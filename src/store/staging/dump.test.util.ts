import type { Database } from "../../base/sqlite/index.js";
import { linesOf } from "../../testing/run.js";
import { type DumpOptions, dump } from "./dump.js";

/** The lines of a dump, without line ends. */
export function dumpLines(database: Database, options: DumpOptions = {}): string[] {
  const text = Buffer.concat([...dump(database, options)]).toString();
  return text === "" ? [] : text.slice(0, -1).split("\n");
}

/** The records of a dump. */
export function dumped<T = Record<string, unknown>>(database: Database, options: DumpOptions = {}): T[] {
  return linesOf<T>(dumpLines(database, options).join("\n"));
}
