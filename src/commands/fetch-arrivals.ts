import { resolve } from "node:path";
import type { Options } from "../command-line/index.js";
import type { Arrivals } from "../providers/index.js";
import type { Database } from "../staging/index.js";

/** What the database says of its loads. */
export interface Loads extends Arrivals {
  /** The day of the last load with records of a provider that ended well. */
  lastLoadDay(provider: string): string | undefined;
}

/** The database of `--db`, asked from the outside: it is only read, and need not be there yet. */
export async function openArrivals({ db }: Options): Promise<Loads | undefined> {
  if (db === undefined) return undefined;
  const staging = await import("../staging/index.js");
  const path = resolve(String(db));
  const reading = <T>(work: (database: Database) => T): T | undefined => {
    const database = staging.openIfThere(path);
    if (!database) return undefined;
    try {
      return staging.explain(path, () => work(database));
    } finally {
      database.close();
      staging.tidyAfterReading(path);
    }
  };
  return {
    path,
    hasArrived(kept) {
      const sent = staging.sentFrom(kept);
      if (sent === undefined || sent.last.length === 0) return sent !== undefined;
      return reading((database) => staging.hasArrived(database, sent)) === true;
    },
    lastLoadDay: (provider) => reading((database) => staging.lastLoadDay(database, provider)),
  };
}
