import fc from "fast-check";
import { GRAMMAR } from "./grammar.js";

/** URLs for tests of properties: made of the words of the grammar, ids, and texts of any kind. */

const HOSTS = [
  ...Object.values(GRAMMAR).map(({ host }) => host),
  "flickr.com",
  "secure.flickr.com",
  "example.org",
];
const PATHS = Object.values(GRAMMAR).flatMap(({ rules }) => rules.map(([path]) => path));
const WORDS = [...new Set(PATHS.flatMap((path) => path.split(/[/?&=|]/)))].filter((word) => /^\w/.test(word));
const NAMES = [
  ...new Set(PATHS.flatMap((path) => [...path.matchAll(/[?&](\w+)=/g)].map(([, name]) => name ?? ""))),
];

const IDS = [
  "0",
  "123",
  "32812033543",
  "72157628959784871",
  "47265398@N04",
  "12037949632@n01",
  "page3",
  "page0",
];
const ODD = [
  "%40",
  "%2F",
  "%ff",
  "%",
  "a b",
  "é",
  "東京",
  ".",
  "..",
  "...",
  "%2e",
  "a:b",
  "a+b",
  "12_ab_b.jpg",
  "'",
  '"',
];

/** A piece of a path, or the value of a parameter. */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 4, arbitrary: fc.constantFrom(...IDS) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
);

const query = fc
  .array(fc.tuple(fc.constantFrom(...NAMES, "page"), piece), { maxLength: 3 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join("&"));

/** A URL of a known host with a path of any kind. */
export const anyUrl = fc
  .record({
    scheme: fc.constantFrom("https://", "http://", "", "//", "HTTP://", "http://http://", "feed://"),
    host: fc.constantFrom(...HOSTS),
    path: fc.array(piece, { maxLength: 6 }),
    query: fc.option(query, { freq: 3, nil: undefined }),
    fragment: fc.option(piece, { freq: 8, nil: undefined }),
  })
  .map(
    (url) =>
      `${url.scheme}${url.host}/${url.path.join("/")}` +
      `${url.query === undefined ? "" : `?${url.query}`}${url.fragment === undefined ? "" : `#${url.fragment}`}`,
  );

/** A URL that a rule was made for, with ids and odd texts in its places. */
export const urlOfGrammar = fc
  .constantFrom(...Object.values(GRAMMAR))
  .chain(({ host, rules }) => fc.constantFrom(...rules).map(([path]) => ({ host, path })))
  .chain(({ host, path }) =>
    fc
      .array(fc.oneof(fc.constantFrom(...IDS, ...ODD), fc.string({ maxLength: 5 })), {
        minLength: 8,
        maxLength: 8,
      })
      .map((values) => {
        const filled = path
          .replace(/[\w-]+(?:\|[\w-]+)+/g, (words) => words.split("|")[values.length % 2] ?? words)
          .replace(/\{\w+\}|\.\.\.$/g, () => values.pop() ?? "")
          .replaceAll("*", "");
        return `https://${host}/${filled}`;
      }),
  );
