import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json, JsonObject } from "../../base/ndjson/index.js";
import { isObject, textAt } from "../../base/ndjson/index.js";
import type { Asked, ClientList, Honest } from "../../testing/hostile/misbehaviour.js";
import { PROJECT } from "../../testing/run.js";
import { parseAnswer } from "../engine/item-texts.js";
import { itemsOf } from "../engine/page-shape.js";
import type { Provider } from "../engine/provider.js";

/** How the pages of every API look, to be spoilt: each around items of its own fixture. */

/** What a page says beside its items; `total` is a number of works where the API counts, else one of pages. */
interface Words {
  readonly next: number | undefined;
  readonly total: Json;
}

interface Api {
  page(items: readonly Json[], words: Words, asked?: Asked): Json;
  readonly has?: ClientList["has"];
  /** Whether a request is one for a page, where there are others. */
  isPage?(asked: Asked): boolean;
  /** The answers to other requests; undefined is 404. */
  other?(asked: Asked, item: (number: number) => JsonObject): Json | undefined;
  /** Its number is one of pages. */
  readonly countsPages?: true;
  /** The member that names an item, where it is not `id`. */
  readonly id?: string;
}

const COUNTS: ClientList["has"] = ["total", "next"];
const isRoot = ({ url }: Asked) => url.pathname === "/";
const idIn = ({ url }: Asked) => Number(/\d+$/.exec(url.pathname)?.[0] ?? Number.NaN);
/** Works with larger numbers are gone. */
const MOST = 1_000_000;

/** A bare list says that there is more by being full. */
const full = (items: readonly Json[], next: number | undefined, size: number) =>
  next === undefined || items.length === 0
    ? [...items]
    : Array.from({ length: size }, (_, i) => items[i % items.length] as Json);

const APIS: Readonly<Record<string, Api>> = {
  aucklandmuseum: {
    page: (hits, { total }) => ({ hits: { total: { value: total }, hits: [...hits] } }),
    has: COUNTS,
    id: "_id",
  },
  brooklynmuseum: {
    page: (data) => ({ data: [...data], errorCode: "0" }),
    has: ["details"],
    isPage: isRoot,
    other: (asked, item) => (idIn(asked) < MOST ? { data: item(idIn(asked)) } : undefined),
  },
  ccmixter: { page: (items, { next }) => full(items, next, 100), id: "upload_id" },
  clevelandmuseum: { page: (data, { total }) => ({ info: { total }, data: [...data] }), has: COUNTS },
  europeana: {
    page: (items, { next, total }) => ({
      ...{ success: true, totalResults: total, items: [...items] },
      ...(next !== undefined && { nextCursor: cursorOf(next) }),
    }),
    has: ["total", "next", "cursor"],
    isPage: ({ url }) => url.pathname === "/search.json",
    other: () => ({ success: true }),
  },
  finnishmuseums: {
    page: (records, { total }) => ({ status: "OK", resultCount: total, records: [...records] }),
    has: COUNTS,
  },
  flickr: {
    page: (photo, { total }) => ({ stat: "ok", photos: { page: 1, perpage: 500, total, photo: [...photo] } }),
    has: COUNTS,
  },
  freesound: {
    page: (results, { next }) => ({ next: next === undefined ? null : "https://x", results: [...results] }),
    has: ["next"],
    isPage: ({ url }) => url.pathname === "/search/text",
    other: () => ({ name: "a pack" }),
  },
  jamendo: { page: (results) => ({ headers: { status: "success", code: 0 }, results: [...results] }) },
  justtakeitfree: { page: (items) => [...items], id: "page_link" },
  met: {
    page: (items, { total }) => ({
      total,
      objectIDs: items.map((one) => (isObject(one) ? (one.objectID as Json) : one)),
    }),
    has: ["total", "details"],
    isPage: isRoot,
    other: (asked, item) => (idIn(asked) < MOST ? item(idIn(asked)) : undefined),
    id: "objectID",
  },
  museumsvictoria: { page: (items) => [...items] },
  nappy: {
    page: (images, { next }) => ({ images: [...images], next_page: next === undefined ? null : "https://x" }),
    has: ["next"],
    id: "foreign_identifier",
  },
  nypl: {
    page: (result, { total }) => ({
      nyplAPI: { request: { totalPages: total }, response: { result: [...result] } },
    }),
    has: ["total", "next", "details"],
    countsPages: true,
    isPage: ({ url }) => url.pathname === "/search/",
    other: (asked, item) => (idIn(asked) < MOST ? (item(0).details as Json) : undefined),
    id: "uuid",
  },
  openverse: {
    page: (results, { total }) => ({ page_count: total, results: [...results] }),
    has: COUNTS,
    countsPages: true,
  },
  phylopic: {
    page: (items, { total }, asked) =>
      asked?.url.search === "" ? { build: 1, totalPages: total } : { _embedded: { items: [...items] } },
    has: COUNTS,
    countsPages: true,
    id: "uuid",
  },
  rawpixel: { page: (results, { total }) => ({ total, results: [...results] }), has: COUNTS },
  sciencemuseum: {
    page: (data, { next }) => ({ data: [...data], links: { next: next === undefined ? null : "https://x" } }),
    has: ["next"],
  },
  smithsonian: {
    page: (rows, { total }) => ({ status: 200, response: { rows: [...rows], rowCount: total } }),
    has: COUNTS,
    isPage: ({ url }) => url.pathname === "/search",
    other: () => ({ response: { terms: ["NASM"] } }),
  },
  smk: { page: (items, { total }) => ({ found: total, items: [...items] }), has: COUNTS },
  stocksnap: {
    page: (results, { next }) => ({ results: [...results], nextPage: next ?? false }),
    has: ["next"],
    id: "img_id",
  },
  wikimedia: {
    page: (items, { next }) => ({
      ...{ batchcomplete: "", query: { pages: [...items] } },
      ...(next !== undefined && { continue: { gaicontinue: cursorOf(next), continue: "gaicontinue||" } }),
    }),
    has: ["next", "cursor"],
    id: "pageid",
  },
  wordpress: { page: (items) => [...items], has: COUNTS, countsPages: true },
};

/** A place in a list; `NaN` stands for an absurd one. */
function cursorOf(next: number): string {
  return Number.isNaN(next) ? "c".repeat(1_000_000) : `c${next}`;
}

/** The list of an API, and what an honest server answers to any request. */
export function pagesOf(provider: Provider): { list: ClientList; honest: (asked: Asked) => Honest } {
  const api = APIS[provider.name] as Api;
  const good = goodItem(provider);
  const { id: name = "id", has = [], isPage = () => true } = api;
  const item = (number: number) => ({ ...good, [name]: idLike(good[name], number) });
  const page = (items: readonly Json[], words: Partial<Words>, asked?: Asked): Honest => {
    const { next, total = next !== undefined ? 1000 : api.countsPages ? 1 : items.length } = words;
    // WordPress tells the number of pages in a header.
    const headers = { "x-wp-totalpages": String(isObject(total) ? JSON.stringify(total) : total) };
    return { body: JSON.stringify(api.page(items, { next, total }, asked)), headers };
  };
  const honest = (asked: Asked): Honest => {
    if (isPage(asked)) return page([0, 1, 2].map(item), {}, asked);
    const body = api.other?.(asked, item);
    return body === undefined ? { status: 404, body: "{}" } : { body: JSON.stringify(body) };
  };
  return { list: { item, page, isPage, has: provider.name === "met" ? has : ["pages", ...has] }, honest };
}

/** An item of the fixture that gives a record. */
function goodItem(provider: Provider): JsonObject {
  const file = { met: "object-1", nypl: "details-1" }[provider.name] ?? "page-1";
  const text = readFileSync(join(PROJECT, "fixtures", provider.name, `${file}.json`), "utf8");
  const answer = parseAnswer(provider, text);
  const items = provider.name === "met" ? [answer as JsonObject] : itemsOf(provider, answer);
  const good = items?.find((one) => textAt(one, "id") !== undefined) ?? items?.[0];
  return good as JsonObject;
}

/** Another id of the same kind. */
function idLike(id: unknown, number: number): Json {
  if (typeof id === "number") return number;
  const text = typeof id === "string" ? id : "id-";
  return `${text.replace(/[\d/]+$/, "")}${number}`;
}
