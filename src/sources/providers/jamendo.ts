import { escapedAt } from "../../base/html/index.js";
import {
  at,
  givenAt,
  type JsonObject,
  listAt,
  objectAt,
  present,
  textAt,
  textsAt,
} from "../../base/ndjson/index.js";
import {
  type Complaint,
  type Found,
  millisecondsAt,
  orLacking,
  type Provider,
  walkNumbered,
} from "../engine/index.js";

const LIMIT = 200;

/** Jamendo: music by independent artists. */
export const jamendo: Provider = {
  name: "jamendo",
  title: "Jamendo",
  media: ["audio"],
  baseUrl: "https://api.jamendo.com/v3.0/tracks",
  documentation: "https://developer.jamendo.com/v3.0/tracks",
  key: {
    variable: "JAMENDO_API_KEY",
    required: true,
    where: "https://devportal.jamendo.com/",
    steps: "Sign up, add an application, and take its client id.",
    sentAs: { parameter: "client_id" },
  },
  coverage: "full",
  licenses: "CC BY, BY-SA, BY-ND, BY-NC, BY-NC-SA and BY-NC-ND 1.0 to 4.0",
  delay: 1,
  budget: { requests: 35_000, per: "month" },
  checked: "2023",
  differences: [
    "Names and lyrics are escaped as in HTML (`Rock &amp; Roll`); they are read as text.",
    "`downloads` and `playlists` are Jamendo's `rate_downloads_total` and `playlisted`; the catalogue reads members that Jamendo does not send, and always stores 0.",
    "An album's page is named by its id alone (`https://www.jamendo.com/album/119`), which leads to the address with its title; the catalogue asks for that, one request an album.",
  ],
  walk: walkNumbered({
    first: 0,
    step: LIMIT,
    query: (offset) => ({
      format: "json",
      include: "musicinfo licenses stats lyrics",
      imagesize: 200,
      audioformat: "mp32",
      limit: LIMIT,
      offset,
    }),
  }),
  page: { list: ["results"] },
  itemMembers: ["license_ccurl", "musicinfo", "artist_name"],
  hasIds: true,
  complaintOf,
  recordsOf,
};

/** Errors come with status 200: https://developer.jamendo.com/v3.0/response-codes */
const MEANS: ReadonlyMap<string, Complaint["means"]> = new Map([
  ["1", "busy"],
  ["5", "no_permission"],
  ["6", "used_up"],
  ["11", "no_permission"],
]);

function complaintOf(answer: JsonObject): Complaint | undefined {
  const { status, code, error_message } = objectAt(answer, "headers");
  if (status !== "failed") return undefined;
  const words = textAt(error_message) ?? "it does not say which";
  return { means: MEANS.get(textAt(code) ?? "") ?? "refused", words: `${words} (code ${textAt(code)})` };
}

function recordsOf(item: JsonObject): Found {
  const url = textAt(item, "audio");
  const creator = creatorOf(item);
  return [
    orLacking({
      media_type: "audio",
      foreign_identifier: textAt(item, "id"),
      foreign_landing_url: textAt(item, "shareurl"),
      url: url && withoutParameter(url, "from"),
      filetype: "mp32",
      thumbnail: pathBeforeQuery(textAt(item, "image")),
      license_url: textAt(item, "license_ccurl"),
      ...creator,
      title: escapedAt(item, "name"),
      category: "music",
      genres: textsAt(item, "musicinfo", "tags", "genres"),
      duration: millisecondsAt(item, "duration"),
      ...albumOf(item, creator),
      meta_data: metaDataOf(item),
      tags: tagsOf(item),
    }),
  ];
}

function creatorOf(item: JsonObject): { creator: unknown; creator_url: string | null } {
  const [name, id, slug] = ["artist_name", "artist_id", "artist_idstr"].map((member) => textAt(item, member));
  const known = name !== undefined && id !== undefined && slug !== undefined;
  return {
    creator: escapedAt(item, "artist_name"),
    creator_url: known ? `https://www.jamendo.com/artist/${id}/${slug}` : null,
  };
}

function albumOf(item: JsonObject, creator: ReturnType<typeof creatorOf>): Record<string, unknown> {
  const id = textAt(item, "album_id");
  if (id === undefined) return {};
  const cover = textAt(item, "album_image");
  return {
    audio_set_foreign_identifier: id,
    set_position: at(item, "position"),
    audio_set: {
      title: escapedAt(item, "album_name"),
      foreign_landing_url: `https://www.jamendo.com/album/${id}`,
      thumbnail: cover === undefined ? null : pathBeforeQuery(withoutParameter(cover, "trackid")),
      ...creator,
      foreign_identifier: id,
    },
  };
}

function metaDataOf(item: JsonObject): Record<string, unknown> {
  return present({
    lyrics: escapedAt(item, "lyrics"),
    release_date: givenAt(item, "releasedate"),
    downloads: at(item, "stats", "rate_downloads_total"),
    listens: at(item, "stats", "rate_listened_total"),
    playlists: at(item, "stats", "playlisted"),
    audiodownload_allowed: at(item, "audiodownload_allowed"),
  });
}

/** The tags of a track, distinct: who sings, how fast it is, what plays, and what else is said. */
export function tagsOf(item: JsonObject): string[] {
  const info = objectAt(item, "musicinfo");
  const tags = [
    ...textsAt(info, "vocalinstrumental"),
    ...textsAt(info, "gender"),
    ...textsAt(info, "speed").map((speed) => `speed_${speed}`),
    ...textsAt(listAt(info, "tags", "instruments")),
    ...textsAt(listAt(info, "tags", "vartags")),
  ];
  return [...new Set(tags.filter((tag) => tag !== "undefined"))];
}

/** An address without a query parameter, the rest as it is written. */
export function withoutParameter(url: string, name: string): string {
  const [address = "", query] = url.split("?", 2);
  if (query === undefined) return url;
  const rest = query.split("&").filter((pair) => pair.split("=", 1)[0] !== name);
  return rest.length > 0 ? `${address}?${rest.join("&")}` : address;
}

/** An address whose path ends in a slash before the query: without, their server redirects. */
export function pathBeforeQuery(url: string | undefined): string | null {
  return url === undefined ? null : url.replace(/\/?\?/, "/?");
}
