import { readAddress, splitAddresses } from "./addresses.js";
import type { Closed, Reading } from "./reading.js";
import { reasonIn, tellingIn } from "./refusals.js";
import { conditionsOf, licenseTitle, titleOf } from "./titles.js";
import type { License } from "./tools.js";
import { namesIn } from "./words.js";

/** Longer texts are not read: they are about more than a licence, and may have been made to take long. */
const MAX_LENGTH = 10_000;

/** Nearly all records have the same few texts. */
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
function findIn(given: string): Reading[] {
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
function judge(found: readonly Reading[]): Reading {
  const licenses = found.flatMap((one) => ("license" in one ? [one.license] : []));
  const names = found.flatMap((one) => ("name" in one ? [one] : []));
  const closed = found.flatMap((one) => ("code" in one ? [one] : []));
  const [license] = licenses;
  const [name] = names;
  if (license) {
    const isOther = (one: License) => one.license !== license.license || one.version !== license.version;
    const other = licenses.find(isOther);
    const unversioned = names.find((one) => one.name !== license.license || one.version !== undefined);
    const second =
      (other && titleOf(other)) ??
      (unversioned && licenseTitle(unversioned.name, unversioned.version)) ??
      closed.map((one) => againstIn(one, license)).find((one) => one !== undefined);
    return second === undefined ? { license } : conflict(titleOf(license), second);
  }
  if (name) {
    const other = names.find((one) => one.name !== name.name);
    return other
      ? conflict(licenseTitle(name.name, name.version), licenseTitle(other.name, other.version))
      : name;
  }
  return closed.find((one) => one.against) ?? closed[0] ?? { code: "bad_license" };
}

/** What is said against a licence, if it is not what the licence says, too. */
export function againstIn({ against, allowedBy }: Closed, { license }: License): string | undefined {
  return allowedBy && conditionsOf(license).includes(allowedBy) ? undefined : against;
}

function conflict(first: string, second: string): Reading {
  return {
    code: "license_conflict",
    why: `contradicts itself: it says ${first} and ${second}`,
    against: second,
  };
}
