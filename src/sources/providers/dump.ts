import type { JsonObject, OnBadLine } from "../../base/ndjson/index.js";

/** Whether a file is a table of a dump, by its name. */
export function isTableFile(path: string): boolean {
  return /\.csv(?:\.gz)?$/.test(path);
}

/** The joined rows of a saved dump. The database is only loaded for this. */
export async function* joinedItems(
  paths: readonly string[],
  database: string,
  onBadLine: OnBadLine,
): AsyncGenerator<JsonObject[]> {
  const { joinTables } = await import("./inaturalist-tables.js");
  yield* joinTables(paths, database, { onBadLine });
}
