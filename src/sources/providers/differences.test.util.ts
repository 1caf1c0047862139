import { isDeepStrictEqual } from "node:util";
import { textOfHtml } from "../../base/html/html.js";
import { at, isObject, objectAt, textAt } from "../../base/ndjson/index.js";

export type Row = Record<string, unknown>;

/**
 * What we do otherwise on purpose. Each changes the expected row into the one that we give; a case is only allowed
 * to differ by these.
 */
export const DIFFERENCES: Readonly<Record<string, (expected: Row, ours: Row) => Row>> = {
  "the unported licence page for BY-NC-ND 2.0": (row) => replaceIn(row, "by-nd-nc/2.0/jp/", "by-nc-nd/2.0/"),
  "quotes stay as they are": (row, ours) => matchTexts(row, ours, (text) => text.replaceAll(`"`, "'")),
  "backslashes are not doubled": (row, ours) =>
    matchTexts(row, ours, (text) => text.replaceAll("\\", "\\\\")),
  "HTML is read as its text, without what is hidden": (row, ours) =>
    matchPairs(row, ours, (theirs, own) => textOfHtml(theirs) === own),
  "words stay whole where a tag stands in them": (row, ours) =>
    matchPairs(row, ours, (theirs, own) => withoutBlanks(theirs) === withoutBlanks(own)),
  // That Flickr calls it so is looked at where the difference is allowed.
  "a date that Flickr calls unknown is left out": (row, ours) => {
    if (row.provider !== "flickr" || at(ours.meta_data, "date_taken") !== undefined) return row;
    const { date_taken, ...others } = objectAt(row.meta_data);
    return { ...row, meta_data: others };
  },
  "Europeana's creators are named": (row, ours) =>
    row.provider === "europeana" && row.creator === null ? { ...row, creator: ours.creator } : row,
  "Europeana's own page has no key in it": (row) => {
    const page = String(row.foreign_landing_url);
    return /^https?:\/\/www\.europeana\.eu\/item\/.*utm_/.test(page)
      ? { ...row, foreign_landing_url: page.replace(/\?.*$/, "") }
      : row;
  },
  "a text without characters is no value": (row, ours) =>
    row.creator === "" && ours.creator === null ? { ...row, creator: null } : row,
  "tags are distinct": (row) => {
    if (!Array.isArray(row.tags)) return row;
    const texts = new Set(row.tags.map((tag) => JSON.stringify(tag)));
    return { ...row, tags: [...texts].map((text) => JSON.parse(text) as unknown) };
  },
  "tags are dropped on whole words": (row, ours) => {
    if (!("tags" in row)) return row;
    const tags = Array.isArray(ours.tags) ? ours.tags : [];
    const others = tags.filter((tag) => !/by/.test(String(at(tag, "name"))));
    return isDeepStrictEqual(others, row.tags ?? []) ? { ...row, tags: ours.tags } : row;
  },
  // Case notes say so: the catalogue makes them of a set.
  "the order of tags is the source's": (row, ours) => {
    const sorted = (tags: unknown) =>
      JSON.stringify((Array.isArray(tags) ? tags : []).map((tag) => JSON.stringify(tag)).sort());
    return sorted(row.tags) === sorted(ours.tags) ? { ...row, tags: ours.tags } : row;
  },
  "a filetype is written in one way": (row, ours) =>
    String(row.filetype).toLowerCase() === ours.filetype ? { ...row, filetype: ours.filetype } : row,
  "addresses of one host are https": (row) =>
    Object.fromEntries(Object.entries(row).map(([column, value]) => [column, httpsOf(column, value)])),
  "Jamendo's own counts, and its album page without its title": (row, ours) => {
    if (row.provider !== "jamendo") return row;
    const { downloads, playlists, audiodownload_allowed } = objectAt(ours.meta_data);
    const page = textAt(ours.audio_set, "foreign_landing_url");
    return {
      ...row,
      meta_data: { ...objectAt(row.meta_data), downloads, playlists, audiodownload_allowed },
      audio_set: { ...objectAt(row.audio_set), foreign_landing_url: page },
    };
  },
  "the creator's name stays when there is no page to link": (row, ours) =>
    row.provider === "jamendo" && row.creator === null && ours.creator_url === row.creator_url
      ? { ...row, creator: ours.creator, audio_set: ours.audio_set }
      : row,
  "the licence of a code has its page and no given address": (row, ours) =>
    row.provider === "inaturalist"
      ? { ...row, meta_data: ours.meta_data, watermarked: ours.watermarked }
      : row,
};

/** The catalogue of 2023 asked each host whether it answers on https, and kept http where it did not. */
function httpsOf(column: string, value: unknown): unknown {
  return typeof value === "string" && /(?:^|_)url$|^thumbnail$/.test(column)
    ? value.replace(/^http:/, "https:")
    : value;
}

/** The expected row with those of our texts that only differ by what `change` does to them. */
function matchTexts(expected: Row, ours: Row, change: (text: string) => string): Row {
  return matchPairs(expected, ours, (theirs, own) => change(own) === theirs);
}

/** The expected row with those of our texts that are as good as theirs. */
function matchPairs(expected: Row, ours: Row, isAsGood: (theirs: string, own: string) => boolean): Row {
  const matched = (theirs: unknown, own: unknown): unknown => {
    if (typeof theirs === "string") return typeof own === "string" && isAsGood(theirs, own) ? own : theirs;
    if (Array.isArray(theirs)) return theirs.map((element, i) => matched(element, at(own, i)));
    if (!isObject(theirs)) return theirs;
    return Object.fromEntries(
      Object.entries(theirs).map(([key, value]) => [key, matched(value, at(own, key))]),
    );
  };
  return matched(expected, ours) as Row;
}

function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, "");
}

function replaceIn(row: Row, from: string, to: string): Row {
  return JSON.parse(JSON.stringify(row).replaceAll(from, to)) as Row;
}
