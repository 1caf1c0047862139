import { isDeepStrictEqual } from "node:util";
import { Failure } from "../../base/failure.js";
import { at, type Json, type JsonObject, listAt, textAt } from "../../base/ndjson/index.js";
import { ask, type QueryParameters, type Session, withQuery } from "../engine/index.js";
import { beginningOf, Rounds, tokenOf } from "./continuation.js";

/** The answers about one batch of pages, put together. */

/** The pages of a batch so far, by their ids. */
type Pages = Map<string, JsonObject>;

/** Parameters that are lists of what is asked about every page: `prop`, `iiprop`. */
type Asked = Readonly<Record<string, readonly string[]>>;

/** How batches are asked for. */
export interface BatchQuery {
  /** The prefix of the generator's parameters: `gai`. */
  readonly generator: string;
  /** Parameters of every request. */
  readonly parameters: QueryParameters;
  readonly asked: Asked;
  /** What to do without when a batch does not end, by the token that is being continued; the first first. */
  readonly giveUp: readonly { readonly token: string; readonly list: string; readonly member: string }[];
}

/** Asks until the API says that a batch is complete. `begin` is the token of the batch, `next` that of the next one. */
export async function readBatch(
  session: Session,
  { query, begin }: { query: BatchQuery; begin: JsonObject | undefined },
): Promise<{ pages: JsonObject[]; next: JsonObject | undefined }> {
  let pages: Pages = new Map();
  const givenUp: Pages = new Map();
  let { asked } = query;
  let token = begin;
  let rounds = new Rounds();
  for (;;) {
    const url = urlOf(session, query.parameters, { asked, token });
    const { answer, items } = await ask(session, { url });
    for (const page of items) merge(pages, page, mergePages);
    const next = tokenOf(session.provider, answer);
    if (at(answer, "batchcomplete") !== undefined || !next) {
      for (const page of givenUp.values()) merge(pages, page, withMostUsages);
      return { pages: [...pages.values()], next };
    }
    const goesOn = rounds.goOn(sizeOf(pages), isDeepStrictEqual(next, token));
    token = next;
    if (goesOn) continue;
    const less = doWithout(query, asked, next);
    if (!less)
      throw new Failure("refused", `${session.provider.title} continues one batch of files without end`);
    // All about these files is asked again; of what came so far only the usages are of use.
    asked = less;
    token = beginningOf(next, query.generator);
    for (const page of pages.values()) merge(givenUp, page, withMostUsages);
    pages = new Map();
    rounds = new Rounds();
  }
}

function sizeOf(pages: Pages): number {
  let size = 0;
  for (const page of pages.values()) size += Object.keys(page).length + usagesOf(page).length;
  return size;
}

function urlOf(
  { baseUrl }: Session,
  parameters: QueryParameters,
  { asked, token }: { asked: Asked; token: JsonObject | undefined },
): URL {
  const lists = Object.entries(asked).map(([name, list]) => [name, list.join("|")]);
  const tokens = Object.entries(token ?? {}).map(([name, value]) => [name, textAt(value)]);
  return withQuery(baseUrl, { ...parameters, ...Object.fromEntries([...lists, ...tokens]) });
}

/** What to ask when a batch does not end; undefined when nothing is left to do without. */
function doWithout({ giveUp }: BatchQuery, asked: Asked, token: JsonObject): Asked | undefined {
  const found = giveUp.find((one) => one.token in token && asked[one.list]?.includes(one.member));
  if (!found) return undefined;
  const { list, member } = found;
  return { ...asked, [list]: (asked[list] ?? []).filter((name) => name !== member) };
}

/** Adds a page to those that are known, by its id. */
function merge(
  pages: Pages,
  page: JsonObject,
  join: (known: JsonObject, added: JsonObject) => JsonObject,
): void {
  const id = textAt(page, "pageid") ?? textAt(page, "title") ?? "";
  const known = pages.get(id);
  pages.set(id, known ? join(known, page) : page);
}

/** One page from two answers about it: usages are collected, other members are the later answer's. */
export function mergePages(earlier: JsonObject, later: JsonObject): JsonObject {
  const usages = [...usagesOf(earlier), ...usagesOf(later)];
  const merged = { ...earlier, ...later };
  return usages.length > 0 ? { ...merged, globalusage: usages } : merged;
}

/** The page as it is known, with the longer one of two lists of usages. */
function withMostUsages(known: JsonObject, other: JsonObject): JsonObject {
  const usages = usagesOf(other);
  return usages.length > usagesOf(known).length ? { ...known, globalusage: usages } : known;
}

function usagesOf(page: JsonObject): Json[] {
  return listAt(page, "globalusage") as Json[];
}
