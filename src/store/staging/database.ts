import { Door, type Opening } from "../../base/sqlite/index.js";
import { type Kept, MIGRATIONS } from "./migrations.js";
import { createStatements } from "./schema.js";
import { addFunctions } from "./value-faults.js";

/** The door to staging databases. */
export const staging = new Door<Kept>({
  // `ovst`.
  applicationId: 0x6f767374,
  name: "staging database",
  command: "ov-stage",
  option: "--db",
  // A record takes 1 KB: pages four times the usual size leave less room between records, and fewer are logged and copied.
  pageBytes: 16_384,
  // The upper levels of every index of some million records.
  cacheKib: 49_152,
  statements: createStatements,
  migrations: MIGRATIONS,
  addFunctions,
});

/** What a migration did: the version that the database had, and what was kept although this version would refuse it. */
interface Migrated extends Kept {
  readonly before: number;
}

/** Brings a database of an older version up to this one. */
export function migrateDatabase(path: string, opening?: Opening): Migrated {
  const kept: Kept = { urlDuplicates: 0, examples: [], standing: 0, standingNames: [] };
  return { before: staging.migrate(path, kept, opening), ...kept };
}
