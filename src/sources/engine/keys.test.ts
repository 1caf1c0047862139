import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { BadLine, Json, JsonObject } from "../../base/ndjson/index.js";
import { isObject } from "../../base/ndjson/index.js";
import { inAllWays, isReadable, WAYS } from "../../base/secrets/secrets.test.util.js";
import { linesOf, PROJECT } from "../../testing/run.js";
import { findProvider, PROVIDERS } from "../providers/index.js";
import { Collector } from "./collector.js";
import { parseAnswer } from "./item-texts.js";
import { itemsOf } from "./page-shape.js";

/** Answers that quote the key of whoever asked: in every address, in every text, in the items that are rejected. */

const KEY = "0123secretkey4567";
const QUOTED = /0123secretkey4567/i;
/** The same key in all the ways to write it. */
const ALL = inAllWays(KEY);
/** In one after the other: addresses are not endless. */
const ways = Object.values(WAYS);
let asked = 0;
const nextWay = () => ways[asked++ % ways.length]?.(KEY) ?? "";

/** No reader finds the key. */
const refuseKey = (text: string) => assert.equal(isReadable(KEY, text), false, text);

/** A value with the key in every text: as a parameter of an address, as a word of a text. */
function quoting(value: Json, word: (text: string) => string): Json {
  if (typeof value === "string") return word(value);
  if (Array.isArray(value)) return value.map((element) => quoting(element, word));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, quoting(member as Json, word)]),
  );
}

/** Licences and words of tables are what they are in any answer. */
const quoted = (text: string) => {
  if (/creativecommons\.org/.test(text) && !/\s/.test(text)) return text;
  if (/^https?:\/\//.test(text))
    return `${text}${text.includes("?") ? "&" : "?"}k=${encodeURIComponent(nextWay())}`;
  return /\S\s+\S/.test(text) && !/^cc/i.test(text) ? `${text} (asked with ${ALL})` : text;
};

function itemsOfFixture(name: string): JsonObject[] {
  const folder = join(PROJECT, "fixtures", name);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => {
      const provider = findProvider(name);
      const answer = parseAnswer(provider, readFileSync(join(folder, file), "utf8"));
      return Array.isArray(answer)
        ? answer.filter(isObject)
        : (itemsOf(provider, answer) ?? [answer as JsonObject]);
    });
}

/** What a collector writes of items. */
async function collected(
  name: string,
  items: JsonObject[],
  { raw = false, key }: { raw?: boolean; key?: string },
) {
  const lines: string[] = [];
  const rejects: BadLine[] = [];
  const onBadLine = (bad: BadLine) => void rejects.push(bad);
  const output = { write: (line: string) => void lines.push(line) };
  const options = {
    provider: findProvider(name),
    key,
    tools: {},
    output,
    raw,
    onBadLine,
    onLacking: onBadLine,
  };
  const collector = new Collector({ ...options, limit: Number.POSITIVE_INFINITY });
  await collector.take({ file: name, before: 0, items });
  return { lines, rejects, collector };
}

describe("no record, item or reject holds the key", () => {
  for (const { name } of PROVIDERS.filter(({ key }) => key)) {
    const items = itemsOfFixture(name);

    test(`${name}: in answers that quote it everywhere`, async () => {
      const plain = await collected(name, items, {});
      const quotes = items.map((item) => quoting(item, quoted) as JsonObject);
      assert.match(JSON.stringify(quotes), QUOTED);
      const { lines, rejects, collector } = await collected(name, quotes, { key: KEY });
      assert.equal(lines.length, plain.lines.length, "no record is lost");
      refuseKey(lines.join("\n"));
      refuseKey(JSON.stringify(rejects));
      assert.ok([...collector.keysCut.values()].reduce((sum, one) => sum + one, 0) > 0);
      const ids = (of: string[]) =>
        linesOf(of.join("\n")).map(({ foreign_identifier }) => foreign_identifier);
      assert.deepEqual(ids(lines), ids(plain.lines));
    });

    test(`${name}: in raw items`, async () => {
      const quotes = items.map((item) => quoting(item, quoted) as JsonObject);
      const { lines, collector } = await collected(name, quotes, { raw: true, key: KEY });
      assert.equal(lines.length, items.length);
      refuseKey(lines.join("\n"));
      assert.ok((collector.keysCut.get("item") ?? 0) > 0);
      for (const line of lines) JSON.parse(line);
    });

    test(`${name}: a record is refused whose identifier or path it stands in`, async () => {
      const spoilt = items.map((item) =>
        quoting(item, (text) => text.replace(/(?<=.)([^/?#]*)$/, `$1/${KEY}/z`)),
      );
      const { lines, rejects } = await collected(name, spoilt as JsonObject[], { key: KEY });
      refuseKey(lines.join("\n"));
      refuseKey(JSON.stringify(rejects));
    });
  }

  test("the reject says which column held it", async () => {
    const [photo] = itemsOfFixture("flickr") as [JsonObject];
    const spoilt = { ...photo, url_l: `https://live.staticflickr.com/${KEY}/1_b.jpg` };
    const { lines, rejects } = await collected("flickr", [spoilt], { key: KEY });
    assert.deepEqual(lines, []);
    assert.equal(rejects[0]?.error, "url holds the API key");
    assert.equal(rejects[0]?.code, "bad_url");
    assert.match(rejects[0]?.input ?? "", /"https:\/\/live\.staticflickr\.com\/…\/1_b\.jpg"/);
  });
});

describe("somebody else's key in saved answers", () => {
  const work = (change: JsonObject): JsonObject => ({
    id: "/1/x",
    title: ["Work"],
    edmIsShownBy: ["https://img.example.org/1.jpg"],
    rights: ["http://creativecommons.org/licenses/by/4.0/"],
    guid: `https://www.europeana.eu/item/1/x?utm_source=api&utm_medium=api&utm_campaign=${KEY}`,
    link: `https://api.europeana.eu/record/v2/1/x.json?wskey=${KEY}`,
    ...change,
  });
  for (const [what, change, landing] of [
    ["guid", {}, "https://www.europeana.eu/item/1/x"],
    [
      "a redirect",
      {
        edmIsShownAt: `http://www.europeana.eu/api/${KEY}/redirect?shownAt=https%3A%2F%2Flibrary.example.org%2F1%3Fa%3D2&bt=europeanaapi`,
      },
      "https://library.example.org/1?a=2",
    ],
    [
      "a parameter for keys",
      { edmIsShownAt: `https://library.example.org/?id=1&WSKEY=${KEY}#top` },
      "https://library.example.org/?id=1#top",
    ],
    [
      "an address inside an address",
      { edmIsShownAt: `https://library.example.org/?id=1&next=https%3A%2F%2Fa.org%2F%3Fapi_key%3D${KEY}` },
      "https://library.example.org/?id=1",
    ],
  ] as const) {
    test(what, async () => {
      const { lines } = await collected("europeana", [work(change)], {});
      assert.equal(JSON.parse(lines[0] as string).foreign_landing_url, landing);
      assert.doesNotMatch(lines.join(), QUOTED);
      const raw = await collected("europeana", [work(change)], { raw: true });
      assert.doesNotMatch(raw.lines.join(), QUOTED);
    });
  }

  test("parameters of the same name as a file needs stay", async () => {
    const url = "https://files.example.org/o/1.jpg?alt=media&token=abc&key=2&s=640";
    const { lines, collector } = await collected(
      "europeana",
      [work({ edmIsShownBy: url, guid: "https://a.org/1" })],
      {},
    );
    assert.equal(JSON.parse(lines[0] as string).url, url);
    assert.equal(collector.keysCut.size, 0);
  });
});
