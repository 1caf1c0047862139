import { trimEndOf } from "./text.js";

/**
 * The form in which two addresses are compared, for one file has many: the normal form of RFC 3986 (section 6.2) with the
 * hosts of the URL Standard, and what makes no difference to the file besides. It is for comparing only; a record keeps
 * the address as cleaning leaves it.
 *
 * Left out: scheme (`https` stands for both), `www.`, user and password, the default port, dots after the
 * host, the fragment, slashes at the end, an empty query, and parameters that only say where a reader came from. One
 * spelling: the host in lower case and ASCII (IDNA; `%65` in it is an `e`, and a number an IPv4 address), dot segments
 * resolved, texts in Unicode's form C as escapes of UTF-8, no escapes where the character itself is allowed, upper-case
 * digits in those that stay. The case of a path, and every other parameter with its place, make another address.
 */

/**
 * How nearly every address looks that is its own comparable form: nothing in it that could be written in another way.
 * What has dot segments, `www.` or a query is looked at closely.
 */
const USUAL =
  /^https:\/\/(?:[a-z\d-]+\.)+[a-z][a-z\d-]*[a-z\d](?:\/[\w~!$&'()*+,;=:@./-]*[\w~!$&'()*+,;=:@.-])?$/;
/** What nearly every other address has in front of the rest of its form. */
const USUAL_STARTS = ["https://www.", "http://", "http://www."];

/**
 * Parameters that say where a reader came from, and nothing of the file: those of analytics, advertising and mail, as
 * browsers take them out (the lists of Firefox and Brave).
 */
const TRACKING =
  /^(?:(?:utm|mtm|hsa|piwik|matomo)_\w+|pk_(?:campaign|kwd|keyword|source|medium|content|cid)|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|gad_source|gad_campaignid|srsltid|msclkid|y(?:s|m)?clid|twclid|ttclid|li_fat_id|igshid|igsh|mc_[ce]id|ml_subscriber(?:_hash)?|oly_(?:anon|enc)_id|vero_(?:id|conv)|rb_clickid|wickedid|_openstat|_g[al]|_hs(?:enc|mi)|__(?:hstc|hssc|hsfp|s)|hsctatracking|mkt_tok)(?:=|$)/i;

/** Characters that are allowed in a path, and in a query, without another meaning. `+` is a blank to some servers. */
const PLAIN_IN = { path: /[\w.~!$&'()*,;=:@-]/, query: /[\w.~!$'()*,:@/?-]/ } as const;
/** What is not allowed in a path or query, and is escaped. */
const NOT_IN_ADDRESSES = /[^\w.~:/?@!$&'()*+,;=%-]/gu;

/** A scheme of the web, be it twice (`http://https://…`), with as many slashes as there are; browsers read `\` as `/`. */
const WEB = /^(?:(?:https?:[\\/]*)+|[\\/]{2,})/i;
/** A host without a scheme in front: no other scheme (`mailto:`), and no mail address. */
const BARE_HOST = /^[^/\\?#:@]+(?::\d*)?(?:[/\\?#]|$)/;
/** The port of an address, valid or not. */
const PORT = /^(https:\/\/(?:[^/\\?#]*@)?[^/\\?#:@]+):[^/\\?#@]*/;

/** The comparable form of an address; what is no address of the web, or has no scheme, is left as it is. */
export function comparableUrl(address: string): string {
  const usual = usualForm(address);
  if (usual !== undefined) return usual;
  const text = withoutStrayBlanks(address);
  const scheme = WEB.exec(text)?.[0];
  const url = scheme === undefined ? undefined : readUrl(text.slice(scheme.length));
  return url === undefined ? address : formOf(url);
}

/**
 * What an address is known by: its comparable form without `https://`. It may be written as cleaning takes it
 * (`host/x`, `//host/x`, `http:x`) or as browsers do. Undefined for what is no address of the web.
 */
export function addressKey(address: string): string | undefined {
  const usual = usualForm(address);
  if (usual !== undefined) return usual.slice(HTTPS.length);
  const text = withoutStrayBlanks(address);
  const scheme = WEB.exec(text)?.[0] ?? (BARE_HOST.test(text) ? "" : undefined);
  const url = scheme === undefined ? undefined : readUrl(text.slice(scheme.length));
  return url !== undefined && comparableHost(url.hostname).includes(".")
    ? formOf(url).slice(HTTPS.length)
    : undefined;
}

const HTTPS = "https://";

/** The form of an address, where a regular expression shows it. */
function usualForm(address: string): string | undefined {
  const given = trimEndOf(address, "/");
  if (isUsual(given)) return given;
  for (const start of USUAL_STARTS) {
    if (!given.startsWith(start)) continue;
    const form = HTTPS + given.slice(start.length);
    if (isUsual(form)) return form;
  }
  return undefined;
}

/** Whether a regular expression shows that an address is its own comparable form. */
function isUsual(address: string): boolean {
  return USUAL.test(address) && !address.includes("/.") && !address.startsWith("https://www.");
}

const STRAY_BLANK = /[\s\u0000-\u001f]/;

/** Without line ends, tabs, and what is blank in front, none of which browsers see; `URL` looks after the end. */
function withoutStrayBlanks(address: string): string {
  if (!STRAY_BLANK.test(address)) return address;
  return address
    .replace(/[\t\n\r]+/g, "")
    .trim()
    .replace(/^[\u0000-\u0020]+/, "");
}

/** What follows a scheme, as a browser reads it. An impossible port is left out: it says nothing about the host. */
function readUrl(bare: string): URL | undefined {
  const address = HTTPS + bare;
  if (URL.canParse(address)) return new URL(address);
  const portless = address.replace(PORT, "$1");
  return URL.canParse(portless) ? new URL(portless) : undefined;
}

function formOf({ hostname, port, pathname, search }: URL): string {
  const path = trimEndOf(inOneSpelling(pathname, "path"), "/");
  const query = search === "" ? "" : queryOf(search.slice(1));
  return HTTPS + comparableHost(hostname) + (isUsualPort(port) ? "" : `:${port}`) + path + query;
}

function queryOf(query: string): string {
  const parameters = query
    // As copied out of HTML.
    .replaceAll("&amp;", "&")
    .split("&")
    .map((parameter) => inOneSpelling(parameter, "query"))
    .filter(isTelling);
  // Slashes at the end of an address are gone when it has been cleaned.
  for (let last = parameters.pop(); last !== undefined; last = parameters.pop()) {
    const bare = trimEndOf(last, "/");
    if (isTelling(bare)) return `?${[...parameters, bare].join("&")}`;
  }
  return "";
}

/** Whether a parameter says anything of the file. */
function isTelling(parameter: string): boolean {
  return parameter !== "" && !TRACKING.test(parameter);
}

/** A host without what makes no difference. `www.` stays where nothing but a top-level domain would be left. */
function comparableHost(host: string): string {
  return trimEndOf(host, ".").replace(/^(?:www\.)+(?=[^.]+\.)/, "");
}

/** Both schemes mean the same, and so do their ports; the one of https never shows. */
function isUsualPort(port: string): boolean {
  return port === "" || port === "80" || port === "443";
}

/** In one spelling: only what must be escaped is, in upper case and form C. */
function inOneSpelling(text: string, part: keyof typeof PLAIN_IN): string {
  const decoded = text.includes("%")
    ? text.replace(/%(?![\da-f]{2})/gi, "%25").replace(/%[\da-f]{2}/gi, (encoded) => unescaped(encoded, part))
    : text;
  return (
    decoded
      .replace(/(?:%[\da-f]{2})+/gi, textOf)
      .split(/(%[\dA-F]{2})/)
      // An accent after an escape that stays is not combined with its last digit.
      .map((piece, i) =>
        i % 2 === 1 ? piece : piece.normalize("NFC").replace(NOT_IN_ADDRESSES, encodeURIComponent),
      )
      .join("")
  );
}

/** The character of an escape that it does not need. */
function unescaped(encoded: string, part: keyof typeof PLAIN_IN): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return PLAIN_IN[part].test(character) ? character : encoded.toUpperCase();
}

/** Decodes escapes beyond ASCII; those that are not UTF-8 (other encodings, binary) stay. */
function textOf(escapes: string): string {
  try {
    return decodeURIComponent(escapes.replace(/%(?=[0-7])/g, "%25"));
  } catch {
    return escapes;
  }
}
