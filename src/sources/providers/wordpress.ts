import { escapedAt, htmlAt, textOfEscaped } from "../../base/html/index.js";
import type { Json, JsonObject } from "../../base/ndjson/index.js";
import { at, givenAt, isObject, numberAt, objectAt, present, textAt } from "../../base/ndjson/index.js";
import {
  ask,
  countOf,
  type Found,
  type ItemTools,
  type Page,
  Progress,
  type Provider,
  pageOf,
  pageOrSkip,
  type Session,
  withQuery,
} from "../engine/index.js";

const PER_PAGE = 100;
const CC0 = "https://creativecommons.org/publicdomain/zero/1.0/";

/** Sizes from the most to the least useful: originals have many megabytes. */
const SIZES = ["2048x2048", "1536x1536", "medium_large", "large", "full"];

/** What the camera wrote, under the names of both sides. */
const CAMERA = ["aperture", "camera", "created_timestamp", "focal_length", "iso", "shutter_speed"];

/** The WordPress Photo Directory. */
export const wordpress: Provider = {
  name: "wordpress",
  title: "WordPress Photo Directory",
  media: ["image"],
  baseUrl: "https://wordpress.org/photos/wp-json/wp/v2/photos",
  documentation: "https://developer.wordpress.org/rest-api/",
  coverage: "full",
  licenses: "CC0",
  delay: 1,
  checked: "2023",
  differences: [
    "Names of people and terms are escaped in WordPress (`Black &amp; white`); they are read as text.",
  ],
  walk,
  page: { list: [] },
  itemMembers: ["slug", "_embedded"],
  recordsOf,
};

/** Walks as many pages as a header says. `next` is `{page}`. */
async function* walk(session: Session): AsyncGenerator<Page> {
  const url = (page: number) =>
    withQuery(session.baseUrl, { format: "json", page, per_page: PER_PAGE, _embed: "true" });
  const headers = await session.client.head({ url: url(1) });
  const total = countOf(wordpress, "pages", at(headers, "x-wp-totalpages"));
  // The first page is read even where the header says that there are no pages.
  const pages = Math.max(1, total ?? Number.POSITIVE_INFINITY);
  const progress = new Progress(session);
  for (let page = numberAt(session.from, "page") ?? 1; page <= pages; page++) {
    const found = await pageOrSkip(session, () => ask(session, { url: url(page) }));
    if (!found) continue;
    const { items } = found;
    const more = page < pages && (total !== undefined || items.length > 0);
    const seen = progress.look({ items, isPromised: (total ?? 0) > 0, isLast: !more });
    yield pageOf(items, seen, more ? { page: page + 1 } : undefined);
    if (!more) break;
  }
  progress.end();
}

async function recordsOf(item: JsonObject, { fileSize }: ItemTools): Promise<Found> {
  const landing = textAt(item, "link");
  if (landing === undefined) return { skipped: "no landing page" };
  const details = objectAt(item, "_embedded", "wp:featuredmedia", 0, "media_details");
  const file = fileOf(details);
  if (!file) return { skipped: "no media file" };
  const { metaData, tags } = termsOf(item);
  return [
    {
      media_type: "image",
      foreign_identifier: textAt(item, "slug"),
      foreign_landing_url: landing,
      ...file,
      filesize: file.filesize ?? (await fileSize?.(file.url)),
      license_url: CC0,
      ...creatorOf(item),
      title: titleOf(item),
      meta_data: { ...cameraOf(details), ...metaData },
      tags,
    },
  ];
}

export function titleOf(item: JsonObject): unknown {
  return htmlAt(item, "content", "rendered");
}

/** The largest size up to 2048 pixels that there is, else what there is. */
export function fileOf(details: JsonObject) {
  const size = SIZES.find((name) => textAt(details, "sizes", name, "source_url") !== undefined);
  if (size === undefined) return undefined;
  const file = objectAt(details, "sizes", size);
  return {
    url: textAt(file, "source_url") as string,
    width: at(file, "width"),
    height: at(file, "height"),
    filesize: numberAt(file, "filesize"),
  };
}

/** The author's name, or the short one of their page; their own site, or that page. */
export function creatorOf(item: JsonObject): { creator: unknown; creator_url: unknown } {
  const author = at(item, "_embedded", "author", 0) as Json;
  const creator = escapedAt(author, "name") ?? givenAt(author, "slug") ?? null;
  return { creator, creator_url: givenAt(author, "url") ?? givenAt(author, "link") ?? null };
}

export function cameraOf(details: JsonObject): Record<string, unknown> {
  return present(Object.fromEntries(CAMERA.map((name) => [name, givenAt(details, "image_meta", name)])));
}

/**
 * Terms by their taxonomies: categories, colours and the orientation are meta_data, tags are tags. WordPress keeps the
 * names of terms and people escaped: `Black &amp; white`.
 */
export function termsOf(item: JsonObject): { metaData: Record<string, unknown>; tags: string[] } {
  const lists = at(item, "_embedded", "wp:term");
  const terms = (Array.isArray(lists) ? lists.flat() : []).filter(isObject);
  const named = (taxonomy: string) =>
    terms
      .filter((term) => term.taxonomy === taxonomy)
      .map((term) => textOfEscaped(textAt(term, "name")))
      .filter((name) => name !== null);
  const [categories, colors] = [named("photo_category"), named("photo_color")];
  return {
    metaData: present({
      categories: categories.length > 0 ? categories : null,
      colors: colors.length > 0 ? colors : null,
      orientation: named("photo_orientation")[0],
    }),
    tags: named("photo_tag"),
  };
}
