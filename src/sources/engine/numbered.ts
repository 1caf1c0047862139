import type { Request } from "../../base/http/index.js";
import { type Json, type JsonObject, numberAt } from "../../base/ndjson/index.js";
import { dropTrailingSlash, type QueryParameters, withQuery } from "./addresses.js";
import { type AnsweredPage, ask } from "./ask.js";
import { listOf, pageOrSkip } from "./failed-pages.js";
import { Progress, pageOf } from "./progress.js";
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
  /** The most items of a page, where pages are counted and not items; `total` needs it then. */
  readonly perPage?: number;
  /** The most items that are served of a query. */
  readonly mostServed?: number;
  /** What is asked, below the base address; the base address itself where absent. */
  readonly path?: string;
  /** The query of one page. */
  query?(at: number, part: Part, session: Session): QueryParameters;
  /** The request of one page, where it is more than an address with a query. */
  request?(at: number, part: Part, session: Session): Request;
  /**
   * Whether the API says that the query goes on after a page; `following` is the next page's number. Undefined where
   * it does not say: an empty page is the last one then. Where absent, the total of the answer says it (`page.total`).
   */
  hasNext?(page: AnsweredPage & { readonly following: number }, session: Session): boolean | undefined;
  /** What a person should know about a page. */
  warning?(page: AnsweredPage & { readonly at: number }, part: Part): string | undefined;
  /** Fetches what the list does not say of an item; undefined where the item is gone. */
  complete?(item: JsonObject, session: Session): Promise<JsonObject | undefined>;
}

/** The position of a page, for checkpoints: which query, and the page's number in it. */
interface Position {
  readonly part: number;
  readonly at: number;
}

/** A walk through all queries from page to page. */
export function walkNumbered<Part = undefined>(paging: Numbered<Part>): Provider["walk"] {
  return (session) => pagesOf(session, paging);
}

async function* pagesOf<Part>(session: Session, paging: Numbered<Part>): AsyncGenerator<Page> {
  const parts = paging.parts?.(session) ?? ([undefined] as unknown as readonly Part[]);
  const first = paging.first ?? 1;
  const progress = new Progress(session);
  let position: Position | undefined = {
    part: numberAt(session.from, "part") ?? 0,
    at: numberAt(session.from, "at") ?? first,
  };
  while (position && position.part < parts.length) {
    const here: Position = position;
    const query = parts[here.part] as Part;
    const page = await pageOrSkip(session, () =>
      askPage(session, requestOf(paging, here.at, query, session), { ...paging, progress }),
    );
    const following = here.at + stepOf(paging, page);
    const says = page && saysMore(paging, { ...page, at: here.at, following }, session);
    // After a page that failed there are others.
    const goesOn: boolean = !page || (says ?? page.listed > 0);
    if (goesOn) position = { part: here.part, at: following };
    else position = here.part + 1 < parts.length ? { part: here.part + 1, at: first } : undefined;
    if (!page) continue;
    const isPromised = says === true || itemsBefore(paging, here.at) < (page.total ?? 0);
    const looked = { items: page.found, query: here.part, isPromised, isLast: !goesOn };
    const { isProgress, warning = paging.warning?.({ ...page, at: here.at }, query) } = progress.look(looked);
    const { items, late } = page;
    const whole = pageOf(items, { isProgress, warning }, position && { ...position });
    yield late ? { ...whole, late } : whole;
  }
  progress.end();
}

function requestOf<Part>(paging: Numbered<Part>, at: number, part: Part, session: Session): Request {
  const { path, query } = paging;
  const base = path === undefined ? session.baseUrl : `${dropTrailingSlash(session.baseUrl)}/${path}`;
  return paging.request?.(at, part, session) ?? { url: withQuery(base, query?.(at, part, session) ?? {}) };
}

function stepOf<Part>({ step = 1 }: Numbered<Part>, page: AnsweredPage | undefined): number {
  return typeof step === "number" ? step : step(page?.answer ?? null);
}

/** How many items of a query come before a page. */
function itemsBefore<Part>({ perPage, first = 1 }: Numbered<Part>, at: number): number {
  return perPage === undefined ? at : (at - first) * perPage;
}

/** Whether the API says that there is more; undefined where it does not, or where the page refutes what it says. */
function saysMore<Part>(
  paging: Numbered<Part>,
  page: AnsweredPage & { readonly at: number; readonly following: number },
  session: Session,
): boolean | undefined {
  if (paging.hasNext) return paging.hasNext(page, session);
  const { total, listed, at, following } = page;
  const before = itemsBefore(paging, following);
  if (before >= (paging.mostServed ?? Number.POSITIVE_INFINITY)) return false;
  if (total === undefined || before < total) return total === undefined ? undefined : true;
  const isFull = listed >= (paging.perPage ?? following - at);
  return listed > total || (isFull && before > total) ? undefined : false;
}

/** A page; `found` are its items before those that are gone are left out. */
async function askPage(
  session: Session,
  request: Request,
  { complete, progress }: Pick<Numbered<never>, "complete"> & { readonly progress: Progress },
): Promise<AnsweredPage & { found: readonly JsonObject[]; late?: AsyncIterable<JsonObject> }> {
  const page = await ask(session, request);
  const { items: found } = page;
  if (!complete) return { ...page, found };
  const whole = progress.notGone(found, (item) => complete(item, session));
  if (session.query.limit !== undefined) return { ...page, items: [], late: whole, found };
  return { ...page, items: await listOf(whole), found };
}
