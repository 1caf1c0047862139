import { listing } from "../../base/counted.js";
import { cutText, textOf } from "../text.js";
import { splitAddresses } from "./addresses.js";
import type { Reading, Unversioned } from "./reading.js";
import { againstIn, readText } from "./text.js";
import { licenseTitle, titleOf } from "./titles.js";
import { isLicenseName, type License, onlyVersionOf, portsOf, toolOf, versionsOf } from "./tools.js";
import { namesIn } from "./words.js";

/** What a source says of a licence: each of the three may hold an address, a name, an identifier, a sentence, HTML. */
export interface GivenLicense {
  readonly license?: unknown;
  readonly license_version?: unknown;
  readonly license_url?: unknown;
}

/** A licence and what the source gave as its address, if it gave one. */
export interface Licensed {
  readonly license: License;
  readonly given: unknown;
}

/** Why there is no licence: for people, and a code for programs. */
interface NoLicense {
  readonly error: string;
  readonly code: "bad_license" | "missing_license" | "missing_license_version" | "license_conflict";
}

/**
 * Reads a licence. `license_url` wins over `license` and `license_version`, which help out where it leads nowhere;
 * `carried` are the members that a cleaned record has in its meta_data. No version is guessed.
 */
export function readLicense(raw: GivenLicense, carried?: unknown): Licensed | NoLicense {
  const given = isTexts(raw.license) || isTexts(raw.license_url) ? withoutLists(raw) : raw;
  const { license, license_version, license_url } = given;
  // How nearly all are written.
  const usual =
    typeof license === "string" && typeof license_version === "string"
      ? toolOf(license, license_version)
      : undefined;
  if (usual && (license_url ?? null) === null) return besideCarried(usual, given, carried);

  const url = readField(license_url);
  if (url && "license" in url) {
    // The name beside it may be anybody's shorthand; that the work is not open is something else.
    const beside = usual ? undefined : readField(license);
    const against = beside && "code" in beside ? againstIn(beside, url.license) : undefined;
    if (against === undefined) return { license: url.license, given: license_url };
    return conflict(`license_url names ${titleOf(url.license)}, but license says ${against}`);
  }
  const pair = usual ? { license: usual } : readPair(given, url && "name" in url ? url : undefined);
  if (pair && "license" in pair) {
    const against = url && contradiction(url, pair.license);
    if (against === undefined) return besideCarried(pair.license, given, carried);
    return conflict(`license ${titleOf(pair.license)} contradicts license_url, which names ${against}`);
  }
  const own = readField(memberOf(carried, "license_url"));
  if (own && "license" in own && isOpenTo(own.license, pair) && isOpenTo(own.license, url))
    return { license: own.license, given: memberOf(carried, "raw_license_url") ?? null };
  return refusal(given, pickTelling(url, pair));
}

/** Whether a value is a list of texts: some sources write one where others write a text. */
export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** Of a list all counts, as of a text: two licences in it contradict each other. */
function withoutLists({ license, license_version, license_url }: GivenLicense): GivenLicense {
  const joined = (value: unknown) => (isTexts(value) ? value.join("\n") : value);
  return { license: joined(license), license_version, license_url: joined(license_url) };
}

/** The licence of a text, which may be an address, a name, an identifier, a sentence, or HTML. */
export function licenseOfUrl(url: unknown): License | undefined {
  const reading = readField(url);
  return reading && "license" in reading ? reading.license : undefined;
}

/** The licence of a name and a version (`"4"`, `4` and `"4.0"` are the same). */
export function licenseOfPair(license: unknown, license_version: unknown): License | undefined {
  const read = readLicense({ license, license_version });
  return "license" in read ? read.license : undefined;
}

function readField(value: unknown): Reading | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : readText(value);
  return (value ?? null) === null ? undefined : { code: "bad_license", why: "is not a text" };
}

/** What `license` and `license_version` say together; `url` is a licence that license_url names without its version. */
function readPair(
  { license, license_version }: GivenLicense,
  url: Unversioned | undefined,
): Reading | undefined {
  const version = textOf(license_version);
  const name = textOf(license)?.toLowerCase();
  if (name !== undefined && isLicenseName(name)) return versionOf(name, version);
  const reading =
    name === undefined ? (url ?? readVersion(license, version)) : readText(textOf(license) as string);
  if (reading === undefined || version === null || "code" in reading) return reading;
  if ("name" in reading) return reading.version === undefined ? versionOf(reading.name, version) : reading;
  // Named whole: a version beside it has to agree. Words without a digit ("International") name no version.
  const { license: named } = reading;
  const beside = /\d/.test(version) ? versionOf(named.license, version) : reading;
  if ("license" in beside && beside.license.version === named.version) return reading;
  const why = `says ${titleOf(named)}, but license_version says ${cutText(version, 50)}`;
  return { code: "license_conflict", why };
}

/** A version alone is no licence; but some write all into it. */
function readVersion(license: unknown, version: string | null): Reading | undefined {
  if (version === null || normalVersion(version) !== undefined) return readField(license);
  return readText(version);
}

/** A licence by its name and a text for the version: `4`, `v4.0`, `4.0 International`, `3.0 DE`. */
function versionOf(name: string, version: string | null): Reading {
  const tool = version === null ? onlyVersionOf(name) : toolOf(name, normalVersion(version) ?? "");
  if (tool) return { license: tool };
  if (version === null) return { name };
  const isBare = /^(?:v|ver|version)?[\s.]*\d/i.test(version);
  const [one, other] = namesIn(isBare ? `cc ${name} ${version}` : version);
  return one && !other && "license" in one && one.license.license === name ? one : { name, version };
}

function normalVersion(version: string): string | undefined {
  if (version.toUpperCase() === "N/A") return "N/A";
  // Not rounded: "4.04" is no version 4.0.
  const [, whole, tenth = "0"] = /^(\d+)(?:\.(\d)0*)?$/.exec(version) ?? [];
  return whole === undefined ? undefined : `${Number(whole)}.${tenth}`;
}

/** The licence, compared with the one that a cleaned record carries: two different ones cannot both be right. */
function besideCarried(license: License, given: GivenLicense, carried: unknown): Licensed | NoLicense {
  const stored = memberOf(carried, "license_url");
  const own = readField(stored);
  const raw = given.license_url ?? memberOf(carried, "raw_license_url") ?? addressIn(given.license);
  if (!own || !("license" in own)) {
    const against = own && contradiction(own, license);
    if (against === undefined) return { license, given: raw };
    return conflict(`license ${titleOf(license)} contradicts meta_data.license_url, which names ${against}`);
  }
  if (own.license.url === license.url) return { license, given: raw };
  // A port is the same licence.
  if (own.license.license === license.license && own.license.version === license.version)
    return { license: own.license, given: raw };
  return conflict(
    `license ${license.license} ${license.version} contradicts meta_data.license_url ${own.license.url}`,
  );
}

/** The text of `license` where it is an address. */
function addressIn(license: unknown): string | null {
  if (typeof license !== "string" || !license.includes("/")) return null;
  const { addresses, rest } = splitAddresses(license.trim());
  return addresses.length === 1 && rest.trim() === "" ? license : null;
}

/** What a text says that cannot be right beside a licence. */
function contradiction(reading: Reading, license: License): string | undefined {
  if ("name" in reading)
    return reading.name === license.license ? undefined : licenseTitle(reading.name, reading.version);
  return "code" in reading ? againstIn(reading, license) : undefined;
}

/** Whether a licence may fill in what a text left open. */
function isOpenTo({ license }: License, reading: Reading | undefined): boolean {
  return (
    reading === undefined || ("name" in reading && reading.version === undefined && reading.name === license)
  );
}

/** The reading that says more about why there is no licence. */
function pickTelling(url: Reading | undefined, pair: Reading | undefined): Reading | undefined {
  if (!url || !pair) return url ?? pair;
  return "code" in url && url.why === undefined ? pair : url;
}

function refusal(given: GivenLicense, reading: Reading | undefined): NoLicense {
  if (reading === undefined) return { error: "license is missing", code: "missing_license" };
  const words = [given.license_url, given.license, given.license_version]
    .map(textOf)
    .filter((one) => one !== null);
  const named = cutText(given.license_url && words[0] !== undefined ? words[0] : words.join(" "), 200);
  if ("code" in reading) {
    const { code, why = "is not an open licence we know" } = reading;
    return { error: named === "" ? `license ${why}` : `license ${why}: ${named}`, code };
  }
  const { name, version } = reading as Unversioned;
  const versions = listing(versionsOf(name));
  if (version === undefined)
    return {
      error: `license_version is missing: ${licenseTitle(name)} has ${versions}`,
      code: "missing_license_version",
    };
  const number = /^\d/.test(version) ? version.replace(/\/.*/s, "") : cutText(version, 50);
  const ports = listing(portsOf(name, number));
  const title = licenseTitle(name);
  const why =
    ports === ""
      ? `${number}, which does not exist (${title} has ${versions})`
      : `${number} without its port (that version has ${ports} alone)`;
  return { error: `license names ${title} ${why}: ${named}`, code: "bad_license" };
}

function conflict(error: string): NoLicense {
  return { error, code: "license_conflict" };
}

function memberOf(object: unknown, name: string): unknown {
  return typeof object === "object" && object !== null
    ? (object as Record<string, unknown>)[name]
    : undefined;
}
