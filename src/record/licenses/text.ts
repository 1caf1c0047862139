import { readAddress, splitAddresses } from "./addresses.js";
import type { Found } from "./found.js";
import { reasonIn, tellingIn } from "./refusals.js";
import { conditionsOf, licenseTitle } from "./titles.js";
import type { License } from "./tools.js";
import { namesIn } from "./words.js";

/** A licence without its version, or with one that there is not. */
export interface Unversioned {
  readonly name: string;
  readonly version?: string;
}

/** What a text says on the whole. */
export type Reading =
  | { readonly license: License }
  | Unversioned
  | {
      readonly code: "bad_license" | "license_conflict";
      /** In words that go on from "license"; undefined where it says nothing that we understand. */
      readonly why?: string;
      /** What cannot be right beside a licence, unless the licence has the condition. */
      readonly against?: string;
      readonly allowedBy?: "nc";
    };

/** Longer texts are not read: they are about more than a licence, and a stranger may have made them to take long. */
const MAX_LENGTH = 10_000;

/** The same few texts come with all records. */
const known = new Map<string, Reading>();
const KNOWN = 1000;
const KNOWN_LENGTH = 300;

/** Reads a text: an address, a name, an SPDX identifier, a sentence, or a piece of HTML. */
export function readText(text: string): Reading {
  let reading = known.get(text);
  if (reading === undefined) {
    reading =
      text.length > MAX_LENGTH
        ? { code: "bad_license", why: `is a text of ${text.length} characters, too long for a licence` }
        : judge(findIn(text));
    if (known.size >= KNOWN) known.clear();
    if (text.length <= KNOWN_LENGTH) known.set(text, reading);
  }
  return reading;
}

/** Everything that a text says about licences. */
function findIn(given: string): Found[] {
  const text = withoutEntities(given.replaceAll("\\/", "/")).replace(/<!--.*?-->/gs, " ");
  const { addresses, rest } = splitAddresses(text);
  // Attributes are not for reading; the addresses in them count.
  const words = rest.replace(/<[^<>]*>/g, " ");
  const found = [...addresses.flatMap(readAddress), ...namesIn(words), ...tellingIn(text.trim())];
  return found.length > 0 ? found : [reasonIn(text)].filter((one) => one !== undefined);
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  copy: "©",
};

function withoutEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp|copy));/gi,
    (all, ten, hex, name) => {
      if (name) return ENTITIES[name.toLowerCase()] as string;
      const code = ten ? Number(ten) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}

/** What follows from all that was found: one licence, or why there is none. */
function judge(found: readonly Found[]): Reading {
  const licenses = found.flatMap((one) => ("license" in one ? [one.license] : []));
  const names = found.flatMap((one) => ("name" in one ? [one] : []));
  const closed = found.flatMap((one) => ("closed" in one ? [one] : []));
  const [license] = licenses;
  if (license) {
    const isOther = (one: License) => one.license !== license.license || one.version !== license.version;
    const other = licenses.find(isOther);
    const name = names.find((one) => one.name !== license.license || one.version !== undefined);
    const against = closed.map((one) => againstIn(one, license)).find((one) => one !== undefined);
    const second = other
      ? licenseTitle(other.license, other.version)
      : name
        ? licenseTitle(name.name, name.version)
        : against;
    return second === undefined
      ? { license }
      : conflict(licenseTitle(license.license, license.version), second);
  }
  const [name] = names;
  if (name) {
    const other = names.find((one) => one.name !== name.name);
    return other
      ? conflict(licenseTitle(name.name, name.version), licenseTitle(other.name, other.version))
      : name;
  }
  const why = closed.find((one) => one.against) ?? closed[0];
  if (why === undefined) return { code: "bad_license" };
  const { closed: words, ...rest } = why;
  return { code: "bad_license", why: words, ...rest };
}

/** What is said against a licence, if it is not what the licence says, too. */
export function againstIn(
  said: { readonly against?: string; readonly allowedBy?: "nc" },
  { license }: License,
): string | undefined {
  return said.allowedBy && conditionsOf(license).includes(said.allowedBy) ? undefined : said.against;
}

function conflict(first: string, second: string): Reading {
  return {
    code: "license_conflict",
    why: `contradicts itself: it says ${first} and ${second}`,
    against: second,
  };
}
