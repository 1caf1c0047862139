import {
  FLICKR_URL_GRAMMAR,
  FLICKR_URL_TYPES,
  type FlickrUrl,
  parseFlickrUrl,
} from "../sources/flickr/index.js";
import { markdownTable } from "./markdown.js";

/** Members of every result; they are described in words. */
const COMMON = ["type", "form", "canonical_url", "inferred", "captured_at"];

/** Every example of the grammar with its result. */
const EXAMPLES = Object.values(FLICKR_URL_GRAMMAR).flatMap(({ host, rules }) =>
  rules.map(([path, , example]) => {
    const url = `${host}/${example}`;
    const result = parseFlickrUrl(`https://${url}`, { decodeShort: true });
    if ("error" in result) throw new Error(`${url}, an example of the grammar, is not understood`);
    return { host, path, url, result };
  }),
);

/** The grammar of `docs/flickr-urls.md`: one table for each class of hosts. */
export function grammarTables(): string {
  return Object.values(FLICKR_URL_GRAMMAR)
    .map(({ host }) => {
      // The mobile site has the pages of the site.
      const shown = EXAMPLES.filter(
        (one) => one.host === host && (host !== "m.flickr.com" || one.url.includes("#")),
      );
      const rows = shown.map(({ path, url, result }) => [
        `\`${path === "" ? "/" : path}\``,
        `\`${result.type}\``,
        result.form,
        `\`${url.slice(host.length + 1) || "/"}\``,
      ]);
      return [`### ${host}`, "", ...markdownTable(["path", "type", "form", "for example"], rows)].join("\n");
    })
    .join("\n\n");
}

/** The types of `docs/flickr-urls.md` with their fields, as the examples show them. */
export function typeTable(): string {
  return markdownTable(
    ["type", "fields"],
    FLICKR_URL_TYPES.map((type) => [`\`${type}\``, fieldsOf(type)]),
  ).join("\n");
}

/** What may follow where a path ends in `...`, and adds fields. */
const ENDS = ["", "/with/32812033543", "/from/47265398@N04", "/tags/cat", "/47265398@N04"];

function fieldsOf(type: FlickrUrl["type"]): string {
  const examples = EXAMPLES.filter(({ result }) => result.type === type);
  const results = examples.flatMap(({ path, url }) =>
    (path.endsWith("...") ? ENDS : [""]).map((end) =>
      parseFlickrUrl(`https://${url}${end}`, { decodeShort: true }),
    ),
  );
  const fields = [...new Set(results.flatMap((result) => Object.keys(result)))];
  return fields
    .filter((field) => !COMMON.includes(field))
    .map((field) => (results.every((result) => field in result) ? `\`${field}\`` : `[\`${field}\`]`))
    .join(", ");
}
