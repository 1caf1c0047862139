import { isDeepStrictEqual } from "node:util";
import { at, type Json, type JsonObject, numberAt } from "../../base/ndjson/index.js";
import { dayOf, daysOf, type TimeWindow, windowOf } from "./days.js";
import { pageOrSkip } from "./failed-pages.js";
import { Progress, pageOf } from "./progress.js";
import type { Page, Provider, Session } from "./provider.js";

/** A page, and the API's cursor for the next one; undefined on the last page of a day. */
interface CursorPage {
  readonly items: readonly JsonObject[];
  readonly cursor: Json | undefined;
  /** How many items the day has, where the API says so. */
  readonly total?: number | undefined;
}

/** Reads the page of a day at a cursor; the day's first page without one. */
type ReadPage = (session: Session, day: TimeWindow, cursor: Json | undefined) => Promise<CursorPage>;

/**
 * A walk day by day, and in each from cursor to cursor. Only a page tells the cursor of the next one: where a page
 * fails and such pages are passed over, the walk goes on with the next day. `next` is `{day, cursor}`, the day
 * counted from the first one.
 */
export function walkCursors(read: ReadPage): Provider["walk"] {
  return (session) => pagesOf(session, read);
}

async function* pagesOf(session: Session, read: ReadPage): AsyncGenerator<Page> {
  const days = daysOf(windowOf(session.query));
  const progress = new Progress(session);
  let number = numberAt(session.from, "day") ?? 0;
  let cursor = at(session.from, "cursor") as Json | undefined;
  while (number < days.length) {
    const day = days[number] as TimeWindow;
    const before = cursor;
    const page = await pageOrSkip(session, () => read(session, day, before), restIsMissing(day));
    cursor = page && cursorAfter(page, before);
    if (cursor === undefined) number++;
    if (!page) continue;
    const { items, total = 0 } = page;
    progress.cursor(cursor, cursor !== undefined && isDeepStrictEqual(cursor, before));
    const isPromised = cursor !== undefined || (before === undefined && total > 0);
    const seen = progress.look({ items, query: day[0], isPromised });
    const next = cursor === undefined ? { day: number } : { day: number, cursor };
    yield pageOf(items, seen, number < days.length ? next : undefined);
  }
  progress.end();
}

/** After the last page some APIs name a position again, with nothing there. */
function cursorAfter({ items, cursor, total }: CursorPage, before: Json | undefined): Json | undefined {
  const isEnd = items.length === 0 && (total === 0 || isDeepStrictEqual(cursor, before));
  return isEnd ? undefined : cursor;
}

function restIsMissing([start]: TimeWindow): string {
  const day = dayOf(start);
  return `the rest of ${day} is missing, for only a page tells where the next one is: fetch it again with --date ${day}`;
}
