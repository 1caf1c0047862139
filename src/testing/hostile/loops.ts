import type { Json } from "../../base/ndjson/index.js";
import { type ClientList, type Misbehaviour, type Scene, WRONG } from "./misbehaviour.js";

/** Lists without end, numbers that lie, and pages with things that are not works. */

/** A misbehaviour of a list: makes a page out of the client's own ones. */
function pages(
  name: string,
  make: (list: ClientList, scene: Scene) => ReturnType<ClientList["page"]>,
  { list = [], ends = WRONG, says }: Partial<Pick<Misbehaviour, "list" | "ends" | "says">> = {},
): Misbehaviour {
  return {
    ...{ name, ends, list },
    ...(says && { says }),
    answer: (scene) => {
      const list = scene.list as ClientList;
      const page: ClientList["page"] = (items, words) => list.page(items, words, scene.asked);
      const { status = 200, headers, body } = make({ ...list, page }, scene);
      scene.response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
    },
  };
}

const MANY = 1_000_000;
const FEW = [0, 1, 2, 3, 4];

const LOOPS: readonly Misbehaviour[] = [
  pages("the same page for ever", (list) => list.page(FEW.map(list.item), { next: 1, total: MANY }), {
    list: ["pages"],
  }),
  pages(
    "the same page under ever new names",
    (list, { count }) => list.page(FEW.map(list.item), { next: count + 1, total: MANY }),
    { list: ["pages"] },
  ),
  pages(
    "the same works in ever new orders",
    (list, { count }) =>
      list.page(
        FEW.map((i) => list.item((i * 7 + count) % 5)),
        { next: count + 1, total: MANY },
      ),
    { list: ["pages"] },
  ),
  pages(
    "some of a few works for ever",
    (list, { count }) =>
      list.page([list.item(count % 7), list.item((count * 3) % 7)], { next: count + 1, total: MANY }),
    { list: ["pages"] },
  ),
  pages(
    "pages in a circle",
    (list, { count }) => list.page([list.item(count % 6)], { next: 1 + ((count + 1) % 6), total: MANY }),
    { list: ["pages"] },
  ),
  pages(
    "ever new works at the same place",
    (list, { count }) => list.page([list.item(count)], { next: 1, total: MANY }),
    { list: ["cursor"] },
  ),
  pages(
    "empty pages that lead to more",
    (list, { count }) => list.page([], { next: count + 1, total: MANY }),
    { list: ["next"] },
  ),
  pages("an empty page that says that there are works", (list) => list.page([], { total: 5000 }), {
    list: ["total"],
  }),
  pages("a place of a megabyte", (list) => list.page([list.item(0)], { next: Number.NaN }), {
    list: ["cursor"],
  }),
];

/** Numbers of works or pages that are not numbers; a list where there is a number is nonsense as well. */
const NUMBERS: readonly Json[] = [-1, 1e300, 0.5, "many", "", [], {}, { toString: 1 }, true];

const LIES: readonly Misbehaviour[] = [
  ...NUMBERS.map((total) =>
    pages(
      `that there are ${JSON.stringify(total)} of something`,
      (list) => list.page(FEW.map(list.item), { total }),
      { list: ["total"] },
    ),
  ),
  pages(
    "a number of works that shrinks",
    (list, { count }) =>
      list.page(
        [list.item(count)],
        count < 4 ? { next: count + 1, total: Math.max(1, 40 - count * 20) } : { total: 1 },
      ),
    { list: ["total", "pages"], ends: [...WRONG, "done"] },
  ),
];

const NINE = [...Array(9).keys()];

/** What becomes of a work that is spoilt. */
const SPOILT: Readonly<Record<string, (item: Json) => Json>> = {
  "no object": () => null,
  "an empty object": () => ({}),
  nothing: (item) => spoil(item, () => null),
  objects: (item) => spoil(item, () => ({ "": {} })),
  "objects with a toString": (item) => spoil(item, () => ({ toString: 1, valueOf: 1, length: 1e9 })),
  lists: (item) => spoil(item, () => [[], [[]], null]),
  "huge numbers": (item) => spoil(item, () => 1e308),
  "members of __proto__": (item) =>
    spoil(item, () => JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as Json),
  "terminal escapes": (item) => spoil(item, () => "\u001b[2J\u001b]0;owned\u0007\u202e"),
  "lone surrogates": (item) => spoil(item, () => "\ud800 \udfff"),
  "addresses of our own machine": (item) => spoil(item, () => "http://127.0.0.1:1/latest"),
  "dots that lead elsewhere": (item) => spoil(item, () => "../../../../etc/passwd"),
  "a megabyte of text": (item) => spoil(item, () => "x".repeat(50_000)),
};

/** A value whose members are all others. */
function spoil(item: Json, make: () => Json): Json {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return make();
  return Object.fromEntries(Object.keys(item).map((name) => [name, make()]));
}

/** One work of ten is spoilt: it is left out or refused, and the others arrive. */
const WORKS: readonly Misbehaviour[] = [
  ...Object.entries(SPOILT).map(([name, make]) => ({
    ...pages(
      `a work of ${name}`,
      // Some APIs end with an empty page, and some answer about the list first.
      (list, { count }) =>
        list.page(count > 1 ? [] : NINE.map((i) => (i === 4 ? make(list.item(i)) : list.item(i))), {}),
      { ends: ["done"] },
    ),
    written: 8,
  })),
  pages("works that are all no objects", (list) => list.page(["one", 0.5, null, []], {})),
  pages(
    "works that are all gone",
    (list, { count }) =>
      list.page(
        [...Array(20).keys()].map((i) => list.item(1_000_000 + count * 20 + i)),
        { next: count + 1, total: MANY },
      ),
    { list: ["details"] },
  ),
];

export const LISTS: readonly Misbehaviour[] = [...LOOPS, ...LIES, ...WORKS];
