/**
 * The form in which two addresses are compared, for one file has many: the normal form of RFC 3986 (section 6), and what
 * makes no difference to the file besides. It is for comparing only; a record keeps the address that it came with.
 *
 * Left out: scheme (`https` stands for both), `www.`, a port that goes without saying, a dot behind the host, the
 * fragment, slashes at the end, an empty query, and parameters that only say where somebody came from. One spelling: the
 * host in lower case and ASCII (IDNA), dot segments resolved, texts in Unicode's form C as escapes of UTF-8, no escapes
 * where the character itself may stand, upper-case digits in those that stay. The case of a path, and every other
 * parameter with its place, make another address.
 */

/**
 * How nearly every address looks that is its own comparable form: nothing in it that could be written in another way.
 * What has dot segments, `www.` or a query is looked at closely.
 */
const USUAL =
  /^https:\/\/(?:[a-z\d-]+\.)+[a-z][a-z\d-]*[a-z\d](?:\/[\w~!$&'()*+,;=:@./-]*[\w~!$&'()*+,;=:@.-])?$/;

/** Parameters that say where a reader came from, and nothing of the file: those of analytics, advertising and mail. */
const TRACKING =
  /^(?:(?:utm|mtm|hsa)_\w+|pk_(?:campaign|kwd|keyword|source|medium|content|cid)|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|mc_[ce]id|_g[al]|_hs(?:enc|mi)|mkt_tok)(?:=|$)/i;

/** Characters that may stand in a path, and in a query, without another meaning. `+` is a blank to some servers. */
const PLAIN_IN = { path: /[\w.~!$&'()*,;=:@-]/, query: /[\w.~!$'()*,:@/?-]/ } as const;
/** What may stand in an address at all; everything else is escaped. */
const NOT_IN_ADDRESSES = /[^\w.~:/?#[\]@!$&'()*+,;=%-]/gu;

/** The comparable form of an address; what is no address of the web is left as it is. */
export function comparableUrl(address: string): string {
  if (isUsual(address) || !/^(?:https?:)?\/\//i.test(address)) return address;
  const text = `https://${address.replace(/^(?:https?:)?\/*/i, "")}`;
  if (!URL.canParse(text)) return address;
  const { hostname, port, pathname, search } = new URL(text);
  const path = inOneSpelling(pathname, "path").replace(/\/+$/, "");
  const parameters = search
    .slice(1)
    .split("&")
    .filter((parameter) => parameter !== "" && !TRACKING.test(parameter))
    .map((parameter) => inOneSpelling(parameter, "query"))
    .join("&");
  return `https://${comparableHost(hostname)}${isUsualPort(port) ? "" : `:${port}`}${path}${parameters && `?${parameters}`}`;
}

/** Whether an address is its own comparable form, as can be seen at a glance. */
function isUsual(address: string): boolean {
  return USUAL.test(address) && !address.includes("/.") && !address.startsWith("https://www.");
}

/** A host without what makes no difference. `www.` stays where nothing but a top-level domain would be left. */
function comparableHost(host: string): string {
  return host.replace(/\.+$/, "").replace(/^(?:www\.)+(?=[^.]+\.)/, "");
}

/** Both schemes mean the same, and so do their ports; the one of https never shows. */
function isUsualPort(port: string): boolean {
  return port === "" || port === "80" || port === "443";
}

/** Bytes of one spelling: what need not be escaped is not, what has to be is, in upper case and form C. */
function inOneSpelling(text: string, part: keyof typeof PLAIN_IN): string {
  const decoded = text.includes("%")
    ? text.replace(/%(?![\da-f]{2})/gi, "%25").replace(/%[\da-f]{2}/gi, (encoded) => unescaped(encoded, part))
    : text;
  return (
    decoded
      .replace(/(?:%[\da-f]{2})+/gi, textOf)
      .split(/(%[\dA-F]{2})/)
      // An accent behind an escape that stays is not put on its last digit.
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

/** Escapes beyond ASCII as the text that they are; those that are none (other encodings, binary) stay. */
function textOf(escapes: string): string {
  try {
    return decodeURIComponent(escapes.replace(/%(?=[0-7])/g, "%25"));
  } catch {
    return escapes;
  }
}
