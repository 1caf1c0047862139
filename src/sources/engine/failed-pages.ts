import { Failure } from "../../base/failure.js";
import { BudgetSpent, StatusFailure } from "../../base/http/index.js";
import type { Session } from "./provider.js";

/** When this many pages fail in a row, going on makes no sense. */
const MOST_ERRORS = 10;

const errorsInARow = new WeakMap<object, number>();

/**
 * The page, or undefined where it fails and such pages are passed over. When many fail in a row, it is not the page's
 * fault, and the last error is thrown. `consequence` says what else is missing without the page.
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
    // Without requests left every page fails.
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
