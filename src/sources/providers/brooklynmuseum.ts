import { htmlAt } from "../../base/html/index.js";
import { givenAt, isObject, type JsonObject, objectsAt, present, textAt } from "../../base/ndjson/index.js";
import { licenseOfUrl } from "../../record/index.js";
import {
  ask,
  type Complaint,
  dropTrailingSlash,
  type Found,
  isPlainId,
  orGone,
  type Provider,
  type Session,
  walkNumbered,
} from "../engine/index.js";

/** The API's own limit. */
const LIMIT = 35;

/** The Brooklyn Museum: works whose images may be used. */
export const brooklynmuseum: Provider = {
  name: "brooklynmuseum",
  title: "Brooklyn Museum",
  media: ["image"],
  baseUrl: "https://www.brooklynmuseum.org/api/v2/object",
  documentation: "https://www.brooklynmuseum.org/opencollection/api",
  key: {
    variable: "BROOKLYNMUSEUM_API_KEY",
    required: true,
    where: "https://www.brooklynmuseum.org/opencollection/api",
    steps: "Register on that page; the key comes by mail.",
    sentAs: { header: "api_key" },
  },
  coverage: "full",
  licenses: "CC BY 3.0, CC0",
  delay: 1,
  checked: "2023",
  differences: [
    "Titles, names and descriptions are the museum's HTML (`<em>`, `&ndash;`); they are read as text.",
  ],
  walk: walkNumbered({
    first: 0,
    step: LIMIT,
    path: "",
    query: (offset) => ({ has_images: 1, rights_type_permissive: 1, limit: LIMIT, offset }),
    complete: wholeObject,
  }),
  page: { list: ["data"], others: ({ data }) => (isObject(data) ? [data] : undefined) },
  itemMembers: ["rights_type", "object_date", "credit_line"],
  hasIds: true,
  complaintOf,
  recordsOf,
};

function complaintOf({ errorCode, message, data }: JsonObject): Complaint | undefined {
  const code = textAt(errorCode);
  if (errorCode === undefined || code === "0") return undefined;
  const words = textAt(data) ?? textAt(message) ?? "no reason given";
  return { means: "refused", words: `${words} (code ${code})` };
}

/** A list shows objects without the addresses of their images. Objects that are not ours to use are not asked for. */
async function wholeObject(item: JsonObject, session: Session): Promise<JsonObject | undefined> {
  const id = textAt(item, "id");
  if (!isPlainId(id) || licenseOf(item.rights_type) === undefined) return item;
  const url = new URL(`${dropTrailingSlash(session.baseUrl)}/${id}`);
  const page = await orGone(ask(session, { url }));
  return page?.items[0];
}

function recordsOf(item: JsonObject): Found {
  const license = licenseOf(item.rights_type);
  if (license === undefined) return { skipped: "no open licence" };
  const images = objectsAt(item, "images");
  if (images.every((image) => textAt(image, "largest_derivative_url") === undefined)) {
    return { skipped: "no media file" };
  }
  const id = textAt(item, "id");
  if (id === undefined) return { skipped: "no landing page" };
  const shared = {
    media_type: "image",
    foreign_landing_url: `https://www.brooklynmuseum.org/opencollection/objects/${id}`,
    license_url: license,
    creator: creatorOf(item),
    title: htmlAt(item, "title"),
    meta_data: metaDataOf(item),
  };
  return images.map((image) => {
    const url = textAt(image, "largest_derivative_url");
    if (url === undefined) return { skipped: "no media file" };
    return { ...shared, ...sizeOf(image), foreign_identifier: textAt(image, "id"), url };
  });
}

/** The page of the licence that the description of the rights links to; none where it links to several, or to none. */
export function licenseOf(rights: unknown): string | undefined {
  return licenseOfUrl(textAt(rights, "description"))?.url;
}

/** The size of the largest form of an image. */
export function sizeOf(image: JsonObject): { width: unknown; height: unknown } {
  const largest = textAt(image, "largest_derivative");
  const found = objectsAt(image, "derivatives").find((one) => textAt(one, "size") === largest);
  return { width: found?.width ?? null, height: found?.height ?? null };
}

/** The artist who is named first. */
export function creatorOf(item: JsonObject): unknown {
  const artist = objectsAt(item, "artists").find(({ rank }) => Number(rank) === 1);
  return htmlAt(artist, "name") ?? null;
}

export function metaDataOf(item: JsonObject): Record<string, unknown> {
  return present({
    accession_number: givenAt(item, "accession_number"),
    date: htmlAt(item, "object_date"),
    description: htmlAt(item, "description"),
    medium: htmlAt(item, "medium"),
    credit_line: htmlAt(item, "credit_line"),
    classification: htmlAt(item, "classification"),
  });
}
