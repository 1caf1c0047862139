import { createHmac } from "node:crypto";
import { htmlAt, textOfEscaped, textOfHtml } from "../../base/html/index.js";
import { type JsonObject, numberAt, objectAt, present, textAt, textsAt } from "../../base/ndjson/index.js";
import {
  type Found,
  orLacking,
  type Provider,
  type QueryParameters,
  walkNumbered,
  withKey,
  withQuery,
} from "../engine/index.js";

const PAGE_SIZE = 100;

/** The size that is served of every image: 1300 pixels on the longer side. */
const STYLE = "image_1300";

/** rawpixel: works in the public domain from museums, libraries and the site's own people. */
export const rawpixel: Provider = {
  name: "rawpixel",
  title: "rawpixel",
  media: ["image"],
  baseUrl: "https://www.rawpixel.com/api/v1/search",
  documentation: "https://www.rawpixel.com/public-domain",
  key: {
    variable: "RAWPIXEL_API_KEY",
    required: true,
    where: "https://www.rawpixel.com/contact",
    steps: "Write to them; it is no public API. The key is never sent: it signs each request.",
  },
  coverage: "full",
  licenses: "CC0, Public Domain Mark",
  delay: 1,
  checked: "2023",
  differences: [
    "Images are taken in the style of 2023, `image_1300`, without a thumbnail.",
    "Titles, artists, descriptions and keywords are escaped as in HTML (`1750&ndash;1790`), some of them twice; they are read as text.",
  ],
  walk: walkNumbered({
    query: (page, _part, session) => {
      const query = { tags: "$publicdomain", page, pagesize: PAGE_SIZE };
      // Without a key there is nothing to sign with; `withKey` says so.
      withKey(session, { url: new URL(session.baseUrl) });
      return { ...query, s: signatureOf(query, session.key ?? "") };
    },
    perPage: PAGE_SIZE,
  }),
  page: { list: ["results"], total: ({ total }) => total },
  itemMembers: ["style_uri", "artist_names"],
  hasIds: true,
  recordsOf,
};

/** What shows that a request is by someone who has the key: an HMAC of its path and sorted query. */
export function signatureOf(query: QueryParameters, key: string): string {
  const sorted = Object.fromEntries(Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1)));
  const { search } = withQuery("https://host/", sorted);
  // The question mark stands there without a query, too.
  const message = `/api/v1/search?${search.slice(1)}`;
  return createHmac("sha256", key).update(message).digest("base64url");
}

function recordsOf(item: JsonObject): Found {
  const metadata = objectAt(item, "metadata");
  const keywords = textsAt(metadata, "popular_keywords").map((keyword) => textOfEscaped(keyword) ?? "");
  return [
    orLacking({
      media_type: "image",
      foreign_identifier: textAt(item, "id"),
      foreign_landing_url: textAt(item, "url"),
      url: urlOf(item, STYLE),
      filetype: "jpg",
      ...sizeOf(item),
      license_url: textAt(metadata, "licenseUrl"),
      creator: creatorOf(item),
      title: titleOf(metadata),
      category: categoryOf(keywords),
      meta_data: present({
        description: htmlAt(metadata, "description_text"),
        download_count: numberAt(item, "download_count"),
      }),
      tags: tagsOf(keywords),
    }),
  ];
}

/** The address of an image in a style. */
export function urlOf(item: JsonObject, style: string): string | undefined {
  return textAt(item, "style_uri")?.replace("{}", style);
}

/** The larger of what is shown and what there is. */
export function sizeOf(item: JsonObject): { width: number; height: number } {
  const larger = (name: string) =>
    Math.max(numberAt(item, name) ?? 0, numberAt(item, `display_image_${name}`) ?? 0);
  return { width: larger("width"), height: larger("height") };
}

/** Words that sell the image rather than name it, at the end of a title. */
const MARKETING =
  /(?:^|[.\s])\s*(?:original(?: public domain)?(?: image)?|free (?:public domain|public|cc0)\b.*)$/i;

/** The title up to the bar, without what sells it. */
export function titleOf(metadata: JsonObject): string | null {
  const [title = ""] = (textOfHtml(textsAt(metadata, "title")[0]) ?? "").split("|");
  return (
    title
      .trim()
      .replace(/\.+$/, "")
      .replace(MARKETING, "")
      .trim()
      .replace(/[.,]+$/, "") || null
  );
}

export function creatorOf(item: JsonObject): string | null {
  const names = textsAt(item, "artist_names").map((name) =>
    textOfEscaped(name)?.replace("(Source)", "").trim(),
  );
  return names.filter(Boolean).join("; ") || null;
}

/** Keywords that are about the work. */
export function tagsOf(keywords: readonly string[]): string[] {
  return keywords.filter((keyword) => !/cc0|creative commons|public domain/i.test(keyword));
}

/** Keywords that tell the kind of work, the surest first. */
const CATEGORIES: readonly (readonly [keyword: string, category: string])[] = [
  ["public domain art", "digitized_artwork"],
  ["image", "photograph"],
  ["photo", "photograph"],
  ["clipart", "illustration"],
];

export function categoryOf(keywords: readonly string[]): string | null {
  return CATEGORIES.find(([keyword]) => keywords.includes(keyword))?.[1] ?? null;
}
