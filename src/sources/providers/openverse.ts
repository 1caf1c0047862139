import { at, type JsonObject, numberAt, objectsAt, present, textAt } from "../../base/ndjson/index.js";
import {
  dropTrailingSlash,
  hasPage,
  membersOf,
  type Provider,
  type RawRecord,
  walkNumbered,
  withQuery,
} from "../engine/index.js";

/** The API's limits: the pages of a search, and the results of a page without and with a token. */
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
    steps:
      "Register an application (`POST /v1/auth_tokens/register/` with a name, a description and an e-mail address), " +
      "confirm the mail, and ask `POST /v1/auth_tokens/token/` for a token with the id and secret that came back. " +
      "A token lasts twelve hours.",
    sentAs: { header: "authorization", scheme: "Bearer" },
  },
  coverage: "full",
  licenses: "every Creative Commons licence, CC0, Public Domain Mark",
  // 20 requests a minute without a token, 100 with one.
  delay: { anonymous: 3, keyed: 0.6 },
  budget: { requests: 200, keyed: 10_000, per: "day" },
  checked: "2025",
  walk: walkNumbered({
    parts: () => ENDPOINTS,
    request: (page, endpoint, { baseUrl, key }) => ({
      url: withQuery(`${dropTrailingSlash(baseUrl)}/${endpoint}/`, {
        page,
        page_size: key ? PAGE_SIZE.registered : PAGE_SIZE.anonymous,
      }),
    }),
    hasNext: ({ answer, following }) =>
      following > MOST_PAGES ? false : hasPage(openverse, following, at(answer, "page_count")),
  }),
  page: { list: ["results"] },
  itemMembers: ["indexed_on", "detail_url", "related_url"],
  hasIds: true,
  recordsOf,
};

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
      ...membersOf(item, same),
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
