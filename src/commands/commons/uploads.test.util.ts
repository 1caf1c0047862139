import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Asked, type Respond, sendJson, serve } from "../../base/http/local-server.test.util.js";
import type { Json, JsonObject } from "../../base/ndjson/index.js";
import { PROJECT } from "../../testing/run.js";

/** For tests of nights: Wikimedia Commons as `ov-fetch wikimedia` asks it, as strict as it is. */

const { query } = JSON.parse(readFileSync(join(PROJECT, "fixtures/wikimedia/page-1.json"), "utf8"));
const [PAGE] = Object.values(query.pages) as [
  { readonly imageinfo: readonly [JsonObject & { readonly extmetadata: JsonObject }] },
];

/** Names of titles by the numbers of files. */
export type Titles = Record<number, string>;

/** A file with a title, as the API describes it. */
function pageOf(id: number, title: string): Json {
  const [info] = PAGE.imageinfo;
  const extmetadata = { ...info.extmetadata, ObjectName: { value: title } } as JsonObject;
  const imageinfo = [
    {
      ...info,
      url: `https://upload.wikimedia.org/wikipedia/commons/5/51/File_${id}.jpg`,
      descriptionurl: `https://commons.wikimedia.org/wiki/File:File_${id}.jpg`,
      descriptionshorturl: `https://commons.wikimedia.org/w/index.php?curid=${id}`,
      extmetadata,
    },
  ];
  return { ...PAGE, pageid: id, title: `File:File ${id}.jpg`, imageinfo } as unknown as Json;
}

/** The day that a request asks for; one that the API would not understand is refused. */
export function dayAsked({ url: { searchParams } }: Asked): string {
  const { gaistart, gaiend, ...others } = Object.fromEntries(searchParams);
  const start = Number(gaistart);
  assert.equal(start % 86_400, 0);
  assert.equal(Number(gaiend), start + 86_400);
  assert.deepEqual(others, {
    action: "query",
    generator: "allimages",
    gaisort: "timestamp",
    gaidir: "newer",
    gailimit: "250",
    gulimit: "250",
    gunamespace: "0",
    format: "json",
    prop: "imageinfo|globalusage",
    iiprop: "url|user|dimensions|extmetadata|mediatype|size|metadata",
  });
  return new Date(1000 * start).toISOString().slice(0, 10);
}

/** Starts it; `titlesOf` says what files a day has, and `before` may do something else with a request. */
export async function commonsUploads(t: TestContext, titlesOf: (day: string) => Titles, before?: Respond) {
  const { url, asked } = await serve(t, (one, response, count) => {
    let day: string;
    try {
      day = dayAsked(one);
    } catch (error) {
      return sendJson(response, { error: { code: "badvalue", info: String(error) } }, 400);
    }
    before?.(one, response, count);
    if (response.headersSent) return;
    const pages = Object.entries(titlesOf(day)).map(
      ([id, title]) => [id, pageOf(Number(id), title)] as const,
    );
    sendJson(response, { batchcomplete: "", query: { pages: Object.fromEntries(pages) } });
  });
  return { url, asked };
}
