import type { Json, JsonObject } from "../ndjson/index.js";
import { at, numberAt } from "../ndjson/index.js";
import { dayOf, daysOf, type Window, windowOf } from "./days.js";
import { pageOrSkip, refuseCircles } from "./paging.js";
import type { Page, Provider, Session } from "./provider.js";

/** A page, and the API's own word for the place behind it; none on the last page of a day. */
export interface CursorPage {
  readonly items: readonly JsonObject[];
  readonly cursor: Json | undefined;
}

/** Reads the page of a day at a cursor; the day's first page without one. */
export type ReadPage = (day: Window, cursor: Json | undefined) => Promise<CursorPage>;

/**
 * Walks day by day, and in each from cursor to cursor. Only a page tells the cursor of the one behind it: where a page
 * cannot be had and such pages are passed over, the walk goes on with the next day. `next` is `{day, cursor}`, the day
 * counted from the first one.
 */
export async function* walkCursors(
  provider: Provider,
  session: Session,
  read: ReadPage,
): AsyncGenerator<Page> {
  const days = daysOf(windowOf(session));
  const circles = refuseCircles(provider);
  let number = numberAt(session.from, "day") ?? 0;
  let cursor = at(session.from, "cursor") as Json | undefined;
  while (number < days.length) {
    const day = days[number] as Window;
    const page = await pageOrSkip(session, () => read(day, cursor), restIsMissing(day));
    cursor = page?.cursor;
    if (cursor === undefined) number++;
    if (!page) continue;
    const { items } = page;
    circles(items, day.start);
    const next = cursor === undefined ? { day: number } : { day: number, cursor };
    yield number < days.length ? { items, next } : { items };
  }
}

function restIsMissing({ start }: Window): string {
  const day = dayOf(start);
  return `the rest of ${day} is missing, for only a page tells where the next one is: fetch it again with --date ${day}`;
}
