import { resolve } from "node:path";
import type { Database, Opening } from "../../base/sqlite/index.js";
import type { Arrivals } from "../../sources/engine/index.js";
import type { Fetching } from "./options.js";

/** What the database says of its loads. */
export interface Loads extends Arrivals {
  /** The day of the last load with records of a provider that ended well. */
  lastLoadDay(provider: string): string | undefined;
}

/**
 * The database of `--db`, which is only read and need not exist yet. It is opened once before anything is fetched, so
 * that one that cannot be used ends the command at once.
 */
export async function openArrivals({ options, signal }: Fetching): Promise<Loads | undefined> {
  if (options.db === undefined) return undefined;
  const { patiently } = await import("../../base/sqlite/index.js");
  const { staging, ...loads } = await import("../../store/staging/index.js");
  const path = resolve(options.db);
  const reading = <T>(work: (database: Database) => T, opening?: Opening): T | undefined => {
    const database = loads.openIfThere(path, opening);
    if (!database) return undefined;
    try {
      return staging.explain(path, () => loads.orDamage(database, work));
    } finally {
      database.close();
    }
  };
  await patiently(() => reading(() => {}, { timeout: 0 }), { wait: false, signal });
  return {
    path,
    hasArrived(kept) {
      const sent = loads.sentFrom(kept);
      if (sent === undefined || sent.last.length === 0) return sent !== undefined;
      return reading((database) => loads.hasArrived(database, sent)) === true;
    },
    lastLoadDay: (provider) => reading((database) => loads.lastLoadDay(database, provider)),
  };
}
