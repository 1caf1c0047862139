import { givenAt, type JsonObject, present, textAt } from "../../base/ndjson/index.js";
import { type Found, membersOf, type Provider, walkNumbered } from "../engine/index.js";

/** Members that are columns as they are. */
const COLUMNS = [
  ...["foreign_identifier", "foreign_landing_url", "url", "filetype", "creator", "creator_url", "title"],
  ...["width", "height"],
];

/** Nappy: photographs of Black and Brown people. The API was made for Openverse. */
export const nappy: Provider = {
  name: "nappy",
  title: "Nappy",
  media: ["image"],
  baseUrl: "https://api.nappy.co/v1/openverse/images",
  documentation: "https://nappy.co/",
  coverage: "full",
  licenses: "CC0",
  delay: 1,
  checked: "2023",
  walk: walkNumbered({
    query: (page) => ({ page, per_page: 100 }),
    hasNext: ({ answer }) => textAt(answer, "next_page") !== undefined,
  }),
  page: { list: ["images"] },
  itemMembers: ["foreign_identifier", "saves"],
  recordsOf,
};

function recordsOf(item: JsonObject): Found {
  if (textAt(item, "license")?.trim().toUpperCase() !== "CC0") return { skipped: "no open licence" };
  const url = textAt(item, "url");
  if (url === undefined) return { skipped: "no media file" };
  if (textAt(item, "foreign_landing_url") === undefined) return { skipped: "no landing page" };
  return [
    {
      ...membersOf(item, COLUMNS),
      media_type: "image",
      thumbnail: `${url.split("?", 1)[0]}?auto=format&w=600&q=75`,
      filesize: bytesOf(textAt(item, "filesize") ?? "") ?? givenAt(item, "filesize"),
      license_url: "https://creativecommons.org/publicdomain/zero/1.0/",
      meta_data: present(membersOf(item, ["views", "saves", "downloads"])),
      tags: textAt(item, "tags")?.split(",") ?? givenAt(item, "tags"),
    },
  ];
}

const UNITS: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9 };

/** Bytes of `187.8kB`. */
export function bytesOf(text: string): number | null {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?) *([kMG]B)$/.exec(text.trim()) ?? [];
  return number === undefined ? null : Math.round(Number(number) * (UNITS[unit] as number));
}
