import { Failure } from "../../base/failure.js";
import { isDay, timeIn } from "../../base/times.js";
import type { Query } from "./provider.js";

/** From the first second up to the one after the last, in UNIX time. */
export type TimeWindow = readonly [start: number, end: number];

const DAY = 86_400;

/**
 * The UTC days that a query asks for, as one period; `until` is the day of `since` where it is not given. Throws a
 * `Failure` (`usage`) where there is no first day, or a text is not a day.
 */
export function windowOf({ since, until = since }: Query): TimeWindow {
  if (since === undefined || until === undefined) {
    throw new Failure("usage", "this provider is asked for days: name the first one, as YYYY-MM-DD");
  }
  const [start, end] = [startOfDay(since), startOfDay(until) + DAY];
  if (end <= start) throw new Failure("usage", `the last day, ${until}, is before the first, ${since}`);
  return [start, end];
}

/** The days of a period, one by one. */
export function daysOf([start, end]: TimeWindow): TimeWindow[] {
  return Array.from({ length: Math.ceil((end - start) / DAY) }, (_, day) => [
    start + day * DAY,
    Math.min(start + (day + 1) * DAY, end),
  ]);
}

/** The UTC day of a time in UNIX seconds, as `YYYY-MM-DD`. */
export function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

function startOfDay(day: string): number {
  const time = isDay(day) ? timeIn(day) : undefined;
  if (time === undefined) {
    throw new Failure("usage", `${JSON.stringify(day)} is no day: write it as YYYY-MM-DD`);
  }
  return time / 1000;
}
