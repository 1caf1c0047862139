import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * A file beside the database, ours or SQLite's: `staging.db-wal`. By whatever link the database is reached, it lies
 * beside the file itself, so that everybody finds it.
 */
export function besideDatabase(database: string, name: string): string {
  const file = followed(database);
  return join(dirname(file), `${basename(file)}-${name}`);
}

function followed(path: string): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
  return isLink ? realpathSync(path) : path;
}
