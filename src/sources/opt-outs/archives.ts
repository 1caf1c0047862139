import { decodedPart } from "../../base/secrets/index.js";
import { addressKey } from "../../record/index.js";

/** Copies of the web: the address of a copy holds the one of the original, and means it. */

/**
 * Archives that keep anybody's pages, by their hosts; of some only what is below a path. Sources: Wikipedia's list of
 * web archiving initiatives and its `Module:Webarchive`.
 */
const ARCHIVES: readonly string[] = [
  "web.archive.org",
  "wayback.archive.org",
  "liveweb.archive.org",
  "archive.org/wayback",
  "archive.org/web",
  "archive-it.org",
  ...["today", "ph", "is", "li", "vn", "md", "fo"].map((domain) => `archive.${domain}`),
  "arquivo.pt",
  "webarchive.nationalarchives.gov.uk",
  "webarchive.org.uk",
  "webarchive.loc.gov",
  "webarchive.bac-lac.gc.ca",
  "swap.stanford.edu",
  "vefsafn.is",
  "timetravel.mementoweb.org",
  "webcitation.org",
  "ghostarchive.org",
  "megalodon.jp",
  "perma.cc",
  "archive.wikiwix.com",
  "webcache.googleusercontent.com",
  "cc.bingj.com",
];
/** Other hosts run the same programs: the address of the original follows a time there. */
const COPY = /\/\d{14}(?:[a-z]{2}_)?\/https?:\//i;
/** The key of an address there, or on a host below. The start of a key without a path is a host that means itself. */
const IN_ARCHIVE = new RegExp(
  `^(?:[^/?:]+\\.)?(?:${ARCHIVES.map((name) => name.replaceAll(".", "\\.")).join("|")})(?::\\d+)?[/?]`,
);

/** An address inside of another one: with its scheme, or as the value of `url=`. */
const INNER = /\/(https?:(?:\/|%2F).*)$|[?&]url=([^&]+)/is;
/** Without a scheme it follows the time of the copy, or a word or a star for any time: `/web/2020id_/example.org/a`. */
const AFTER_TIME = /^\/(?:\w+\/)*?(?:[\d*]{1,15}(?:[a-z]{2}_)?|newest|oldest|latest|web)\/([^/]+\..+)$/is;

/** The most archives that one address goes through. */
const MOST_ARCHIVES = 4;

/**
 * The key of what an archived copy is of, by the key of its address (`addressKey`); null where its address does not say, and
 * undefined where it is no copy.
 */
export function originalOf(key: string): string | null | undefined {
  if (!isArchive(key)) return undefined;
  let original = key;
  for (let archives = 0; isArchive(original); archives++) {
    const inner = innerKey(original);
    if (inner === undefined || archives === MOST_ARCHIVES) return null;
    original = inner;
  }
  return original;
}

function isArchive(key: string): boolean {
  return IN_ARCHIVE.test(key) || (key.includes(":/") && COPY.test(key));
}

function innerKey(key: string): string | undefined {
  const path = key.slice(key.search(/[/?]/));
  const [, whole, value] = INNER.exec(path) ?? [];
  const inner = whole ?? (value && decodedPart(value)) ?? AFTER_TIME.exec(path)?.[1];
  return inner === undefined
    ? undefined
    : addressKey(/^[\w.:-]+%2F/i.test(inner) ? decodedPart(inner) : inner);
}
