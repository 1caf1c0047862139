import { StatusFailure } from "../../base/http/index.js";
import type { Json, JsonObject } from "../../base/ndjson/index.js";
import { at, givenAt, numberAt, objectAt, textAt } from "../../base/ndjson/index.js";
import {
  ask,
  askAny,
  countOf,
  type Found,
  noPage,
  orLacking,
  type Page,
  Progress,
  type Provider,
  pageOf,
  pageOrSkip,
  type Session,
  withQuery,
} from "../engine/index.js";

const SITE = "https://www.phylopic.org";

/** PhyloPic: silhouettes of organisms. */
export const phylopic: Provider = {
  name: "phylopic",
  title: "PhyloPic",
  media: ["image"],
  baseUrl: "https://api.phylopic.org/images",
  documentation: "https://api-docs.phylopic.org/",
  coverage: "full",
  licenses: "CC0, Public Domain Mark, CC BY, BY-SA, BY-NC and BY-NC-SA 3.0 and 4.0",
  delay: 5,
  checked: "2023",
  walk,
  page: {
    list: ["_embedded", "items"],
    // The answer that begins a walk.
    others: ({ _embedded, totalPages }) =>
      _embedded === undefined && totalPages !== undefined ? [] : undefined,
  },
  itemMembers: ["uuid", "_links"],
  recordsOf,
};

/** The state of the collection that pages are asked of. */
interface Build {
  readonly build: number | undefined;
  readonly pages: number;
}

/** Walks the pages of one build. `next` is `{page}`: a build may be gone after a break. */
async function* walk(session: Session): AsyncGenerator<Page> {
  const progress = new Progress(session);
  let build = await readBuild(session);
  for (let page = numberAt(session.from, "page") ?? 0; page < build.pages; page++) {
    const found = await pageOrSkip(session, () =>
      ask(session, { url: urlOf(session, build, page) }).catch(async (error: unknown) => {
        // The build is gone: the same page of the newest one.
        if (!(error instanceof StatusFailure) || error.status !== 410) throw error;
        const newest = await readBuild(session);
        const answer = await ask(session, { url: urlOf(session, newest, page) });
        build = newest;
        return answer;
      }),
    );
    if (!found) continue;
    const { items } = found;
    const more = page + 1 < build.pages;
    const seen = progress.look({ items, isPromised: true, isLast: !more });
    yield pageOf(items, seen, more ? { page: page + 1 } : undefined);
  }
  progress.end();
}

async function readBuild(session: Session): Promise<Build> {
  const url = new URL(session.baseUrl);
  const answer = await askAny(session, { url });
  const pages = countOf(phylopic, "pages", at(answer, "totalPages"));
  // The list without its pages is no answer to this.
  if (pages === undefined) throw noPage(session, url, answer, "no list of pages");
  return { build: numberAt(answer, "build"), pages };
}

function urlOf({ baseUrl }: Session, { build }: Build, page: number): URL {
  return withQuery(baseUrl, { build, page, embed_items: "true" });
}

function recordsOf(item: JsonObject): Found {
  const links = objectAt(item, "_links");
  const path = textAt(links, "self", "href");
  return [
    orLacking({
      media_type: "image",
      foreign_identifier: textAt(item, "uuid"),
      foreign_landing_url: path && `${SITE}${path}`,
      url: textAt(links, "sourceFile", "href"),
      license_url: textAt(links, "license", "href"),
      ...creatorOf(links.contributor ?? null),
      title: givenAt(links, "self", "title"),
      ...sizeOf(links),
    }),
  ];
}

/** Who contributed it, and their page. */
export function creatorOf(contributor: Json): { creator: unknown; creator_url: string | null } {
  const creator = givenAt(contributor, "title") ?? null;
  const path = textAt(contributor, "href");
  return { creator, creator_url: creator === null || path === undefined ? null : `${SITE}${path}` };
}

/** The size of the source file, `413.39x272.69` in whole pixels. */
export function sizeOf(links: JsonObject): { width: number | null; height: number | null } {
  const [, width, height] =
    /^(\d+)(?:\.\d+)?x(\d+)(?:\.\d+)?$/.exec(textAt(links, "sourceFile", "sizes") ?? "") ?? [];
  return {
    width: width === undefined ? null : Number(width),
    height: height === undefined ? null : Number(height),
  };
}
