import type { Json, JsonObject } from "../../base/ndjson/index.js";
import { at, givenAt, isObject, objectAt, present, textAt } from "../../base/ndjson/index.js";
import {
  askOne,
  dropTrailingSlash,
  type Found,
  hasPage,
  isPlainId,
  orGone,
  type Provider,
  type RawRecord,
  type Session,
  type Skipped,
  walkNumbered,
  withMember,
} from "../engine/index.js";

const PER_PAGE = 500;

/** Sizes of an image from the most to the least useful, by the parameter `t` of their addresses. */
const SIZES = ["g", "v", "q", "w", "r"];

/** The New York Public Library's Digital Collections: what is dedicated to the public domain. */
export const nypl: Provider = {
  name: "nypl",
  title: "New York Public Library",
  media: ["image"],
  baseUrl: "https://api.repo.nypl.org/api/v2/items",
  documentation: "https://api.repo.nypl.org/",
  key: {
    variable: "NYPL_API_KEY",
    required: true,
    where: "https://api.repo.nypl.org/sign_up",
    steps: "Sign up; the page that follows shows an authentication token.",
    sentAs: { header: "authorization", scheme: "Token" },
  },
  coverage: "full",
  licenses: "CC0",
  delay: 5,
  checked: "2023",
  differences: [
    "Subject topics stand in `meta_data.tags`, as in 2023; a later version of the catalogue makes them tags.",
  ],
  walk: walkNumbered({
    path: "search/",
    query: (page) => ({ q: "CC_0", field: "use_rtxt_s", page, per_page: PER_PAGE }),
    hasNext: ({ answer, following }) =>
      hasPage(nypl, following, at(answer, "nyplAPI", "request", "totalPages")),
    complete: withDetails,
  }),
  page: {
    list: ["nyplAPI", "response", "result"],
    total: (answer) => at(answer, "nyplAPI", "response", "numResults"),
    others: itemsBesides,
  },
  itemMembers: ["uuid", "apiUri", "details"],
  recordsOf,
};

/** The answer about one item is an item by itself; a single result may stand without a list. */
function itemsBesides(answer: JsonObject): JsonObject[] | undefined {
  const { mods, result } = objectAt(answer, "nyplAPI", "response");
  if (mods !== undefined) return [withMember({}, "details", answer)];
  return isObject(result) ? [result] : undefined;
}

/** A search result with the answer about it as `details`. */
async function withDetails(item: JsonObject, session: Session): Promise<JsonObject | undefined> {
  const uuid = textAt(item, "uuid");
  if (!isPlainId(uuid)) return item;
  const url = new URL(`${dropTrailingSlash(session.baseUrl)}/item_details/${uuid}`);
  const details = await orGone(askOne(session, { url }));
  return details === undefined ? undefined : withMember(item, "details", details);
}

function recordsOf(item: JsonObject): Found {
  const response = objectAt(item, "details", "nyplAPI", "response");
  const mods = objectAt(response, "mods");
  const shared = {
    media_type: "image",
    title: titleOf(mods) ?? givenAt(item, "title"),
    creator: creatorOf(listOf(mods.name)),
    category: textAt(first(mods, ["genre", "$"])) === "Photographs" ? "photograph" : null,
    meta_data: metaDataOf(mods),
  };
  const files = capturesOf(response).map((capture) => recordOf(capture, item, shared));
  return files.length > 0 ? files : { skipped: "no media file" };
}

/** Every image of the work; older answers call them siblings. */
function capturesOf(response: JsonObject): JsonObject[] {
  const lists = [response.sibling_captures, response.imm_captures].map((list) =>
    listOf(objectAt(list).capture),
  );
  return lists.find((list) => list.length > 0) ?? [];
}

function recordOf(capture: JsonObject, item: JsonObject, shared: RawRecord): RawRecord | Skipped {
  const image = imageOf(listOf(objectAt(capture, "imageLinks").imageLink));
  if (!image) return { skipped: "no media file" };
  return {
    ...shared,
    ...image,
    foreign_identifier: textAt(capture, "imageID", "$"),
    foreign_landing_url: textAt(capture, "itemLink", "$"),
    license_url: textAt(capture, "rightsStatementURI", "$") ?? textAt(item, "rightsStatementURI"),
  };
}

/** The best size, not as a download; the filetype is only named in words. */
export function imageOf(links: readonly JsonObject[]): { url: string; filetype: string | null } | undefined {
  const sizes = links.flatMap((link) => {
    const address = textAt(link, "$");
    const size = /[?&]t=(\w)/.exec(address ?? "")?.[1];
    return address === undefined || size === undefined ? [] : [{ link, address, rank: SIZES.indexOf(size) }];
  });
  const best = sizes.filter(({ rank }) => rank >= 0).sort((a, b) => a.rank - b.rank)[0];
  if (!best) return undefined;
  const filetype = /\b(jpeg|gif)\b/i.exec(textAt(best.link, "description") ?? "")?.[1];
  return { url: best.address.replace("&download=1", ""), filetype: filetype?.toLowerCase() ?? null };
}

function titleOf(mods: JsonObject): unknown {
  const primary = listOf(mods.titleInfo).find((info) => info.usage === "primary");
  return givenAt(primary, "title", "$");
}

export function creatorOf(names: readonly JsonObject[]): unknown {
  const primary = names.find((name) => name.usage === "primary");
  return givenAt(primary, "namePart", "$") ?? null;
}

/** The meta_data of a work, from its MODS record: https://www.loc.gov/standards/mods/ */
export function metaDataOf(mods: JsonObject): Record<string, unknown> {
  const origin = listOf(mods.originInfo)[0] ?? {};
  const topics = listOf(mods.subject)
    .flatMap((subject) => listOf(subject.topic))
    .map((topic) => textAt(topic, "$"))
    .filter((topic) => topic !== undefined);
  return present({
    type_of_resource: first(mods, ["typeOfResource", "$"]) ?? null,
    genre: first(mods, ["genre", "$"]) ?? null,
    date_issued: first(origin, ["dateIssued", "$"]) ?? null,
    date_created: yearsOf(listOf(origin.dateCreated)),
    publisher: first(origin, ["publisher", "$"]) ?? null,
    physical_description: first(mods, ["physicalDescription", "note", "$"]) ?? null,
    tags: topics.length > 0 ? topics.join(", ") : null,
  });
}

/** `1850` or `1850-1860`. */
function yearsOf(dates: readonly JsonObject[]): string | null {
  const years = dates.map((date) => textAt(date, "$")).filter((year) => year !== undefined);
  return years.length > 0 ? years.slice(0, 2).join("-") : null;
}

/** Their XML has become JSON: what occurs once is an object, what occurs more often a list. */
function listOf(value: unknown): JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

/** The value under a path, of the first element that has it wherever there is a list on the way. */
export function first(value: unknown, path: readonly string[]): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value as Json;
  for (const one of Array.isArray(value) ? value : [value]) {
    if (!isObject(one) || one[step] === undefined || one[step] === null) continue;
    const found = first(one[step], rest);
    if (found !== undefined) return found;
  }
  return undefined;
}
