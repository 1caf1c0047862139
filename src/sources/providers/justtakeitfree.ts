import { at, givenAt, type JsonObject, textAt } from "../../base/ndjson/index.js";
import { type Found, type ItemTools, type Provider, walkNumbered } from "../engine/index.js";

/** Justtakeitfree: photographs by one person who gives them away. */
export const justtakeitfree: Provider = {
  name: "justtakeitfree",
  title: "Justtakeitfree",
  media: ["image"],
  baseUrl: "https://justtakeitfree.com/api/api.php",
  documentation: "https://justtakeitfree.com/",
  key: {
    variable: "JUSTTAKEITFREE_API_KEY",
    required: true,
    where: "https://justtakeitfree.com/",
    steps: "Write to the address on the site and ask for a key.",
    sentAs: { parameter: "key" },
  },
  coverage: "full",
  licenses: "CC BY 4.0",
  delay: 1,
  checked: "2024",
  walk: walkNumbered({
    query: (page) => ({ page }),
  }),
  page: { list: [], others: ({ data }) => (Array.isArray(data) ? data : undefined) },
  itemMembers: ["page_link", "full_image_link"],
  recordsOf,
};

async function recordsOf(item: JsonObject, { fileSize }: ItemTools): Promise<Found> {
  const license = textAt(item, "license_link");
  if (license === undefined) return { skipped: "no open licence" };
  const url = textAt(item, "full_image_link");
  if (url === undefined) return { skipped: "no media file" };
  const landing = textAt(item, "page_link");
  if (landing === undefined) return { skipped: "no landing page" };
  return [
    {
      media_type: "image",
      // `https://justtakeitfree.com/photo/2/`, with or without the slash
      foreign_identifier: /\/([^/?#]+)\/?(?:[?#].*)?$/.exec(landing)?.[1],
      foreign_landing_url: landing,
      url,
      thumbnail: givenAt(item, "preview_link"),
      filesize: await fileSize?.(url),
      license_url: license.replace(/deed\.en$/, ""),
      creator: "Justtakeitfree Free Photos",
      creator_url: "https://justtakeitfree.com",
      tags: at(item, "tags"),
    },
  ];
}
