import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Parser } from "htmlparser2";
import { marked, type Token } from "marked";
import { parse } from "yaml";
import { barChart } from "./pages/chart.js";
import { citationFile } from "./pages/citation-file.js";
import { contentsOf } from "./pages/contents.js";
import { croissant } from "./pages/croissant.js";
import { dataPackage } from "./pages/data-package.js";
import { datasetCard } from "./pages/dataset-card.js";
import { licensePage } from "./pages/license-page.js";
import { escapeText } from "./pages/markdown.js";
import { sampleManifest, sampleOptions, totalsOf } from "./sample.test.util.js";

/**
 * Texts of sources and of the command line in the pages of a release, read by the programs that show them: whatever the text,
 * the page has the same headings, tables, links, keys and elements as with a plain one.
 */

const PIECES = [
  ...[
    "\n",
    "\r\n",
    "\n\n# h\n",
    "---\n",
    "===\n",
    "```\n",
    "~~~\n",
    "    ",
    "> ",
    "- ",
    "1. ",
    "|",
    " | ",
    "\\",
    "`",
  ],
  ...[
    "[x](javascript:alert(1))",
    "![x](http://a.example/b.png)",
    "[a]: b",
    "<http://a.example>",
    "http://a.example",
  ],
  ...[
    "www.a.example",
    "me@a.example",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<b>",
    "&lt;",
    "&#10;",
    "$x$",
    "**",
    "__",
  ],
  ...[
    "~~",
    '"',
    "'",
    ": ",
    "#",
    " #",
    "{",
    "}",
    "%",
    "@",
    "!",
    "*",
    "&a",
    "!!js/function",
    "\u0000",
    "\u001b]8;;x\u0007",
  ],
  ...["\u0085", "\u2028", "\u202e", "\u200b", "\ufeff", "\ud800", "\u{e0041}", "a", "é", "東", "a b"],
];
const HOSTILE = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: "binary", maxLength: 3 })), { maxLength: 8 })
  // A text without anything to see is refused.
  .map((pieces) => `x${pieces.join("")}x`);

interface Texts {
  readonly title: string;
  readonly contact: string;
  readonly creator: string;
  readonly provider: string;
  readonly source: string;
  readonly list: string;
  readonly homepage: string;
  /** Of a shard of somebody else. */
  readonly column: string;
}
const PLAIN: Texts = {
  ...{ title: "title", contact: "contact", creator: "creator", provider: "provider", source: "source" },
  ...{ list: "list", homepage: "https://example.org/plain", column: "column" },
};
const TEXTS: fc.Arbitrary<Texts> = fc.record({
  ...{
    title: HOSTILE,
    contact: HOSTILE,
    creator: HOSTILE,
    provider: HOSTILE,
    source: HOSTILE,
    list: HOSTILE,
  },
  column: HOSTILE,
  // As the command line takes it.
  homepage: fc.webUrl({ withQueryParameters: true, withFragments: true }).map((url) => new URL(url).href),
});

function contentsWith({ title, contact, creator, provider, source, list, homepage, column }: Texts) {
  const field = { name: column, type: "string", nullable: true } as const;
  const schemas = { image: [field, { ...field, type: "struct", list: true, fields: [field] } as const] };
  const totals = totalsOf({ by_provider: { [provider]: 1200, "a b": 34 }, by_source: { [source]: 1234 } });
  return contentsOf(
    { ...sampleManifest(), totals },
    sampleOptions({
      title,
      contact,
      creators: [creator],
      homepage,
      schemas,
      optOuts: { list, rules: 2 },
    }),
  );
}

/** What a page is made of, but for its words. */
function structureOf(tokens: readonly Token[]): unknown[] {
  return tokens.flatMap((token) => {
    if (["text", "escape"].includes(token.type) && !("tokens" in token && token.tokens)) return [];
    const { type, depth, href, lang } = token as Token & { depth?: number; href?: string; lang?: string };
    const parts: unknown[] = [];
    if ("tokens" in token && token.tokens) parts.push(...structureOf(token.tokens));
    if (token.type === "list") parts.push(...structureOf(token.items));
    if (token.type === "table") {
      for (const row of [token.header, ...token.rows])
        parts.push(row.map((cell: { tokens: Token[] }) => structureOf(cell.tokens)));
    }
    return [{ type, depth, href, lang, parts }];
  });
}

/** The front matter of a card, and the page below it. */
function partsOf(card: string): { front: Record<string, unknown>; structure: unknown[] } {
  const [, front = "", page = ""] = /^---\n(.*?)\n---\n(.*)$/s.exec(card) ?? [];
  return { front: parse(front), structure: structureOf(marked.lexer(page, { gfm: true })) };
}

const plain = contentsWith(PLAIN);
const SEEN = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

test("notes that leave a fence, a comment or an element open hide nothing of the card", () => {
  const { structure } = partsOf(datasetCard(plain));
  for (const notes of ["```js\nopen", "~~~", "Text <!-- open", "<!--", "<script>", "<pre>\nx", "<details>"]) {
    const noted = partsOf(datasetCard({ ...plain, notes })).structure;
    assert.deepEqual(noted.slice(0, structure.length), structure, notes);
    assert.ok(noted.length > structure.length, notes);
  }
});

test("a text cannot break the dataset card, its front matter or the page of licences", () => {
  const expected = partsOf(datasetCard(plain));
  assert.ok(expected.structure.length > 30, "the parser sees the page");
  const licences = structureOf(marked.lexer(licensePage(plain)));
  fc.assert(
    fc.property(TEXTS, (texts) => {
      const contents = contentsWith(texts);
      const card = datasetCard(contents);
      const { front, structure } = partsOf(card);
      assert.deepEqual(structure, expected.structure);
      const text = JSON.stringify({ ...expected.front, pretty_name: contents.title });
      const column = JSON.stringify(texts.column.toWellFormed());
      assert.deepEqual(front, JSON.parse(text.replaceAll('"name":"column"', () => `"name":${column}`)));
      assert.doesNotMatch(card.replaceAll("\n", ""), SEEN);
      assert.deepEqual(structureOf(marked.lexer(licensePage(contents))), licences);
    }),
    { numRuns: 60 },
  );
});

test("a text cannot break what programs read", () => {
  const keysOf = (document: object) => Object.keys(document).sort();
  const [citation, metadata, parcel] = [
    parse(citationFile(plain)),
    JSON.parse(croissant(plain, [])),
    JSON.parse(dataPackage(plain, [])),
  ];
  fc.assert(
    fc.property(TEXTS, (texts) => {
      const contents = contentsWith(texts);
      const cff = parse(citationFile(contents));
      assert.deepEqual([cff.title, cff.url, keysOf(cff)], [contents.title, texts.homepage, keysOf(citation)]);
      for (const [text, like] of [
        [croissant(contents, []), metadata],
        [dataPackage(contents, []), parcel],
      ] as const) {
        assert.deepEqual(keysOf(JSON.parse(text)), keysOf(like));
        // It stands in a script of a page of HTML, and is looked at in terminals.
        assert.doesNotMatch(text.replaceAll("\n", ""), /</);
        assert.doesNotMatch(text.replaceAll("\n", ""), SEEN);
      }
      assert.equal(JSON.parse(croissant(contents, [])).name, contents.title);
    }),
    { numRuns: 60 },
  );
});

test("a text cannot break a description in HTML", () => {
  fc.assert(
    fc.property(HOSTILE, (text) => {
      const [elements, words]: [string[], string[]] = [[], []];
      const parser = new Parser({
        onopentag: (name) => elements.push(name),
        ontext: (part) => words.push(part),
      });
      parser.end(`<p>${escapeText(text)}</p>`);
      assert.deepEqual(elements, ["p"]);
      assert.equal([...words.join("")].length, [...text.toWellFormed()].length);
    }),
  );
});

test("a text cannot break a chart", () => {
  const elementsOf = (svg: string) => {
    const found: string[] = [];
    const parser = new Parser(
      { onopentag: (name, attributes) => found.push(`${name} ${Object.keys(attributes)}`) },
      { xmlMode: true },
    );
    parser.end(svg);
    return found;
  };
  const expected = elementsOf(barChart("title", [{ name: "name", rows: 1 }]));
  fc.assert(
    fc.property(HOSTILE, HOSTILE, (title, name) => {
      assert.deepEqual(elementsOf(barChart(title, [{ name, rows: 1 }])), expected);
    }),
  );
});
