import assert from "node:assert/strict";
import type { JsonObject } from "../../base/ndjson/index.js";
import { SUB_PROVIDERS } from "../sub-providers/index.js";
import { signatureOf } from "./rawpixel.js";
import { at, counted, KEY, page, queryOf, StatusAnswer, type StrictApi } from "./strict-server.test.util.js";

const DAY = { since: "2024-02-28" };

/**
 * A server for every API whose walk counts pages or goes from cursor to cursor, as strict as the real one: it refuses
 * a missing key, an unknown path, a wrong page size or a parameter that is not as it should be.
 */
export const STRICT_APIS: Readonly<Record<string, StrictApi>> = {
  aucklandmuseum: {
    query: { since: "2024-02-28", until: "2024-02-29" },
    items: 4500,
    requests: 4,
    answer: (asked) => {
      at(asked, "/");
      assert.equal(asked.method, "POST");
      assert.equal(asked.headers["content-type"], "application/json");
      const { query, from, size } = JSON.parse(asked.body) as {
        query: JsonObject;
        from: number;
        size: number;
      };
      assert.equal(size, 2000);
      const text = JSON.stringify(query);
      assert.match(text, /"exists":\{"field":"primaryRepresentation"\}/);
      const [, day] =
        /"lastModifiedOn":\{"gte":"([\d-]+)T00:00:00","lt":"[\d-]+T00:00:00"\}/.exec(text) ?? [];
      assert.ok(day);
      const total = day === "2024-02-28" ? 4500 : 0;
      return { hits: { total: { value: total }, hits: page(from, size, total) } };
    },
  },
  brooklynmuseum: {
    items: 40,
    // Two pages and an empty one, and a request for each object that is ours to use.
    requests: 3 + 40,
    answer: (asked) => {
      assert.equal(asked.headers.api_key, KEY);
      const description = '<a href="https://creativecommons.org/licenses/by/3.0/">CC</a>';
      const object = (id: number) => ({ id, rights_type: { description } });
      const [, id] = /^\/(\d+)$/.exec(asked.url.pathname) ?? [];
      if (id !== undefined)
        return { data: { ...object(Number(id)), images: [] }, errorCode: "0", message: "Success." };
      at(asked, "/");
      const { offset } = counted(asked, ["offset"], {
        has_images: "1",
        rights_type_permissive: "1",
        limit: "35",
      });
      return {
        data: page(offset, 35, 40).map((one) => object(Number(one.id))),
        errorCode: "0",
        message: "Success.",
      };
    },
  },
  ccmixter: {
    items: 250,
    requests: 3,
    answer: (asked) => {
      const { offset } = counted(asked, ["offset"], { format: "json", limit: "100" });
      return page(offset, 100, 250);
    },
  },
  clevelandmuseum: {
    items: 2500,
    requests: 3,
    answer: (asked) => {
      const { skip } = counted(asked, ["skip"], { cc: "1", has_image: "1", limit: "1000" });
      return { info: { total: 2500 }, data: page(skip, 1000, 2500) };
    },
  },
  europeana: {
    query: DAY,
    items: 250,
    requests: 3,
    answer: (asked) => {
      at(asked, "/search.json");
      const { cursor = "", ...others } = queryOf(asked);
      assert.deepEqual(others, {
        wskey: KEY,
        profile: "rich",
        reusability: ["open", "restricted"],
        sort: ["europeana_id desc", "timestamp_created desc"],
        rows: "100",
        media: "true",
        start: "1",
        qf: ["TYPE:IMAGE", "provider_aggregation_edm_isShownBy:*"],
        query: "timestamp_update:[2024-02-28T00:00:00Z TO 2024-02-29T00:00:00Z]",
      });
      assert.match(String(cursor), /^(?:\*|c\d+)$/);
      const from = cursor === "*" ? 0 : Number(String(cursor).slice(1));
      const next = from + 100 < 250 ? { nextCursor: `c${from + 100}` } : {};
      return { success: true, items: page(from, 100, 250), ...next };
    },
  },
  freesound: {
    items: 310,
    requests: 3,
    answer: (asked) => {
      at(asked, "/search/text");
      assert.equal(asked.headers.authorization, `Token ${KEY}`);
      const fields = String(asked.url.searchParams.get("fields"));
      assert.ok(
        ["id", "url", "license", "previews", "username"].every((name) => fields.split(",").includes(name)),
      );
      const { page: number } = counted(asked, ["page"], {
        format: "json",
        query: "",
        page_size: "150",
        fields,
        filter: "created:[* TO NOW]",
      });
      return {
        next: number < 3 ? "https://freesound.org/next" : null,
        results: page((number - 1) * 150, 150, 310),
      };
    },
  },
  jamendo: {
    items: 450,
    requests: 4,
    answer: (asked) => {
      const { offset } = counted(asked, ["offset"], {
        client_id: KEY,
        format: "json",
        include: "musicinfo licenses stats lyrics",
        imagesize: "200",
        audioformat: "mp32",
        limit: "200",
      });
      return { headers: { status: "success", code: 0 }, results: page(offset, 200, 450) };
    },
  },
  justtakeitfree: {
    items: 3,
    requests: 3,
    answer: (asked) => {
      const { page: number } = counted(asked, ["page"], { key: KEY });
      return page((number - 1) * 2, 2, 3);
    },
  },
  met: {
    query: DAY,
    // One of the listed objects is gone.
    items: 119,
    requests: 1 + 120,
    answer: (asked) => {
      const [, id] = /^\/(\d+)$/.exec(asked.url.pathname) ?? [];
      if (id === "77") return new StatusAnswer(404, { message: "Not a valid object" });
      if (id !== undefined) return { objectID: Number(id), id: Number(id) };
      at(asked, "/");
      assert.deepEqual(queryOf(asked), { metadataDate: "2024-02-28" });
      return { total: 120, objectIDs: Array.from({ length: 120 }, (_, i) => 120 - i) };
    },
  },
  museumsvictoria: {
    items: 6 * 150,
    requests: 6 * 3,
    answer: (asked) => {
      const { imagelicense, ...others } = queryOf(asked);
      const licenses = ["public domain", "cc by", "cc by-nc", "cc by-nc-sa", "cc by-nc-nd", "cc by-sa"];
      assert.ok(licenses.includes(String(imagelicense)));
      const number = Number(others.page);
      assert.deepEqual(others, { hasimages: "yes", perpage: "100", page: String(number) });
      return page(number * 100, 100, 150).map(({ id }) => ({ id: `${imagelicense} ${id}` }));
    },
  },
  nappy: {
    items: 205,
    requests: 3,
    answer: (asked) => {
      const { page: number } = counted(asked, ["page"], { per_page: "100" });
      return {
        images: page((number - 1) * 100, 100, 205),
        next_page: number < 3 ? "https://api.nappy.co/x" : null,
      };
    },
  },
  nypl: {
    items: 510,
    requests: 2 + 510,
    answer: (asked) => {
      assert.equal(asked.headers.authorization, `Token ${KEY}`);
      if (/^\/item_details\/\d+$/.test(asked.url.pathname)) return { nyplAPI: { response: { mods: {} } } };
      at(asked, "/search/");
      const { page: number } = counted(asked, ["page"], { q: "CC_0", field: "use_rtxt_s", per_page: "500" });
      const result = page((number - 1) * 500, 500, 510).map(({ id }) => ({
        id: Number(id),
        uuid: String(id),
      }));
      return { nyplAPI: { request: { totalPages: "2" }, response: { result } } };
    },
  },
  phylopic: {
    items: 101,
    requests: 1 + 3,
    answer: (asked) => {
      if (asked.url.search === "") return { build: 194, totalPages: 3 };
      const { page: number } = counted(asked, ["page"], { build: "194", embed_items: "true" });
      return { _embedded: { items: page(number * 48, 48, 101) } };
    },
  },
  rawpixel: {
    items: 250,
    requests: 3,
    answer: (asked) => {
      const { s, ...query } = queryOf(asked);
      assert.equal(s, signatureOf(query, KEY));
      const number = Number(query.page);
      assert.deepEqual(query, { tags: "$publicdomain", page: String(number), pagesize: "100" });
      return { total: 250, results: page((number - 1) * 100, 100, 250) };
    },
  },
  sciencemuseum: {
    // The stretch from 1750 to 1775 has 150 works, every other one has none.
    items: 150,
    requests:
      new Date().getUTCFullYear() >= 2025 ? 17 + Math.ceil((new Date().getUTCFullYear() + 1 - 1925) / 5) : 0,
    answer: (asked) => {
      assert.equal(asked.headers.accept, "application/json");
      const names = ["page[number]", "date[from]", "date[to]"] as const;
      const numbers = counted(asked, names, { has_image: "1", image_license: "CC", "page[size]": "100" });
      const number = numbers["page[number]"];
      assert.ok(number <= 50);
      const total = numbers["date[from]"] === 1750 ? 150 : 0;
      return {
        data: page(number * 100, 100, total),
        links: { next: (number + 1) * 100 < total ? "next" : null },
      };
    },
  },
  smithsonian: {
    items: 1500 + 255,
    // The list of units first, once a walk.
    requests: 1 + 257,
    answer: (asked) => {
      if (asked.url.pathname === "/terms/unit_code") {
        assert.deepEqual(queryOf(asked), { api_key: KEY, q: "online_media_type:Images" });
        const rows = SUB_PROVIDERS.filter(({ provider }) => provider === "smithsonian");
        return { status: 200, responseCode: 1, response: { terms: rows.flatMap(({ keys }) => keys) } };
      }
      at(asked, "/search");
      const { q, start, ...others } = queryOf(asked);
      assert.deepEqual(others, { api_key: KEY, rows: "1000" });
      const [, prefix] =
        /^online_media_type:Images AND media_usage:CC0 AND hash:([\da-f]{2})\*$/.exec(String(q)) ?? [];
      assert.ok(prefix);
      const total = prefix === "00" ? 1500 : 1;
      const rows = page(Number(start), 1000, total).map(({ id }) => ({ id: `${prefix}-${id}` }));
      return { status: 200, response: { rows, rowCount: total } };
    },
  },
  smk: {
    items: 4500,
    requests: 3,
    answer: (asked) => {
      const { offset } = counted(asked, ["offset"], {
        keys: "*",
        filters: "[has_image:true],[public_domain:true]",
        rows: "2000",
        lang: "en",
      });
      return { found: 4500, items: page(offset, 2000, 4500) };
    },
  },
  stocksnap: {
    items: 3,
    requests: 3,
    answer: ({ url }) => {
      const [, number] = /^\/(\d+)$/.exec(url.pathname) ?? [];
      assert.ok(number !== undefined && url.search === "");
      return { results: [{ id: Number(number) }], nextPage: Number(number) < 3 ? Number(number) + 1 : false };
    },
  },
  wordpress: {
    items: 250,
    requests: 1 + 3,
    answer: (asked) => {
      const { page: number } = counted(asked, ["page"], { format: "json", per_page: "100", _embed: "true" });
      if (number > 3) return new StatusAnswer(400, { code: "rest_post_invalid_page_number" });
      return new StatusAnswer(200, page((number - 1) * 100, 100, 250), { "x-wp-totalpages": "3" });
    },
  },
};
