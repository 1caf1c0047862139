import { at, type JsonObject, objectsAt, textAt } from "../../base/ndjson/index.js";
import { licenseOfUrl } from "../../record/index.js";
import {
  ask,
  type Complaint,
  dayOf,
  dropTrailingSlash,
  type Found,
  type ItemTools,
  type Provider,
  type QueryParameters,
  type RawRecord,
  type Skipped,
  type TimeWindow,
  walkCursors,
  withQuery,
} from "../engine/index.js";
import { createSubProviderTable } from "../sub-providers/index.js";
import { creatorOf, textsOf } from "./europeana-creators.js";

const QUERY = {
  profile: "rich",
  reusability: ["open", "restricted"],
  // A plus sign in an address is a blank.
  sort: ["europeana_id desc", "timestamp_created desc"],
  rows: 100,
  media: "true",
  start: 1,
  qf: ["TYPE:IMAGE", "provider_aggregation_edm_isShownBy:*"],
};

/** Europeana: images from libraries, archives and museums of Europe, by the day their record last changed. */
export const europeana: Provider = {
  name: "europeana",
  title: "Europeana",
  media: ["image"],
  baseUrl: "https://api.europeana.eu/record/v2",
  documentation: "https://europeana.atlassian.net/wiki/spaces/EF/pages/2385739812/Search+API+Documentation",
  key: {
    variable: "EUROPEANA_API_KEY",
    required: true,
    where: "https://apis.europeana.eu/en",
    steps: "Log in, and ask for a personal API key.",
    sentAs: { parameter: "wskey" },
    quotedAs: ["utm_campaign"],
  },
  coverage: "dated",
  licenses: "every Creative Commons licence, CC0, Public Domain Mark",
  delay: 3,
  checked: "2023",
  differences: [
    "Days are those of the last change (`timestamp_update`), as in the catalogue's newest version.",
    "An address at Dropbox is no media file, as in the catalogue's newest version.",
    "`creator` is whom `dcCreator` names, in English and in no language, or in the first one that has names; for an address of an agent in it, the agent's label. Several are joined by semicolons. The catalogue of 2023 has none.",
    "Europeana's own page (`guid`) is taken without its query, which holds the key that was used to ask, and so is the institution's page to which `europeana.eu/api/KEY/redirect` leads.",
    "A member that should be a list may be a text.",
    "A file whose ending or type is that of a document, a sound or a video is no image.",
  ],
  walk: walkCursors(async (session, day, cursor) => {
    const search = `${dropTrailingSlash(session.baseUrl)}/search.json`;
    const query = { ...queryOf(day), cursor: textAt(cursor) ?? "*" };
    const { answer, items, total } = await ask(session, { url: withQuery(search, query) });
    return { items, cursor: textAt(answer, "nextCursor"), total };
  }),
  page: { list: ["items"], total: ({ totalResults }) => totalResults },
  itemMembers: ["edmIsShownAt", "edmIsShownBy", "guid"],
  hasIds: true,
  complaintOf,
  recordsOf,
};

/** What is asked for some days. */
export function queryOf([start, end]: TimeWindow): QueryParameters {
  const time = (seconds: number) => `${dayOf(seconds)}T00:00:00Z`;
  return { ...QUERY, query: `timestamp_update:[${time(start)} TO ${time(end)}]` };
}

function complaintOf(answer: JsonObject): Complaint | undefined {
  if (answer.success !== false) return undefined;
  const words = textAt(answer, "error") ?? textAt(answer, "message") ?? "it does not say which";
  return { means: /api ?key/i.test(words) ? "no_permission" : "refused", words };
}

const subProviders = createSubProviderTable();

async function recordsOf(item: JsonObject, tools: ItemTools): Promise<Found> {
  const license = textsOf(item, "rights").find((right) => licenseOfUrl(right));
  if (license === undefined) return { skipped: "no open licence" };
  const [url, ...others] = textsOf(item, "edmIsShownBy");
  if (url === undefined || /^https?:\/\/(?:[^/]*\.)?dropbox\.com\//i.test(url))
    return { skipped: "no media file" };
  const landing = landingOf(item);
  if (landing === undefined) return { skipped: "no landing page" };
  const [title] = textsOf(item, "title");
  if (title === undefined) return { skipped: "no title" };
  const id = textAt(item, "id");
  const file = await fileOf(id, url, tools);
  if (file === "other media") return { skipped: file };
  const metaData = metaDataOf(item);
  return [
    {
      media_type: "image",
      source: subProviders.sourceOf({ provider: "europeana", meta_data: metaData }).source,
      foreign_identifier: id,
      foreign_landing_url: landing,
      url: url.trim().replaceAll(" ", "%20"),
      license_url: license,
      creator: creatorOf(item),
      title,
      meta_data: metaData,
      ...file,
    },
    ...others.map((): Skipped => ({ skipped: "further views left out" })),
  ];
}

/** The institution's page, or Europeana's own; neither with the key that was used to ask. */
function landingOf(item: JsonObject): string | undefined {
  const [page] = textsOf(item, "edmIsShownAt");
  return page === undefined ? textAt(item, "guid")?.replace(/[?#].*$/s, "") : redirectTarget(page);
}

/** Older answers count visits: `https://www.europeana.eu/api/KEY/redirect?shownAt=…&provider=…`. */
function redirectTarget(page: string): string {
  if (!/^https?:\/\/(?:[a-z-]+\.)*europeana\.eu\/api\/[^/]+\/redirect\?/i.test(page) || !URL.canParse(page))
    return page;
  return new URL(page).searchParams.get("shownAt") ?? page;
}

function metaDataOf(item: JsonObject): Record<string, unknown> {
  return {
    country: at(item, "country"),
    dataProvider: at(item, "dataProvider"),
    description: descriptionOf(item),
  };
}

/** The first description: in English, in a language that is not named, or any. */
function descriptionOf(item: JsonObject): string {
  const lists = [
    textsOf(item, "dcDescriptionLangAware", "en"),
    textsOf(item, "dcDescriptionLangAware", "def"),
    textsOf(item, "dcDescription"),
  ];
  return lists.find((texts) => texts.length > 0)?.[0]?.trim() ?? "";
}

/** Kind and size of the image, which only the item's own record tells. */
async function fileOf(
  id: string | undefined,
  url: string,
  { lookUp }: ItemTools,
): Promise<RawRecord | "other media"> {
  if (id === undefined || !/^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/.test(id)) return {};
  const record = await lookUp?.(`${id.slice(1)}.json`);
  const resources = objectsAt(record, "object", "aggregations", 0, "webResources");
  const resource = resources.find(({ about }) => about === url);
  if (resource && NO_IMAGE.test(textAt(resource, "ebucoreHasMimeType") ?? "")) return "other media";
  return resource ? columnsOf(resource) : {};
}

/** Types of files that are no images; `text/html` is a page that shows one. */
const NO_IMAGE = /^(?:audio|video)\/|^application\/(?:.*\bpdf|msword|zip|ogg|mp4|vnd\.)/i;

/** The columns of a web resource. */
export function columnsOf(resource: JsonObject): RawRecord {
  const mime = textAt(resource, "ebucoreHasMimeType");
  const columns = {
    filetype: mime?.split("/").at(-1),
    filesize: at(resource, "ebucoreFileByteSize"),
    width: at(resource, "ebucoreWidth"),
    height: at(resource, "ebucoreHeight"),
  };
  // An address that shows a page or plays a film has a size of another kind.
  if (mime?.includes("/") && !mime.startsWith("image/")) return {};
  return Object.fromEntries(
    Object.entries(columns).filter(([, value]) => value !== undefined && value !== null),
  );
}
