import type { JsonObject } from "../ndjson/index.js";
import { at, numberAt, objectsAt, present, textAt } from "../ndjson/index.js";
import { dropTrailingSlash, withQuery } from "./pages.js";
import type { Page, Provider, RawRecord, Session } from "./provider.js";

/** The API's terms: so many pages of a search, and so many results a page without and with a token. */
const MOST_PAGES = 20;
const PAGE_SIZE = { anonymous: 20, registered: 500 };

const ENDPOINTS = ["images", "audio"] as const;

/** Members of both kinds of results that are columns of the record as they are. */
const SAME = [
  ...["foreign_landing_url", "url", "thumbnail", "filesize", "filetype", "license", "license_version"],
  ...["license_url", "creator", "creator_url", "title", "category", "provider", "source"],
];
const SAME_IN_IMAGES = ["width", "height"];
const SAME_IN_AUDIO = ["duration", "bit_rate", "sample_rate", "genres", "audio_set", "alt_files"];

/** Openverse's own API: what its search shows of everything that its catalogue holds. */
export const openverse: Provider = {
  name: "openverse",
  title: "Openverse",
  media: ["image", "audio"],
  baseUrl: "https://api.openverse.org/v1",
  documentation: "https://api.openverse.org/",
  key: {
    variable: "OPENVERSE_TOKEN",
    required: false,
    where: "https://api.openverse.org/v1/#tag/auth",
  },
  coverage: "full",
  licenses: "every Creative Commons licence, CC0, Public Domain Mark",
  // Without a token: 20 requests a minute.
  delay: 3,
  walk,
  itemsOf: (answer) => (Array.isArray(answer.results) ? objectsAt(answer, "results") : undefined),
  recordsOf,
};

/** Walks images, then audio. `next` is `{endpoint, page}`. */
async function* walk({ client, baseUrl, key, from }: Session): AsyncGenerator<Page> {
  const size = key ? PAGE_SIZE.registered : PAGE_SIZE.anonymous;
  const headers = key ? { authorization: `Bearer ${key}` } : {};
  const first = Math.max(0, ENDPOINTS.indexOf(textAt(from, "endpoint") as "images"));
  let page = numberAt(from, "page") ?? 1;
  for (const endpoint of ENDPOINTS.slice(first)) {
    for (let more = true; more; ) {
      const url = withQuery(`${dropTrailingSlash(baseUrl)}/${endpoint}/`, { page, page_size: size });
      const answer = await client.json({ url, headers });
      const items = objectsAt(answer, "results");
      page++;
      const pages = numberAt(answer, "page_count") ?? Number.POSITIVE_INFINITY;
      more = items.length > 0 && page <= Math.min(pages, MOST_PAGES);
      if (more) yield { items, next: { endpoint, page } };
      else if (endpoint === "images") yield { items, next: { endpoint: "audio", page: 1 } };
      else yield { items };
    }
    page = 1;
  }
}

/**
 * The API does not show the foreign identifier that its catalogue holds, so Openverse's own id takes its place:
 * it is as lasting, but the same work fetched from its provider has another identifier.
 */
function recordsOf(item: JsonObject): RawRecord[] {
  const media = isAudio(item) ? "audio" : "image";
  const same = [...SAME, ...(media === "audio" ? SAME_IN_AUDIO : SAME_IN_IMAGES)];
  const id = textAt(item, "id");
  return [
    {
      ...Object.fromEntries(same.map((member) => [member, at(item, member)])),
      media_type: media,
      foreign_identifier: id,
      meta_data: present({ openverse_id: id, indexed_on: textAt(item, "indexed_on") }),
      tags: objectsAt(item, "tags").map((tag) => tagOf(tag, textAt(item, "provider"))),
    },
  ];
}

/** Results do not say what they are; only their own address does, and the members that only sounds have. */
function isAudio(item: JsonObject): boolean {
  const address = textAt(item, "detail_url");
  if (address !== undefined) return address.includes("/audio/");
  return SAME_IN_AUDIO.some((member) => item[member] !== undefined && item[member] !== null);
}

/** A tag with an accuracy comes from a machine that Openverse had look at the work; the API does not say which. */
function tagOf(tag: JsonObject, provider: string | undefined): Record<string, unknown> {
  const accuracy = numberAt(tag, "accuracy");
  return {
    name: at(tag, "name"),
    ...(accuracy === undefined ? { provider } : { provider: "openverse", accuracy }),
  };
}
