import { createHash } from "node:crypto";
import { Failure } from "../failure.js";
import { BudgetSpent, StatusFailure } from "../http/index.js";
import type { JsonObject } from "../ndjson/index.js";
import type { Provider, Session } from "./provider.js";

/** So often the same page comes back, and the API goes in a circle. */
const MOST_REPEATS = 3;

/** So many pages in a row that cannot be had, and there is no sense in going on. */
const MOST_ERRORS = 10;

const errorsInARow = new WeakMap<object, number>();

/**
 * The page, or nothing where it cannot be had and such pages are passed over. Not passed over are pages that fail
 * one after the other: then it is not the page. `consequence` says what else is missing without it.
 */
export async function pageOrSkip<T>(
  session: Session,
  work: () => Promise<T>,
  consequence?: string,
): Promise<T | undefined> {
  try {
    const page = await work();
    errorsInARow.delete(session);
    return page;
  } catch (error) {
    // Without requests left no page can be had.
    if (!session.onError || error instanceof BudgetSpent) throw error;
    const errors = (errorsInARow.get(session) ?? 0) + 1;
    errorsInARow.set(session, errors);
    if (errors > MOST_ERRORS) throw error;
    session.onError(consequence === undefined ? error : withConsequence(error, consequence));
    return undefined;
  }
}

function withConsequence(error: unknown, consequence: string): unknown {
  if (!(error instanceof Failure) || error.place) return error;
  return new Failure(error.outcome, `${error.message}; ${consequence}`, { cause: error });
}

/**
 * Looks at page after page, and throws when they come round again and again: an API whose next link never ends would
 * be walked for ever. A page that comes twice is none: items move while they are walked. Every page is compared with
 * one page before it, which is replaced after 1, 2, 4, 8 … pages, so that circles of any length are found (Brent).
 * Each query of a walk (`query`: a day, a licence) is looked at for itself: two may rightly have the same answer.
 */
export function refuseCircles({
  title,
}: Provider): (items: readonly JsonObject[], query?: number | string) => void {
  let asked: number | string | undefined;
  let kept = "";
  let repeats = 0;
  let pages = 0;
  let replaceAt = 1;
  return (items, query) => {
    if (query !== asked) [asked, kept, repeats, pages, replaceAt] = [query, "", 0, 0, 1];
    if (items.length === 0) return;
    const digest = createHash("sha1").update(JSON.stringify(items)).digest("base64");
    if (digest === kept) repeats++;
    else if (++pages >= replaceAt) {
      [kept, repeats, pages] = [digest, 0, 0];
      replaceAt *= 2;
    }
    if (repeats < MOST_REPEATS) return;
    throw new Failure("refused", `${title} gives the same page again and again: its pages never end`);
  };
}

/** What an address holds, or undefined where there is nothing (any more). */
export async function orGone<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (error instanceof StatusFailure && (error.status === 404 || error.status === 410)) return undefined;
    throw error;
  });
}

/** All that comes, in a list. */
export async function listOf<T>(coming: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of coming) list.push(one);
  return list;
}
