import { isWrittenTime, timeIn } from "../base/times.js";

/** Times as the record stores them. */

/** A time with a date and a zone, written as ISO 8601 in UTC with milliseconds; null where there is none. */
export function timestampOf(value: unknown): string | null {
  if (typeof value !== "string") return null;
  if (value === lastTime) return value;
  // Most are written as they are stored, since they come from a dump.
  if (isWrittenTime(value)) {
    lastTime = value;
    return value;
  }
  const time = timeIn(value.trim());
  return time === undefined ? null : new Date(time).toISOString();
}

/** The times of a record are often one and the same. */
let lastTime: string | undefined;
