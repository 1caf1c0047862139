import { isDeepStrictEqual } from "node:util";
import { Failure } from "../../base/failure.js";
import type { Json, JsonObject } from "../../base/ndjson/index.js";
import { at, isObject, listAt, objectAt, textAt } from "../../base/ndjson/index.js";
import {
  ask,
  excerpt,
  type Page,
  type Provider,
  refuseLongCursor,
  type Session,
  type Window,
  walkCursors,
  withQuery,
} from "../engine/index.js";

/** What the answers of one batch tell: its pages so far, by their ids. */
type MediaPages = Map<string, JsonObject>;

const QUERY = {
  action: "query",
  generator: "allimages",
  gaisort: "timestamp",
  gaidir: "newer",
  gailimit: 250,
  gulimit: 250,
  gunamespace: 0,
  format: "json",
};

/** What is asked about every file. The last ones named here can be given up, see `MOST_ROUNDS`. */
const FULL = {
  prop: ["imageinfo", "globalusage"],
  iiprop: ["url", "user", "dimensions", "extmetadata", "mediatype", "size", "metadata"],
};

/**
 * One batch of files comes in many answers, because files that are used on thousands of pages, or have a very
 * large metadata, are continued. Some never end: the API goes round and round with the same files. After so
 * many rounds we do without what is being continued.
 */
const MOST_ROUNDS = 100;

/** The same, for rounds in a row that bring nothing new, and for those that lead to themselves. */
const MOST_IDLE_ROUNDS = 10;
const MOST_SAME_TOKENS = 3;

/** What to do without, by the token that is being continued. */
const GIVE_UP: readonly { token: string; list: keyof typeof FULL; member: string }[] = [
  { token: "gucontinue", list: "prop", member: "globalusage" },
  { token: "iicontinue", list: "iiprop", member: "metadata" },
];

/** Walks a stretch of days, batch by batch; the cursor is the API's own `continue` object. */
export function walkCommons(provider: Provider, session: Session): AsyncGenerator<Page> {
  return walkCursors(provider, session, async (day, cursor) => {
    const begin = isObject(cursor) ? cursor : undefined;
    const { pages, next } = await readBatch(provider, session, { day, begin });
    return { items: [...pages.values()], cursor: next };
  });
}

/** Asks until the API says that a batch of files is complete. */
async function readBatch(
  provider: Provider,
  session: Session,
  { day, begin }: { day: Window; begin: JsonObject | undefined },
): Promise<{ pages: MediaPages; next: JsonObject | undefined }> {
  let pages: MediaPages = new Map();
  const givenUp: MediaPages = new Map();
  let asked = FULL;
  let token = begin;
  let rounds = new Rounds();
  for (;;) {
    const { answer, items } = await ask(provider, session, { url: urlOf(session, day, { asked, token }) });
    for (const page of items) merge(pages, page, mergePages);
    const next = tokenOf(provider, answer);
    if (at(answer, "batchcomplete") !== undefined || !next) {
      for (const page of givenUp.values()) merge(pages, page, withMostUsages);
      return { pages, next };
    }
    const goesOn = rounds.goOn(pages, isDeepStrictEqual(next, token));
    token = next;
    if (goesOn) continue;
    const less = doWithout(asked, next);
    if (!less) throw new Failure("refused", "Wikimedia Commons continues one batch of files without end");
    // All about these files is asked again; of what came so far only the usages are of use.
    asked = less;
    token = beginningOf(next);
    for (const page of pages.values()) merge(givenUp, page, withMostUsages);
    pages = new Map();
    rounds = new Rounds();
  }
}

/** Whether the answers of a batch come to an end. */
class Rounds {
  #rounds = 0;
  #idle = 0;
  #same = 0;
  #size = 0;

  goOn(pages: MediaPages, isSameToken: boolean): boolean {
    let size = 0;
    for (const page of pages.values()) size += Object.keys(page).length + usagesOf(page).length;
    this.#idle = size > this.#size ? 0 : this.#idle + 1;
    this.#same = isSameToken ? this.#same + 1 : 0;
    this.#size = size;
    return ++this.#rounds < MOST_ROUNDS && this.#idle < MOST_IDLE_ROUNDS && this.#same < MOST_SAME_TOKENS;
  }
}

function urlOf(
  session: Session,
  { start, end }: Window,
  { asked, token }: { asked: typeof FULL; token: JsonObject | undefined },
): URL {
  const tokens = Object.entries(token ?? {}).map(([name, value]) => [name, textAt(value)]);
  return withQuery(session.baseUrl, {
    ...QUERY,
    gaistart: start,
    gaiend: end,
    prop: asked.prop.join("|"),
    iiprop: asked.iiprop.join("|"),
    ...Object.fromEntries(tokens),
  });
}

/** What to ask the next page with. Its members are parameters of requests, so only those that continue may be there. */
function tokenOf({ title }: Provider, answer: Json): JsonObject | undefined {
  const token = objectAt(answer, "continue");
  refuseLongCursor(title, token);
  const names = Object.keys(token);
  const other = names.find((name) => !/^[a-z]*continue$/.test(name) || textAt(token, name) === undefined);
  if (other === undefined) return names.length > 0 ? token : undefined;
  throw new Failure("bad_input", `${title} continues with ${excerpt(token)}, which is no place in a list`);
}

/** What to ask when a batch does not end; undefined when nothing is left to do without. */
function doWithout(asked: typeof FULL, token: JsonObject): typeof FULL | undefined {
  const victim = GIVE_UP.find(
    ({ token: name, list, member }) => name in token && asked[list].includes(member),
  );
  return victim && { ...asked, [victim.list]: asked[victim.list].filter((name) => name !== victim.member) };
}

/** The token with which the batch began, made from one inside it. */
function beginningOf(token: JsonObject): JsonObject {
  return "gaicontinue" in token
    ? { gaicontinue: token.gaicontinue, continue: "gaicontinue||" }
    : { continue: "||" };
}

/** Adds a page to those that are known, by its id. */
function merge(
  pages: MediaPages,
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
