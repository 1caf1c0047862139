import type { Request } from "../http/index.js";
import type { Json, JsonObject } from "../ndjson/index.js";
import { numberAt } from "../ndjson/index.js";
import { type Answer, ask } from "./ask.js";
import { listOf, pageOrSkip, refuseCircles } from "./paging.js";
import type { Page, Provider, Session } from "./provider.js";

/**
 * Walks that count: pages by their number, or by how many items come before them. Nearly every API has one of the
 * two, and some want one such walk for each of several queries (a licence, a stretch of years).
 */
export interface Numbered<Part> {
  /** The queries, in order; one where absent. */
  readonly parts?: (session: Session) => readonly Part[];
  /** The number of a query's first page; 1 where absent. */
  readonly first?: number;
  /** What leads from one page's number to the next one's; 1 where absent. */
  readonly step?: number | ((answer: Json) => number);
  /** The request of one page. */
  request(at: number, part: Part, session: Session): Request;
  /** Whether the query goes on after a page that was not empty; `following` is the next page's number. */
  hasNext(page: Answer & { readonly following: number }, session: Session): boolean;
  /** What a person should know about a page. */
  warning?(page: Answer & { readonly at: number }, part: Part): string | undefined;
  /** Fetches what the list does not say of an item; undefined where the item is gone. */
  complete?(item: JsonObject, session: Session): Promise<JsonObject | undefined>;
}

/** The place of a page, for checkpoints: which query, and the page's number in it. */
interface Place {
  readonly part: number;
  readonly at: number;
}

/** Walks all queries from page to page. */
export async function* walkNumbered<Part>(
  provider: Provider,
  session: Session,
  walk: Numbered<Part>,
): AsyncGenerator<Page> {
  const parts = walk.parts?.(session) ?? ([undefined] as unknown as readonly Part[]);
  const first = walk.first ?? 1;
  const circles = refuseCircles(provider);
  let place: Place | undefined = {
    part: numberAt(session.from, "part") ?? 0,
    at: numberAt(session.from, "at") ?? first,
  };
  while (place && place.part < parts.length) {
    const here: Place = place;
    const query = parts[here.part] as Part;
    const page = await pageOrSkip(session, () => askPage(provider, session, walk, { at: here.at, query }));
    const following = here.at + stepOf(walk, page);
    // A page that could not be had has others behind it.
    const goesOn: boolean = !page || (page.listed > 0 && walk.hasNext({ ...page, following }, session));
    if (goesOn) place = { part: here.part, at: following };
    else place = here.part + 1 < parts.length ? { part: here.part + 1, at: first } : undefined;
    if (!page) continue;
    circles(page.items, here.part);
    const warning = walk.warning?.({ ...page, at: here.at }, query);
    const { items, late } = page;
    yield {
      items,
      ...(late && { late }),
      ...(place && { next: { ...place } }),
      ...(warning !== undefined && { warning }),
    };
  }
}

function stepOf<Part>({ step = 1 }: Numbered<Part>, page: Answer | undefined): number {
  return typeof step === "number" ? step : step(page?.answer ?? null);
}

/** `listed` counts items before those that are gone are left out. */
async function askPage<Part>(
  provider: Provider,
  session: Session,
  walk: Numbered<Part>,
  { at, query }: { at: number; query: Part },
): Promise<Answer & { listed: number; late?: AsyncIterable<JsonObject> }> {
  const page = await ask(provider, session, walk.request(at, query, session));
  const listed = page.items.length;
  if (!walk.complete) return { ...page, listed };
  const whole = wholeItems(page.items, walk.complete, session);
  if (session.isSample) return { ...page, items: [], late: whole, listed };
  return { ...page, items: await listOf(whole), listed };
}

async function* wholeItems<Part>(
  items: readonly JsonObject[],
  complete: NonNullable<Numbered<Part>["complete"]>,
  session: Session,
): AsyncGenerator<JsonObject> {
  for (const item of items) {
    const whole = await complete(item, session);
    if (whole) yield whole;
  }
}
