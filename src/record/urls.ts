import { parseHost } from "./public-suffix.js";
import { isLongerThan, trimEndOf } from "./text.js";

/**
 * A URL as the record stores it, or what is wrong with it.
 *
 * The rules are the catalogue's, but for its probe: it asks every host whether it answers on https and keeps
 * http where it does not. A record must not depend on the weather, so https is written always.
 */
export type CleanedUrl = { url: string } | { problem: string };

const TOO_LONG = "is longer than";

/** Whether a problem is the length of the URL. */
export function isTooLong(problem: string): boolean {
  return problem.startsWith(TOO_LONG);
}

/** Hosts repeat from record to record, and looking one up costs more than the rest of the check. */
const knownHosts = new Map<string, boolean>();
const KNOWN_HOSTS = 10_000;

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
/** How nearly every address looks: https, a plain host, a path of ASCII. Then its host is all there is to check. */
const PLAIN = /^https:\/\/(?:[a-z\d-]+\.)+[a-z]{2,}\/[!#-[\]-~]*[!#-.0-[\]-~]$/;
const FORBIDDEN = /["\\\s\u0000-\u001f\u007f-\u009f]/u;

/**
 * Cleans a URL: white space around it and slashes at its end go; `//host/x`, `host/x` and `http:x` get their
 * scheme; the host has to lie under a public suffix or be an IPv4 address. A user name or password is refused.
 */
export function cleanUrl(value: unknown, limit: number, { keepLastSlash = false } = {}): CleanedUrl {
  if (typeof value !== "string") return { problem: "is not a text" };
  if (isPlainUrl(value, limit)) return { url: value };
  const text = value.trim();
  if (text === "") return { problem: "is empty" };
  if (FORBIDDEN.test(text)) return { problem: "holds a blank, a quote, a backslash or a control character" };
  const bare = text.replace(/^https?:\/*/i, "").replace(/^\/+/, "");
  const url = `https://${keepLastSlash ? bare : trimEndOf(bare, "/")}`;
  if (isLongerThan(url, limit)) return { problem: `${TOO_LONG} ${limit} characters` };
  if (!URL.canParse(url) || !isWebAddress(url)) return { problem: "is not a web address" };
  return { url: url.isWellFormed() ? url : url.toWellFormed() };
}

/** Whether a URL is of the usual form and needs no cleaning; another one may be just as good. */
export function isPlainUrl(value: string, limit: number): boolean {
  if (value.length > limit || !PLAIN.test(value)) return false;
  const start = "https://".length;
  return !value.includes("xn--") && isPublicHost(value.slice(start, value.indexOf("/", start)));
}

function isWebAddress(url: string): boolean {
  const { hostname, username, password } = new URL(url);
  // `mailto:a@example.com` looks like a host with a user name and a password.
  if (username !== "" || password !== "") return false;
  // Any number is an IPv4 address to WHATWG (`12345`, `127.1`); here only one that is written out in full.
  if (IPV4.test(hostname)) return url.startsWith(hostname, "https://".length);
  return isPublicHost(hostname);
}

function isPublicHost(host: string): boolean {
  let known = knownHosts.get(host);
  if (known === undefined) {
    // Without the private suffixes (`s3.amazonaws.com`, `github.io`): those are hosts like any other.
    const { domain, isIcann } = parseHost(host, { allowPrivateDomains: false });
    known = domain !== null && isIcann === true;
    if (knownHosts.size >= KNOWN_HOSTS) knownHosts.clear();
    knownHosts.set(host, known);
  }
  return known;
}
