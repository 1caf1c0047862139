import type { JsonObject } from "../../base/ndjson/index.js";
import { givenAt, numberAt, objectsAt, present, textAt, textsAt } from "../../base/ndjson/index.js";
import {
  askList,
  askOne,
  dropTrailingSlash,
  excerpt,
  type Found,
  listOf,
  noPage,
  orGone,
  type Page,
  Progress,
  type Provider,
  pageOrSkip,
  type Session,
  windowOf,
  withQuery,
} from "../engine/index.js";

/** How many objects make a page of ours; each is a request of its own. */
const PAGE = 50;

/** Members that become tags, in this order; then come the terms of `tags`. */
const TAG_MEMBERS = [
  ...["department", "medium", "culture", "objectName", "artistDisplayName", "classification", "objectDate"],
  ...["creditLine", "period"],
];

/** The Metropolitan Museum of Art: works in the public domain, by the day their record last changed. */
export const met: Provider = {
  name: "met",
  title: "The Metropolitan Museum of Art",
  media: ["image"],
  baseUrl: "https://collectionapi.metmuseum.org/public/collection/v1/objects",
  documentation: "https://metmuseum.github.io/",
  coverage: "dated",
  licenses: "CC0",
  // 80 requests a second are allowed; the catalogue found that one is better.
  delay: 1,
  checked: "2023",
  differences: [
    "An image is named by its object and its file, up to the first dot, as in the catalogue. Of several that come out the same (`1972.173 RECTO.jpg`, `1972.173 VERSO.jpg`) only the first one is; the others are named by their whole name without the ending (`900-1972.173 VERSO`).",
    "The API gives everything that changed since the first day, so `--until` does not narrow a run: a day's works may come with those of later days.",
  ],
  walk,
  page: { list: ["objectIDs"], total: ({ total }) => total },
  itemMembers: ["objectID", "isPublicDomain"],
  recordsOf,
};

/** Walks the list of ids in their order. `next` is `{after}`: the last id that is done. */
async function* walk(session: Session): AsyncGenerator<Page> {
  const { since, limit } = session.query;
  windowOf(session.query);
  const progress = new Progress(session);
  const url = withQuery(session.baseUrl, { metadataDate: since });
  const { list, total = 0 } = await askList(session, { url });
  const after = numberAt(session.from, "after") ?? Number.NEGATIVE_INFINITY;
  const all = idsOf(list);
  for (const bad of list.filter((id) => !isId(id)).map(excerpt)) {
    await session.onBadLine?.({ file: met.name, error: "not an id", code: "not_an_id", input: bad });
  }
  if (all.length === 0 && (total > 0 || list.length > 0))
    throw noPage(session, url, [...list], "no list of ids");
  const ids = all.filter((id) => id > after);
  for (let start = 0; start < ids.length; start += PAGE) {
    const page = ids.slice(start, start + PAGE);
    const objects = progress.notGone(page, (id) => objectOf(session, id));
    const items = limit !== undefined ? { items: [], late: objects } : { items: await listOf(objects) };
    const isLast = start + PAGE >= ids.length;
    yield isLast ? items : { ...items, next: { after: page.at(-1) as number } };
  }
  progress.end();
}

/** The ids of a list, in their order: that of the API changes. */
export function idsOf(list: readonly unknown[]): number[] {
  return [...new Set(list.filter(isId))].sort((a, b) => a - b);
}

function isId(id: unknown): id is number {
  return Number.isSafeInteger(id) && (id as number) >= 0;
}

/** An object; the list also names some that there are no more. */
async function objectOf(session: Session, id: number): Promise<JsonObject | undefined> {
  const url = new URL(`${dropTrailingSlash(session.baseUrl)}/${id}`);
  return pageOrSkip(session, () => orGone(askOne(session, { url })));
}

function recordsOf(item: JsonObject): Found {
  if (item.isPublicDomain !== true) return { skipped: "no open licence" };
  const landing = textAt(item, "objectURL");
  if (landing === undefined) return { skipped: "no landing page" };
  const images = [textAt(item, "primaryImage"), ...textsAt(item, "additionalImages")].filter(
    (image) => image !== undefined,
  );
  if (images.length === 0) return { skipped: "no media file" };
  const shared = {
    media_type: "image",
    foreign_landing_url: landing,
    license: "cc0",
    license_version: "1.0",
    creator: givenAt(item, "artistDisplayName"),
    title: titleOf(item),
    meta_data: metaDataOf(item),
    tags: tagsOf(item),
  };
  const names = namesOf([...new Set(images)]);
  return images.map((image) => ({
    ...shared,
    foreign_identifier: `${textAt(item, "objectID")}-${names.get(image)}`,
    url: image.trim().replaceAll(" ", "%20"),
  }));
}

/** The title, or what kind of thing it is. */
export function titleOf(item: JsonObject): unknown {
  return givenAt(item, "title") ?? givenAt(item, "objectName");
}

export function metaDataOf(item: JsonObject): Record<string, unknown> {
  return present({ accession_number: givenAt(item, "accessionNumber") });
}

export function tagsOf(item: JsonObject): string[] {
  const terms = objectsAt(item, "tags").map((tag) => textAt(tag, "term"));
  const tags = [...TAG_MEMBERS.flatMap((member) => textsAt(item, member)), ...terms];
  return tags.filter((tag) => tag !== undefined);
}

/** A name for each file: up to its first dot, or to its last one, or all of it; the first that no file before it has. */
function namesOf(urls: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    urls.map((url) => {
      const file = url.slice(url.lastIndexOf("/") + 1);
      const names = [file.split(".")[0] as string, file.replace(/\.[^.]*$/, ""), file, url];
      const name = names.find((one) => !taken.has(one)) ?? url;
      taken.add(name);
      return [url, name];
    }),
  );
}
