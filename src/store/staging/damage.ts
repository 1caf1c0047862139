import { Failure } from "../../base/failure.js";
import { ReaderGone } from "../../base/ndjson/index.js";
import type { Database } from "../../base/sqlite/index.js";
import { Damage, Hindrance, integrityFaults, isCorrupt } from "../../base/sqlite/index.js";
import { staging } from "./database.js";
import { firstDamage, type Tables } from "./value-faults.js";

/** Finding out whether something went wrong because the database is damaged. */

/**
 * Works with a database. An error that nobody expects most likely comes of what somebody else has written into the file:
 * then that is what is thrown, as `Damage`.
 */
export function orDamage<T>(database: Database, work: (database: Database) => T): T {
  try {
    return work(database);
  } catch (error) {
    throw damageBehind(database, error);
  }
}

/** What is damaged in a database, in the tables of others too, where this error came of it; else the error itself. */
export function damageBehind(database: Database, error: unknown, others?: Tables): unknown {
  if (error instanceof Damage || isExpected(error)) return error;
  try {
    const [fault] = staging.tableFaults(database);
    if (fault !== undefined) return new Damage(fault);
    const damage = firstDamage(database, others);
    if (damage) return damage;
    const [problem] = integrityFaults(database, 1);
    if (problem !== undefined) return new Damage(problem);
    const [strange] = staging.strangeRules(database);
    return strange === undefined ? error : inTheWay(strange, error as Error);
  } catch (other) {
    return isCorrupt(other) ? other : error;
  }
}

/** A database is not damaged by what somebody adds to it. */
function inTheWay(strange: string, error: Error): Hindrance {
  const text = `the ${strange}, which ov-tools has not made, may be in the way (${error.message}); drop it`;
  return new Hindrance(text, { cause: error });
}

/** Whether an error has a message for people already. */
function isExpected(error: unknown): boolean {
  return staging.asFailure("", error) instanceof Failure || error instanceof ReaderGone;
}
