import { at, givenAt, type JsonObject, present, textAt, textsAt } from "../../base/ndjson/index.js";
import {
  dropTrailingSlash,
  type Found,
  type ItemTools,
  membersOf,
  type Provider,
  walkNumbered,
} from "../engine/index.js";

const CC0 = "https://creativecommons.org/publicdomain/zero/1.0/";
const SITE = "https://stocksnap.io";

/** StockSnap: free photographs, all of them CC0. The API is what the site's own pages load. */
export const stocksnap: Provider = {
  name: "stocksnap",
  title: "StockSnap",
  media: ["image"],
  baseUrl: "https://stocksnap.io/api/load-photos/date/desc",
  documentation: "https://stocksnap.io/faq",
  coverage: "full",
  licenses: "CC0",
  delay: 1,
  checked: "2023",
  walk: walkNumbered({
    request: (page, _part, { baseUrl }) => ({ url: new URL(`${dropTrailingSlash(baseUrl)}/${page}`) }),
    hasNext: ({ answer }) => Boolean(at(answer, "nextPage")),
  }),
  page: { list: ["results"] },
  itemMembers: ["img_id", "favorites_raw"],
  recordsOf,
};

async function recordsOf(item: JsonObject, { fileSize }: ItemTools): Promise<Found> {
  const id = textAt(item, "img_id");
  if (id === undefined) return { skipped: "no media file" };
  // The site makes titles and addresses of the first two keywords.
  const words = Array.isArray(item.keywords) ? textsAt(item.keywords.slice(0, 2)) : [];
  if (words.length === 0) return { skipped: "no title" };
  const url = `https://cdn.stocksnap.io/img-thumbs/960w/${id}.jpg`;
  const filesize = await fileSize?.(url);
  return [
    {
      media_type: "image",
      provider: "stocksnap",
      foreign_identifier: id,
      foreign_landing_url: `${SITE}/photo/${words.join("-")}-${id}`,
      url,
      filetype: "jpg",
      filesize,
      license_url: CC0,
      ...creatorOf(item),
      title: titleCase(words.join(" ")),
      width: at(item, "img_width"),
      height: at(item, "img_height"),
      meta_data: present(membersOf(item, ["downloads_raw", "page_views_raw", "favorites_raw"])),
      tags: at(item, "keywords"),
    },
  ];
}

/** Authors without a website of their own have the site's there; then their page on the site is meant. */
export function creatorOf(item: JsonObject): { creator: unknown; creator_url: string | null } {
  const creator = textAt(item, "author_name");
  if (creator === undefined) return { creator: givenAt(item, "author_name") ?? null, creator_url: null };
  const website = textAt(item, "author_website")?.trim() ?? "";
  const none = ["", SITE, `${SITE}/author/undefined`].includes(dropTrailingSlash(website));
  return { creator, creator_url: (none ? textAt(item, "author_profile") : website) ?? null };
}

/** Every word with a capital letter, as in `Grassy Landscape`. */
function titleCase(text: string): string {
  return text.toLowerCase().replace(/(?<![\p{L}'’])\p{L}/gu, (letter) => letter.toUpperCase());
}
