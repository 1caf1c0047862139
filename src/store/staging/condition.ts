import { Failure } from "../../base/failure.js";
import { nearestName } from "../../base/nearest.js";
import type { Database } from "../../base/sqlite/index.js";
import { columnsOf, MEDIA_TYPES, type MediaType } from "../../record/index.js";

/**
 * Checks a condition that a person wrote: that it is one, by itself, about columns that there are. A `Failure` (`usage`)
 * says what is wrong.
 */
export function checkCondition(database: Database, where: string, media: MediaType | undefined): void {
  if (where.trim() === "") throw new Failure("usage", "--where is empty; write a condition: width > 4000");
  for (const table of media ? [media] : MEDIA_TYPES) {
    try {
      // Without parentheses around it: so it cannot close ours and go on with something else.
      database.prepare(`SELECT 1 FROM ${table} WHERE ${where}\nLIMIT 0`).all();
      database.prepare(`SELECT (${where}\n) FROM ${table} LIMIT 0`).all();
    } catch (error) {
      const media_hint = media ? "" : "; a condition on columns of one media type needs --media";
      const reason = conditionProblem((error as Error).message, where, table);
      throw new Failure("usage", `--where: ${reason} (columns of ${table} records${media_hint})`, {
        cause: error,
      });
    }
  }
}

/** What is wrong with a condition, without what is ours of the statement around it, which would only puzzle. */
function conditionProblem(message: string, where: string, table: MediaType): string {
  if (/^near "LIMIT"/.test(message) && !/\blimit\b/i.test(where)) return "the condition ends too early";
  if (/more than one statement/.test(message)) return "it holds more than one statement";
  if (/parameter/.test(message))
    return "it has a parameter (?, :name, @name or $name), which nothing gives a value";
  const column = /^no such column: (.*)$/.exec(message)?.[1];
  const near =
    column &&
    nearestName(
      column,
      columnsOf(table).map(({ name }) => name),
    );
  // SQLite quotes it where a quote is not closed.
  const reason = message.replace(/\s*LIMIT 0(?="?$)/, "");
  return near ? `${reason}, did you mean ${near}?` : reason;
}
