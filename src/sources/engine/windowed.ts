import type { Request } from "../../base/http/index.js";
import { type Json, listAt, numberAt } from "../../base/ndjson/index.js";
import { type AnsweredPage, ask, noPage } from "./ask.js";
import { daysOf, type TimeWindow, windowOf } from "./days.js";
import { pageOrSkip } from "./failed-pages.js";
import { Progress, pageOf } from "./progress.js";
import type { Page, Provider, Session } from "./provider.js";
import { type Asked, divide, isWindows, Totals, type WindowRules } from "./time-windows.js";

/**
 * Walks by day through an API that serves a limited number of results of a query. The first page of a window of time tells
 * how many results it has: too many, and smaller windows take its place. Where even the smallest has too many, it is
 * asked for once for each of several narrower queries (`splits`), and what is still cut off is said.
 */
interface Windowed {
  /** The queries of each day; one where absent. */
  readonly parts?: readonly string[];
  readonly rules: WindowRules;
  readonly perPage: number;
  /** The most results that are served of one query. */
  readonly mostServed: number;
  /** Narrower queries that have everything together. */
  readonly splits?: readonly string[];
  request(asked: Asked, session: Session): Request;
}

/** Where a walk is: which query and day, what is left of that day, and the next page of the first window. */
interface Position {
  readonly part: number;
  readonly windows: readonly TimeWindow[];
  readonly page: number;
  /** Which of the narrower queries. */
  readonly split?: number;
}

/** A page of a window that says how many results the window has. */
type Found = AnsweredPage & { readonly total: number };

/** A walk through all days of all queries. */
export function walkWindows(paging: Windowed): Provider["walk"] {
  return (session) => new WindowWalk(session, paging).pages();
}

class WindowWalk {
  readonly #session: Session;
  readonly #paging: Windowed;
  readonly #totals: Totals;
  /** Whether the page before was empty. */
  #wasEmpty = false;
  readonly #parts: readonly { readonly part: string | undefined; readonly day: TimeWindow }[];

  constructor(session: Session, paging: Windowed) {
    this.#session = session;
    this.#paging = paging;
    this.#totals = new Totals(session.provider);
    const days = daysOf(windowOf(session.query));
    this.#parts = (paging.parts ?? [undefined]).flatMap((part) => days.map((day) => ({ part, day })));
  }

  async *pages(): AsyncGenerator<Page> {
    const progress = new Progress(this.#session);
    let position = positionFrom(this.#session.from) ?? this.#beginOf(0);
    while (position) {
      const asked = this.#askedAt(position);
      const found = await pageOrSkip(this.#session, () => this.#ask(asked));
      const smaller: Position | undefined = found && this.#cut(position, found);
      if (smaller) {
        position = smaller;
        continue;
      }
      const cutOff = found && this.#warningAt(position, found);
      // Windows and narrower queries of one day have no works in common.
      const query = position.part;
      const isPromised = found && found.total > (position.page - 1) * this.#paging.perPage;
      position = this.#after(position, found);
      if (!found || isPromised === undefined) continue;
      const { items } = found;
      const { isProgress, warning = cutOff } = progress.look({ items, query, isPromised });
      yield pageOf(items, { isProgress, warning }, position && toJson(position));
    }
    progress.end();
  }

  /** A page. Without a number of results no day can be cut, and one smaller than the page is wrong. */
  async #ask(asked: Asked): Promise<Found> {
    const request = this.#paging.request(asked, this.#session);
    const page = await ask(this.#session, request);
    const { total = -1, listed } = page;
    if (total < listed)
      throw noPage(this.#session, request.url, page.answer, "no page with a number of works");
    this.#totals.check(asked, total);
    return { ...page, total };
  }

  #askedAt({ part, windows: [window], page, split }: Position): Asked {
    return {
      window: window as TimeWindow,
      page,
      part: this.#parts[part]?.part,
      split: split === undefined ? undefined : this.#paging.splits?.[split],
    };
  }

  #beginOf(part: number): Position | undefined {
    const day = this.#parts[part]?.day;
    return day && { part, windows: [day], page: 1 };
  }

  /** Where to go instead when the first page of a window says that it has too many results. */
  #cut({ part, windows, page, split }: Position, { total }: Found): Position | undefined {
    if (page !== 1 || split !== undefined) return undefined;
    const { rules, splits, mostServed } = this.#paging;
    const [window, ...others] = windows as readonly [TimeWindow, ...TimeWindow[]];
    const smaller = divide(window, total, rules);
    const isSplit = smaller.length <= 1 && splits !== undefined && total > mostServed;
    if (smaller.length <= 1 && !isSplit) return undefined;
    this.#totals.cut(window, total);
    return isSplit
      ? { part, windows, page: 1, split: 0 }
      : { part, windows: [...smaller, ...others], page: 1 };
  }

  /** The position after a page; after a page that failed there are others, unless it is the first. */
  #after(position: Position, found: Found | undefined): Position | undefined {
    const { part, windows, page, split } = position;
    if (found ? this.#hasNext(found, page) : page > 1) return { ...position, page: page + 1 };
    this.#wasEmpty = false;
    if (split !== undefined && split + 1 < (this.#paging.splits?.length ?? 0)) {
      return { ...position, page: 1, split: split + 1 };
    }
    const others = windows.slice(1);
    return others.length > 0 ? { part, windows: others, page: 1 } : this.#beginOf(part + 1);
  }

  /** One page in the middle may be empty; after two there is nothing. */
  #hasNext({ total, listed }: Found, page: number): boolean {
    const isSecond = this.#wasEmpty && listed === 0;
    this.#wasEmpty = listed === 0;
    return !isSecond && page * this.#paging.perPage < Math.min(total, this.#paging.mostServed);
  }

  #warningAt({ page, windows: [window], split }: Position, { total }: Found): string | undefined {
    const { mostServed, splits } = this.#paging;
    if (page !== 1 || total <= mostServed) return undefined;
    const from = new Date((window as TimeWindow)[0] * 1000).toISOString().slice(0, 16);
    const of = split === undefined ? "" : ` with licence ${splits?.[split]}`;
    return `${this.#session.provider.title} has ${total} works${of} from ${from}Z on and serves ${mostServed} of them`;
  }
}

function positionFrom(from: Json | undefined): Position | undefined {
  const windows = listAt(from, "windows");
  if (!isWindows(windows)) return undefined;
  const split = numberAt(from, "split");
  return {
    part: numberAt(from, "part") ?? 0,
    windows,
    page: numberAt(from, "page") ?? 1,
    ...(split !== undefined && { split }),
  };
}

function toJson({ windows, ...position }: Position): Json {
  return { ...position, windows: windows.map((window) => [...window]) };
}
