import { hasEscapes, unescaped } from "./escapes.js";
import { isFlickrHost } from "./hosts.js";
import { parseFlickrUrl } from "./parse.js";

/** Finding Flickr URLs in text, html or wikitext. Both functions take linear time. */

/**
 * The texts in a text that look like URLs of `flickr.com` and its file hosts, in order, repeated ones too: what the
 * Python library's function of this name finds. It knows small letters only, stops at `%`, `#` and the like, and finds
 * no `flic.kr`; `findFlickrUrls` does better.
 */
export function findFlickrUrlsInText(text: string): string[] {
  return Array.from(text.matchAll(PLAIN_URL), ([url]) => url.replace(/\.+$/, ""));
}

const PLAIN_URL =
  /(?:https?:\/\/)?(?:www\.)?(?:(?:live\.static|farm\d+\.static|c\d+\.static)\.?|static\.|photos\d+\.)?flickr\.com[a-zA-Z0-9@_\-./?&=]*/g;

/** A URL, without the escapes that it may have had in the text, and where it begins there, in UTF-16 code units from 0. */
export interface FoundUrl {
  readonly url: string;
  readonly index: number;
}

/** What every address of Flickr has at the end of its host, whatever the case. */
const ANCHOR = /(?:flickr\.(?:com|org)|flic\.kr)(?![a-z\d-]|\.[a-z\d])/gi;
/** What may stand before that: a copy's address in the Wayback Machine, schemes, the start of the host. */
const BEFORE =
  /(?:(?:https?:)?\/\/web\.archive\.org\/web\/[\d*]*(?:[a-z]{2}_)?\/)?(?:(?:(?:https?|feed):)?\/\/){0,2}((?:[a-z\d-]+\.)*[a-z\d-]*)$/i;
/** No address is longer before its anchor: an archive's address, two schemes and a host. */
const LONGEST_BEFORE = 120;
/** Where an address ends at the latest: white space, quotes, brackets and what wikitext and Markdown put around it. */
const REST = /[^\s<>"'`|\\^{}[\]\u0000-\u001f\u007f]*/y;
/**
 * The same for an address that is percent-encoded as a whole, as in the query of another one: once, or several times
 * (`%252F`). What ends a value of a query ends it.
 */
const ENCODED_BEFORE = /(?:https?%(?:25)*3a)?%((?:25)*)2f%(?:25)*2f(?:[a-z\d-]+\.)*[a-z\d-]*$/i;
const ENCODED_REST = /^[^&#;+]*/;
/** HTML's own writing of quotes and brackets; `&amp;` is part of an address. */
const ENTITY = /&(?:quot|apos|lt|gt|nbsp|#\d{1,6}|#x[\da-f]{1,6});/i;

/**
 * Every Flickr URL in a text: hosts of any case, `flic.kr`, `commons.flickr.org`, copies in the Wayback Machine, and
 * characters that are not ASCII; also with slashes and the like escaped as in JSON and HTML, or percent-encoded inside
 * of another URL. The middle of a word does not count, nor does the site's name without `http://`, `www.` or a path. What is
 * found may still mean nothing to `parseFlickrUrl`.
 */
export function findFlickrUrls(text: string): FoundUrl[] {
  const anchors = [...text.matchAll(ANCHOR)];
  if (anchors.length === 0 || !hasEscapes(text)) return urlsAt(text, anchors);
  const { plain, positionOf } = unescaped(text);
  return urlsAt(plain, plain.matchAll(ANCHOR)).map(({ url, index }) => ({ url, index: positionOf(index) }));
}

function urlsAt(text: string, anchors: Iterable<RegExpExecArray>): FoundUrl[] {
  const found: FoundUrl[] = [];
  let end = 0;
  for (const anchor of anchors) {
    if (anchor.index < end) continue;
    const start = text.slice(Math.max(end, anchor.index - LONGEST_BEFORE), anchor.index);
    REST.lastIndex = anchor.index;
    const rest = REST.exec(text)?.[0] ?? "";
    // Whatever becomes of this address, the next one begins after it: no character is looked at twice.
    end = anchor.index + rest.length;
    const address = decodedAddress(start, rest) ?? plainAddress(start, rest, anchor[0]);
    if (address === undefined) continue;
    const index = anchor.index - address.before;
    const url = understood(withoutPunctuation(address.text));
    if (url !== undefined && stands(url, text[index - 1])) found.push({ url, index });
  }
  return found;
}

/** An address, and how much of it stands before its anchor. */
interface Address {
  readonly text: string;
  readonly before: number;
}

function plainAddress(start: string, rest: string, anchor: string): Address | undefined {
  const [before = "", host = ""] = BEFORE.exec(start) ?? [];
  if (!isFlickrHost(`${host}${anchor}`.toLowerCase())) return undefined;
  return { text: `${before}${rest}`, before: before.length };
}

/** The address as it was before it was percent-encoded; undefined where it was not. */
function decodedAddress(start: string, rest: string): Address | undefined {
  const [before, again = ""] = (start.includes("%") && ENCODED_BEFORE.exec(start)) || [];
  if (before === undefined) return undefined;
  let text = `${before}${ENCODED_REST.exec(rest)?.[0] ?? ""}`;
  try {
    for (let times = 1 + again.length / 2; times > 0; times--) text = decodeURIComponent(text);
  } catch {
    return undefined;
  }
  REST.lastIndex = 0;
  text = REST.exec(text)?.[0] ?? "";
  const host = /^(?:https?:)?\/\/([^/:?#]*)/i.exec(text)?.[1] ?? "";
  return isFlickrHost(host.toLowerCase()) ? { text, before: before.length } : undefined;
}

/**
 * The URL as far as it is one. Where characters that are not ASCII follow it without a blank (in Chinese and Japanese)
 * and it means nothing with them, the URL without them.
 */
function understood(url: string): string | undefined {
  const parsed = parseFlickrUrl(url);
  if ("type" in parsed) return url;
  const ascii = url.replace(/[^\u0021-\u007e].*$/s, "");
  if (ascii !== url && "type" in parseFlickrUrl(ascii)) return ascii;
  return parsed.error === "NotAFlickrUrl" ? undefined : url;
}

/** Whether a URL is no part of a word and no mere mention of the site. */
function stands(url: string, characterBefore = ""): boolean {
  if (/^(?:https?:|feed:)?\/\//i.test(url)) return true;
  return (/^www\./i.test(url) || url.includes("/")) && !/[\p{L}\p{N}@._%/-]/u.test(characterBefore);
}

/** Without the punctuation of the sentence around it, and without the bracket that was opened before it. */
function withoutPunctuation(text: string): string {
  const entity = text.search(ENTITY);
  const url = entity === -1 ? text : text.slice(0, entity);
  let unopened = url.split(")").length - url.split("(").length;
  let end = url.length;
  for (; end > 0; end--) {
    const character = url[end - 1] as string;
    if (character === ")" && unopened > 0) unopened--;
    else if (!/[.,;:!?*]/.test(character)) break;
  }
  return url.slice(0, end);
}
