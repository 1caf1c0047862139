import { escapedAt } from "../../base/html/index.js";
import {
  at,
  givenAt,
  type JsonObject,
  numberAt,
  objectAt,
  objectsAt,
  present,
  textAt,
  textsAt,
} from "../../base/ndjson/index.js";
import { type Found, orLacking, type Provider, walkNumbered } from "../engine/index.js";

const LIMIT = 100;

/** ccMixter: music that is made to be remixed. */
export const ccmixter: Provider = {
  name: "ccmixter",
  title: "ccMixter",
  media: ["audio"],
  baseUrl: "https://ccmixter.org/api/query/",
  documentation: "https://ccmixter.org/query-api",
  coverage: "full",
  licenses: "CC BY, BY-SA, BY-NC, BY-NC-SA 2.0 to 4.0, CC0, Sampling+, NC-Sampling+",
  delay: 1,
  checked: "2024",
  differences: ["Names and plain descriptions may be escaped as in HTML (`&quot;`); they are read as text."],
  walk: walkNumbered({
    first: 0,
    step: LIMIT,
    query: (offset) => ({ format: "json", limit: LIMIT, offset }),
    hasNext: ({ listed }) => listed >= LIMIT,
  }),
  page: { list: [] },
  itemMembers: ["upload_id", "upload_name"],
  repair,
  recordsOf,
};

/** A text in JSON, or a number with zeros before it. */
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])(-?)0+(?=\d)/gs;
const CONTROL = /[\u0000-\u001f]/g;

/** Mends their JSON, which has numbers like `0123` and raw line ends in texts. */
export function repair(text: string): string {
  return text.replace(TEXT_OR_NUMBER, (token, sign: string | undefined) =>
    token.startsWith('"')
      ? token.replace(CONTROL, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`)
      : (sign ?? ""),
  );
}

function recordsOf(item: JsonObject): Found {
  const [main, ...others] = filesOf(item);
  return [
    orLacking({
      media_type: "audio",
      foreign_identifier: textAt(item, "upload_id"),
      foreign_landing_url: textAt(item, "file_page_url"),
      ...main,
      license_url: textAt(item, "license_url"),
      creator: escapedAt(item, "user_real_name"),
      creator_url: givenAt(item, "artist_page_url"),
      title: escapedAt(item, "upload_name"),
      alt_files: others,
      meta_data: present({
        description: escapedAt(item, "upload_description_plain"),
        description_html: givenAt(item, "upload_description_html"),
        upload_num_scores: at(item, "upload_num_scores"),
      }),
      tags: textsAt(item, "upload_tags").flatMap(tagsOf),
    }),
  ];
}

/** The tags of an upload, distinct. */
export function tagsOf(text: string): string[] {
  return [...new Set(text.split(",").map((tag) => tag.trim()))].filter((tag) => tag !== "");
}

/** The audio files of an upload, the smallest first: that one is the work, the others are its other forms. */
export function filesOf(item: JsonObject): Record<string, unknown>[] {
  return objectsAt(item, "files")
    .filter(
      (file) => textAt(file, "file_format_info", "media-type") === "audio" && textAt(file, "download_url"),
    )
    .map((file) => {
      const format = objectAt(file, "file_format_info");
      return {
        url: textAt(file, "download_url")?.trim().replaceAll(" ", "%20"),
        filesize: numberAt(file, "file_rawsize") ?? null,
        filetype: textAt(format, "default-ext") ?? null,
        sample_rate: sampleRateOf(textAt(format, "sr")),
        duration: durationOf(textAt(format, "ps")),
      };
    })
    .sort((a, b) => (a.filesize ?? Number.POSITIVE_INFINITY) - (b.filesize ?? Number.POSITIVE_INFINITY));
}

/** Milliseconds of `2`, `5:46` or `1:05:46`. */
export function durationOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d+(?::\d+){0,2}$/.test(text.trim())) return null;
  return text.split(":").reduce((seconds, part) => seconds * 60 + Number(part), 0) * 1000;
}

/** Hertz of `44.1k`. */
function sampleRateOf(text: string | undefined): number | null {
  const [, kilohertz] = /^(\d+(?:\.\d+)?)k$/i.exec(text?.trim() ?? "") ?? [];
  return kilohertz === undefined ? null : Math.round(Number(kilohertz) * 1000);
}
