import { htmlAt, textOfHtml } from "../../base/html/index.js";
import {
  at,
  givenAt,
  isObject,
  type JsonObject,
  objectAt,
  objectsAt,
  present,
  textAt,
  textsAt,
} from "../../base/ndjson/index.js";
import {
  askAny,
  type Complaint,
  dropTrailingSlash,
  excerpt,
  type Found,
  type Page,
  type Provider,
  pageOrSkip,
  type Session,
  walkNumbered,
  withQuery,
} from "../engine/index.js";
import { createSubProviderTable, SUB_PROVIDERS } from "../sub-providers/index.js";
import { rankOfCreator } from "./smithsonian-creators.js";

const CC0 = "https://creativecommons.org/publicdomain/zero/1.0/";
const ROWS = 1000;

/** Notes with these labels make up the description. */
const DESCRIPTION_LABELS = new Set([
  ...["description", "summary", "caption", "notes", "description (brief)", "description (spanish)"],
  ...["description (brief spanish)", "gallery label", "exhibition label", "luce center label"],
  ...["publication label", "new acquisition label"],
]);
const LABEL_TEXT_LABELS = new Set(["label text"]);

/** Indexed terms that become tags, in this order. */
const TAG_MEMBERS = ["date", "object_type", "topic", "place"] as const;

/** The Smithsonian Institution: CC0 images of its museums, archives and libraries. */
export const smithsonian: Provider = {
  name: "smithsonian",
  title: "Smithsonian Institution",
  media: ["image"],
  baseUrl: "https://api.si.edu/openaccess/api/v1.0",
  documentation: "https://edan.si.edu/openaccess/apidocs/",
  key: {
    variable: "SMITHSONIAN_API_KEY",
    required: true,
    where: "https://api.data.gov/signup/",
    steps: "Give your name and e-mail address; the key of api.data.gov comes by mail at once.",
    sentAs: { parameter: "api_key" },
  },
  coverage: "full",
  licenses: "CC0",
  delay: 5,
  checked: "2023",
  differences: [
    "A unit code that is new or gone gives a warning and does not end the run: its works keep the source `smithsonian`.",
    "Some museums write titles, names and notes as HTML (`Issue of <I>Ebony</I>`); they are read as text.",
  ],
  walk,
  page: { list: ["response", "rows"], total: (answer) => at(answer, "response", "rowCount") },
  itemMembers: ["unitCode", "docSignature"],
  hasIds: true,
  complaintOf,
  recordsOf,
};

/** Walks the whole collection, and says at its start which units are not those of our table of sources. */
async function* walk(session: Session): AsyncGenerator<Page> {
  const isAsked = session.from === undefined && session.query.limit === undefined;
  let warning = isAsked ? await unitWarning(session) : undefined;
  for await (const page of walkWorks(session)) {
    yield warning === undefined ? page : { ...page, warning };
    warning = undefined;
  }
}

const KNOWN_UNITS = SUB_PROVIDERS.filter(({ provider }) => provider === "smithsonian").flatMap(
  ({ keys }) => keys,
);

async function unitWarning(session: Session): Promise<string | undefined> {
  const url = withQuery(`${dropTrailingSlash(session.baseUrl)}/terms/unit_code`, {
    q: "online_media_type:Images",
  });
  const answer = await pageOrSkip(session, () => askAny(session, { url }));
  if (answer === undefined) return undefined;
  const units = textsAt(answer, "response", "terms");
  if (units.length === 0) return "the Smithsonian's list of units is empty: its API may have changed";
  const added = units.filter((unit) => !KNOWN_UNITS.includes(unit));
  const gone = KNOWN_UNITS.filter((unit) => !units.includes(unit));
  const news = [
    ...(added.length > 0 ? [`new: ${added.join(", ")} (source smithsonian until they are in it)`] : []),
    ...(gone.length > 0 ? [`gone: ${gone.join(", ")}`] : []),
  ];
  if (news.length === 0) return undefined;
  return `the Smithsonian's units are not those of our table of sources; ${news.join("; ")}`;
}

/** Two hexadecimal digits, `00` to `ff`: searches by the start of a hash divide the collection evenly. */
const PREFIXES = Array.from({ length: 256 }, (_, number) => number.toString(16).padStart(2, "0"));

const walkWorks = walkNumbered({
  parts: () => PREFIXES,
  first: 0,
  step: ROWS,
  path: "search",
  query: (start, prefix) => ({
    q: `online_media_type:Images AND media_usage:CC0 AND hash:${prefix}*`,
    start,
    rows: ROWS,
  }),
});

function complaintOf(answer: JsonObject): Complaint | undefined {
  if (!isObject(answer.error)) return undefined;
  const code = textAt(answer, "error", "code") ?? "";
  const words = textAt(answer, "error", "message") ?? excerpt(answer.error);
  if (code === "OVER_RATE_LIMIT") return { means: "busy", words };
  return { means: /^API_KEY_/.test(code) ? "no_permission" : "refused", words };
}

const subProviders = createSubProviderTable();

function recordsOf(item: JsonObject): Found {
  const content = objectAt(item, "content", "descriptiveNonRepeating");
  const media = objectsAt(content, "online_media", "media");
  const images = media.filter(isImage);
  if (!images.some(isOpen)) return { skipped: images.length > 0 ? "no open licence" : "no media file" };
  const landing = textAt(content, "record_link") ?? textAt(content, "guid");
  if (landing === undefined) return { skipped: "no landing page" };
  const metaData = metaDataOf(item);
  const { source } = subProviders.sourceOf({ provider: "smithsonian", meta_data: metaData });
  const shared = {
    media_type: "image",
    provider: "smithsonian",
    source,
    foreign_landing_url: landing,
    license_url: CC0,
    creator: creatorOf(item),
    title: htmlAt(item, "title"),
    meta_data: metaData,
    tags: tagsOf(item),
  };
  return media.map((file) => {
    if (!isImage(file))
      return { skipped: textAt(file, "type") === "Images" ? "no media file" : "other media" };
    if (!isOpen(file)) return { skipped: "no open licence" };
    return { ...shared, foreign_identifier: textAt(file, "idsId"), url: textAt(file, "content") };
  });
}

function isImage(media: JsonObject): boolean {
  const whole = textAt(media, "content") !== undefined && textAt(media, "idsId") !== undefined;
  return whole && textAt(media, "type") === "Images";
}

function isOpen(image: JsonObject): boolean {
  return textAt(image, "usage", "access") === "CC0";
}

/**
 * The names with the best rank (the artist before the publisher before the collector); else the first person the
 * index names.
 */
export function creatorOf(item: JsonObject): string | undefined {
  const ranked = objectsAt(item, "content", "freetext", "name").flatMap((entry) => {
    const rank = rankOfCreator(textAt(entry, "label") ?? "");
    if (rank === undefined) return [];
    const names = textsAt(entry, "content")
      .map((name) => textOfHtml(name) ?? "")
      .filter((name) => name !== "" && !/unknown/i.test(name));
    return names.map((name) => ({ name, rank }));
  });
  const best = ranked.reduce((least, { rank }) => Math.min(least, rank), Number.POSITIVE_INFINITY);
  const names = ranked.filter(({ rank }) => rank === best).map(({ name }) => name);
  if (names.length > 0) return enumerate(names);
  const person = objectsAt(item, "content", "indexedStructured", "name").find(
    (entry) => textAt(entry, "type") === "personal_main" && textAt(entry, "content") !== undefined,
  );
  return textOfHtml(textAt(person, "content")) ?? undefined;
}

/** `a`, `a and b`, `a; b and c`. */
function enumerate(names: readonly string[]): string {
  const last = names.at(-1) as string;
  return names.length === 1 ? last : `${names.slice(0, -1).join("; ")} and ${last}`;
}

/** The tags of an item: its indexed dates, kinds, topics and places. */
export function tagsOf(item: JsonObject): string[] {
  return TAG_MEMBERS.flatMap((member) =>
    textsAt(item, "content", "indexedStructured", member).map((name) => textOfHtml(name) ?? ""),
  );
}

/** The meta_data of an item; what the Smithsonian does not say is left out. */
export function metaDataOf(item: JsonObject): Record<string, unknown> {
  const notes = objectsAt(item, "content", "freetext", "notes");
  return present({
    unit_code: givenAt(item, "content", "descriptiveNonRepeating", "unit_code"),
    data_source: givenAt(item, "content", "descriptiveNonRepeating", "data_source"),
    description: notesOf(notes, DESCRIPTION_LABELS),
    label_text: notesOf(notes, LABEL_TEXT_LABELS),
  });
}

function notesOf(notes: readonly JsonObject[], labels: ReadonlySet<string>): string | undefined {
  const texts = notes
    .filter((note) => labels.has(textAt(note, "label")?.trim().toLowerCase() ?? ""))
    .flatMap((note) => textsAt(note, "content").map(textOfHtml))
    .filter((text) => text !== null);
  return texts.length > 0 ? texts.join(" ") : undefined;
}
