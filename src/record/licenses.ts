/**
 * Licences: from a licence URL, or a name and a version, to the licence they mean. No network is needed: deeds,
 * legal codes and ports are recognised by their paths.
 */

/** A licence as a record carries it. */
export interface License {
  /** `by`, `by-nc-sa`, `cc0`, `pdm`, … */
  readonly license: string;
  /** `2.0`; `N/A` for the old public domain dedication. */
  readonly version: string;
  /** The licence's own page; a port keeps its jurisdiction (`…/by/3.0/de/`), a deed or legal code does not stay. */
  readonly url: string;
}

const BASE = "https://creativecommons.org/";

/** Names that share versions, as `licenses/{name}/{version}`. */
const SERIES: readonly { names: readonly string[]; versions: readonly string[] }[] = [
  { names: ["by", "by-nc", "by-nc-sa", "by-nd", "by-sa"], versions: ["1.0", "2.0", "2.5", "3.0", "4.0"] },
  { names: ["by-nc-nd"], versions: ["2.0", "2.5", "3.0", "4.0"] },
  { names: ["nc", "nd", "sa", "nc-sa", "nd-nc", "sampling", "sampling+", "nc-sampling+"], versions: ["1.0"] },
  { names: ["devnations"], versions: ["2.0"] },
];

/** Version 2.1 exists in these jurisdictions only; 2.0 without "by" in Japan only. */
const PORTED_ONLY: readonly {
  names: readonly string[];
  version: string;
  jurisdictions: readonly string[];
}[] = [
  {
    names: ["by", "by-nc", "by-nc-nd", "by-nc-sa", "by-nd", "by-sa"],
    version: "2.1",
    jurisdictions: ["au", "es", "jp"],
  },
  { names: ["nc", "nd", "sa", "nc-sa", "nd-nc"], version: "2.0", jurisdictions: ["jp"] },
];

/** Paths that do not follow the pattern. */
const SPECIAL_PATHS: readonly (readonly [path: string, license: string, version: string])[] = [
  ["licenses/by-nd-nc/1.0", "by-nc-nd", "1.0"],
  ["licenses/by-nd-nc/2.0/jp", "by-nc-nd", "2.0"],
  ["licenses/publicdomain", "publicdomain", "N/A"],
  ["publicdomain/zero/1.0", "cc0", "1.0"],
  ["publicdomain/mark/1.0", "pdm", "1.0"],
  ["licenses/mark/1.0", "pdm", "1.0"],
  ["share-your-work/public-domain/cc0", "cc0", "1.0"],
  ["share-your-work/public-domain/pdm", "pdm", "1.0"],
];

/** Pairs whose page is not found by the first path above that gives them. */
const PAGES_OF_PAIRS: readonly (readonly [license: string, version: string, path: string])[] = [
  // Version 2.1 was never written without a jurisdiction; the catalogue points to the unported 2.0 text.
  ...["by", "by-nc", "by-nc-nd", "by-nc-sa", "by-nd", "by-sa"].map(
    (name) => [name, "2.1", `licenses/${name}/2.0`] as const,
  ),
];

const byPath = new Map<string, { license: string; version: string }>();
const pathOfPair = new Map<string, string>();
const names = new Set<string>();

function add(path: string, license: string, version: string): void {
  byPath.set(path, { license, version });
  names.add(license);
  const pair = `${license} ${version}`;
  if (!pathOfPair.has(pair)) pathOfPair.set(pair, path);
}

for (const [license, version, path] of PAGES_OF_PAIRS) pathOfPair.set(`${license} ${version}`, path);
for (const { names, versions } of SERIES) {
  for (const name of names) for (const version of versions) add(`licenses/${name}/${version}`, name, version);
}
for (const { names, version, jurisdictions } of PORTED_ONLY) {
  for (const name of names)
    for (const place of jurisdictions) add(`licenses/${name}/${version}/${place}`, name, version);
}
for (const [path, license, version] of SPECIAL_PATHS) add(path, license, version);

/**
 * The licence behind a URL on creativecommons.org: http or https or neither, any case, with or without a last
 * slash, a deed (`deed.de`), a legal code, a port (`/3.0/us/`, `/igo/`). Undefined for anything else.
 */
export function licenseOfUrl(url: unknown): License | undefined {
  if (typeof url !== "string") return undefined;
  let license = knownUrls.get(url);
  if (license === undefined) {
    license = readUrl(url) ?? null;
    if (knownUrls.size >= KNOWN_URLS) knownUrls.clear();
    knownUrls.set(url, license);
  }
  return license ?? undefined;
}

/** The same few URLs come with all records; null is none. */
const knownUrls = new Map<string, License | null>();
const KNOWN_URLS = 1000;

function readUrl(url: string): License | undefined {
  const bare = url
    .trim()
    .toLowerCase()
    .replace(/^(?:https?:)?\/*/, "");
  const [host, ...segments] = bare
    .replace(/[?#].*$/s, "")
    .split("/")
    .filter(Boolean);
  if (host !== "creativecommons.org") return undefined;
  if (/^(?:deed|legalcode|rdf)\b/.test(segments.at(-1) ?? "")) segments.pop();

  const path = segments.join("/");
  const known = byPath.get(path);
  // The page of the pair, not the path as it stands: an alias (`licenses/mark/1.0`) has a page of its own.
  if (known) return { ...known, url: pageUrl(isPort(segments) ? path : pathFor(known)) };
  if (!isPort(segments)) return undefined;
  const plain = byPath.get(segments.slice(0, -1).join("/"));
  return plain && { ...plain, url: pageUrl(path) };
}

/** Whether the last part of a path names a jurisdiction: `licenses/by/3.0/us`. */
function isPort(segments: readonly string[]): boolean {
  return segments.length === 4 && /^(?:[a-z]{2}|igo|scotland)$/.test(segments[3] as string);
}

/** The licence of a name and a version (`"4"`, `4` and `"4.0"` are the same). The name must be the exact word. */
export function licenseOfPair(license: unknown, version: unknown): License | undefined {
  if (typeof license !== "string") return undefined;
  const known = typeof version === "string" ? usualPairs.get(license)?.get(version) : undefined;
  if (known) return known;
  const normal = normalVersion(version);
  const path = normal && pathOfPair.get(`${license} ${normal}`);
  return path ? { license, version: normal, url: pageUrl(path) } : undefined;
}

/** Pairs as the table writes them, which is how nearly all are written. */
const usualPairs = new Map<string, Map<string, License>>();
for (const [pair, path] of pathOfPair) {
  const [license = "", version = ""] = pair.split(" ");
  const versions = usualPairs.get(license) ?? new Map<string, License>();
  usualPairs.set(license, versions.set(version, { license, version, url: pageUrl(path) }));
}

/** Whether a word is the name of a licence that we know in some version. */
export function isLicenseName(license: string): boolean {
  return names.has(license);
}

function normalVersion(version: unknown): string | undefined {
  const text = typeof version === "number" ? String(version) : version;
  if (typeof text !== "string") return undefined;
  if (text.trim() === "N/A") return "N/A";
  // Not rounded: "4.04" is no version 4.0.
  const [, whole, tenth = "0"] = /^(\d+)(?:\.(\d)0*)?$/.exec(text.trim()) ?? [];
  return whole === undefined ? undefined : `${Number(whole)}.${tenth}`;
}

function pathFor({ license, version }: { license: string; version: string }): string {
  return pathOfPair.get(`${license} ${version}`) as string;
}

function pageUrl(path: string): string {
  return `${BASE}${path}/`;
}

/** What a licence asks, in the order in which its name lists it. */
export const CONDITIONS = {
  by: "Credit the creator, name and link the licence, and say what you changed.",
  nc: "Not primarily for commercial advantage or payment.",
  nd: "Adaptations may be made but not shared.",
  sa: "Adaptations are shared under the same licence.",
} as const;

/** Licences that are not read off their names. */
const SPECIAL_TITLES: Record<string, string> = {
  cc0: "CC0",
  pdm: "Public Domain Mark",
  publicdomain: "Public Domain Dedication and Certification",
  devnations: "Developing Nations",
  sampling: "Sampling",
  "sampling+": "Sampling Plus",
  "nc-sampling+": "NonCommercial Sampling Plus",
};

/** A licence's name for people: `CC BY-NC-SA 2.0`, `CC0 1.0`, `Public Domain Mark 1.0`. */
export function licenseTitle(license: string, version: string): string {
  const name = SPECIAL_TITLES[license] ?? `CC ${license.toUpperCase()}`;
  return version === "N/A" ? name : `${name} ${version}`;
}

/** Licences whose names do not say what they ask. */
const SPECIAL_CONDITIONS: Record<string, readonly (keyof typeof CONDITIONS)[]> = {
  devnations: ["by"],
  sampling: ["by"],
  "sampling+": ["by"],
  "nc-sampling+": ["by", "nc"],
};

/** The conditions of a licence, read off its name; none for CC0, PDM and the old dedication. */
export function conditionsOf(license: string): readonly (keyof typeof CONDITIONS)[] {
  return (
    SPECIAL_CONDITIONS[license] ??
    license.split("-").filter((part): part is keyof typeof CONDITIONS => Object.hasOwn(CONDITIONS, part))
  );
}
