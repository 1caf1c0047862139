import { GRAMMAR } from "./grammar.js";
import type { HostClass } from "./hosts.js";
import { Inner } from "./pattern.js";
import type { FlickrUrl, FlickrUrlError } from "./result.js";
import { RuleTable } from "./rule-table.js";
import { splitUrl } from "./split.js";

export interface ParseOptions {
  /**
   * Decodes short URLs of albums, galleries, users and groups, too, by rules that Flickr has not published; such
   * results have `inferred: true`.
   */
  readonly decodeShort?: boolean;
}

const NOT_FLICKR: FlickrUrlError = Object.freeze({ error: "NotAFlickrUrl" });
const UNRECOGNISED: FlickrUrlError = Object.freeze({ error: "UnrecognisedUrl" });

/** How many addresses are taken out of one another: a mail's link to a page, archived. */
const MOST_INNER = 3;

/** Made when a host of the class is first seen: a command that parses no URL does not pay for it. */
const tables: Partial<Record<HostClass, RuleTable>> = {};

/**
 * What a Flickr URL means. Takes any text, never throws, and asks nobody.
 *
 * `NotAFlickrUrl`: the text is no URL, or one of another site. `UnrecognisedUrl`: it is on Flickr, but names nothing
 * that we know, or only Flickr knows what (guest passes, most short URLs).
 */
export function parseFlickrUrl(text: string, options: ParseOptions = {}): FlickrUrl | FlickrUrlError {
  return parse(text, options.decodeShort === true, 0);
}

function parse(text: string, decodeShort: boolean, depth: number): FlickrUrl | FlickrUrlError {
  const parts = splitUrl(text);
  if (parts === undefined) return NOT_FLICKR;
  const given = tableOf(parts.served).find(parts, decodeShort);
  // What is archived may be anybody's.
  if (given === undefined) return parts.served === "archive" ? NOT_FLICKR : UNRECOGNISED;
  if (!(given instanceof Inner)) return given;
  if (depth === MOST_INNER) return UNRECOGNISED;
  const result = parse(given.url, decodeShort, depth + 1);
  return "error" in result ? result : { ...result, ...given.adds };
}

function tableOf(served: HostClass): RuleTable {
  tables[served] ??= new RuleTable(GRAMMAR[served].rules);
  return tables[served];
}
