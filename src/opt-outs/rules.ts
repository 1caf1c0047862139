import { isFlickrHost, parseFlickrUrl } from "../flickr/index.js";
import { comparableUrl } from "../record/index.js";

/**
 * Rules of an opt-out list, one a line:
 *
 *     # comments and blank lines are skipped
 *     https://www.flickr.com/photos/24662369@N07/   an account's page, in any form that Flickr has
 *     24662369@N07                                  the same account
 *     https://www.flickr.com/photos/1@N01/53248015  one photo, in any form, its media files included
 *     https://example.org/people/ada                a creator's page, a landing page or a media file
 *     example.org                                   everything on a domain and those below it
 *     provider:stocksnap                            everything of a provider
 */

/** What a rule names, and what of records it is compared with. */
export type RuleKind = "provider" | "domain" | "url" | "flickr_account" | "flickr_alias" | "flickr_photo";

/** A rule, in the form that records are compared with. */
export interface Rule {
  readonly kind: RuleKind;
  readonly value: string;
}

/** What is wrong with a line. */
export interface RuleProblem {
  readonly problem: string;
}

const NSID = /^\d+@n\d\d$/i;
const PROVIDER = /^(?:provider:\s*)?([a-z0-9_]+)$/i;
const DOMAIN = /^(?:domain:\s*)?(?:\*\.)?((?:[a-z0-9_-]+\.)+[a-z0-9-]{2,})\.?$/i;

/** Reads one line; undefined where there is no rule on it. */
export function parseRule(line: string): Rule | RuleProblem | undefined {
  const text = line.replace(/^\s*#.*|\s+#.*/s, "").trim();
  if (text === "") return undefined;
  if (NSID.test(text)) return { kind: "flickr_account", value: text.toUpperCase() };
  const domain = DOMAIN.exec(text)?.[1];
  if (domain !== undefined) return { kind: "domain", value: hostKey(domain) };
  const provider = PROVIDER.exec(text)?.[1];
  if (provider !== undefined) return { kind: "provider", value: provider.toLowerCase() };
  if (/\s/.test(text)) return { problem: "a rule has no blanks in it; one rule a line" };
  return parseUrlRule(text);
}

function parseUrlRule(text: string): Rule | RuleProblem {
  const key = urlKey(text);
  if (key === undefined) {
    return {
      problem: "this is no URL, no domain, no Flickr account (12345@N00) and no provider (provider:name)",
    };
  }
  if (!isFlickrHost(hostOf(key))) return { kind: "url", value: key };
  const flickr = flickrKeys(text);
  if (flickr.photo !== undefined) return { kind: "flickr_photo", value: flickr.photo };
  if (flickr.account !== undefined) return { kind: "flickr_account", value: flickr.account };
  if (flickr.alias !== undefined) return { kind: "flickr_alias", value: flickr.alias };
  return { problem: "this address of Flickr names no account and no photo" };
}

/** What an address of Flickr names: a photo, or else an account or an account's alias. */
export interface FlickrKeys {
  readonly photo?: string;
  readonly account?: string;
  readonly alias?: string;
}

/** Reads an address of Flickr; albums, groups and whatever else there is name nothing here. */
export function flickrKeys(url: string): FlickrKeys {
  const page = parseFlickrUrl(url);
  if (!("type" in page) || (page.type !== "single_photo" && page.type !== "user")) return {};
  const account = page.user_id?.toUpperCase();
  const alias =
    account === undefined && page.user_url ? page.user_url.split("/")[4]?.toLowerCase() : undefined;
  return {
    ...(page.type === "single_photo" && { photo: page.photo_id }),
    ...(account !== undefined && { account }),
    ...(alias !== undefined && { alias }),
  };
}

/** An address in the form in which two are compared, its scheme left out. Undefined for what is no address. */
export function urlKey(url: string): string | undefined {
  const [, host, rest = ""] =
    /^(?:https?:)?(?:\/\/)?([^/?#\s@]+\.[^/?#\s@]+)([^#\s]*)/i.exec(url.trim()) ?? [];
  return host === undefined ? undefined : comparableUrl(`https://${host}${rest}`).slice("https://".length);
}

/** The host of such a form. */
export function hostOf(key: string): string {
  return /^[^/?]*/.exec(key)?.[0] ?? key;
}

function hostKey(host: string): string {
  return host.toLowerCase().replace(/^www\./, "");
}
