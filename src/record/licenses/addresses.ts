import { closed, type Reading } from "./reading.js";
import { closedAs, STATEMENTS, statement } from "./refusals.js";
import { formOf, isLicenseName, type License, onlyVersionOf, toolAt } from "./tools.js";
import { namesIn } from "./words.js";

/**
 * Licences by their addresses. No network is needed: deeds in any language, legal codes and ports are recognised by
 * their paths. An address inside another one (of an archive, of a button that shares a page) is part of that one.
 */

/** Where an address begins: with a scheme, with `//`, or with a host that a path follows. */
const START = /(?<![\w.-])(?:[a-z][a-z0-9+.-]{0,20}:\/+|\/\/|(?:[a-z0-9-]+\.)+[a-z]{2,}\.?(?::\d+)?\/)/i;

/** Splits a text into its addresses and all that is not one. */
export function splitAddresses(text: string): { addresses: string[]; rest: string } {
  const addresses: string[] = [];
  const rest = text.replace(/[^\s"'<>`“”„«»‘’]+/g, (run) => {
    const start = run.search(START);
    if (start === -1) return run;
    // A list: `…/by/4.0/;https://…`. After a question mark nobody can tell.
    const [path = "", query] = run.slice(start).split(/(?=\?)/s, 2);
    addresses.push(...(query === undefined ? path.split(/[|;,](?=(?:https?:)?\/\/)/i) : [run.slice(start)]));
    return run.slice(0, start);
  });
  return { addresses, rest };
}

/** What an address says about a licence; nothing where it is any other address. */
export function readAddress(address: string): Reading[] {
  const [, scheme = "", host = "", path = ""] =
    /^([a-z][a-z0-9+.-]*:)?\/*([^/?#]*)([^?#]*)/i.exec(decoded(address)) ?? [];
  if (!/^(?:https?:)?$/i.test(scheme)) return [];
  const read = HOSTS.get(host.toLowerCase().replace(/^www\.|\.?(?::(?:80|443))?$/g, ""));
  // What is not ASCII belongs to the sentence, not to the path; so do punctuation marks at the end.
  const bare = path
    .toLowerCase()
    .replace(/[^\x20-\x7e].*/s, "")
    .replace(/[^a-z0-9/+-]+$/, "");
  const segments = bare.split("/").map((segment) => segment.trim());
  return read?.(segments.filter(Boolean)) ?? [];
}

function decoded(address: string): string {
  return address.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes;
    }
  });
}

/** It says which badge is shown, not what is licensed. */
const BADGE = closed("is the picture of a badge, not the address of a licence");

/** By the host, without `www.`: what the parts of a path mean. */
const HOSTS: ReadonlyMap<string, (segments: string[]) => Reading[]> = new Map([
  ["creativecommons.org", readCreativeCommons],
  ["i.creativecommons.org", () => [BADGE]],
  ["licensebuttons.net", () => [BADGE]],
  ["rightsstatements.org", readStatement],
  [
    "europeana.eu",
    ([first, code]) =>
      first === "rights" && code ? [closedAs(`the rights statement ${code} of Europeana`)] : [],
  ],
  // An identifier, or a page named after it: `CC-BY-4.0.html`.
  ["spdx.org", (segments) => namesIn(segments.at(-1)?.replace(/\.(?:html|json)$/, "") ?? "")],
  ["opendefinition.org", (segments) => namesIn(segments.at(-1) ?? "")],
] satisfies [string, (segments: string[]) => Reading[]][]);

function readStatement(segments: string[]): Reading[] {
  // `/vocab/InC/1.0/`, `/page/InC/1.0/`, `/data/InC/1.0.ttl`
  const code = Object.keys(STATEMENTS).find((one) => segments.includes(one.toLowerCase()));
  return [code ? statement(code) : closedAs("a page of RightsStatements.org")];
}

/** Names of tools in paths, where they are not those of records. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["zero", "cc0"],
  ["cc-zero", "cc0"],
  ["mark", "pdm"],
  ["by-nd-nc", "by-nc-nd"],
  ["nc-nd", "nd-nc"],
]);

const SOFTWARE = new Set(["gpl", "lgpl", "bsd", "mit"]);

function readCreativeCommons(segments: string[]): Reading[] {
  const parts = /^(?:deed|legalcode|rdf)\b/.test(segments.at(-1) ?? "") ? segments.slice(0, -1) : segments;
  // The catalogue knows these two pages, and what they are about has one version.
  const about = /^share-your-work\/public-domain\/(cc0|pdm)$/.exec(parts.join("/"))?.[1];
  if (about) return [{ license: onlyVersionOf(about) as License }];
  const category = parts[0] ?? "";
  if (/^licen[cs]es?$/.test(category)) return readPath("licenses", parts.slice(1));
  if (category === "publicdomain") return readPath(category, parts.slice(1));
  // Some leave out the first part: `creativecommons.org/by-nc-sa/4.0/`.
  return parts.length > 1 ? readPath("licenses", parts) : [NO_LICENSE];
}

const NO_LICENSE = closed("is an address at Creative Commons that names no licence");

/** What `licenses/{unit}/{version}/{port}` means, and `publicdomain/…` likewise. */
function readPath(category: "licenses" | "publicdomain", parts: readonly string[]): Reading[] {
  const page = toolAt([category, ...parts].join("/"));
  if (page) return [{ license: page }];
  const [unit = "", version, port, ...more] = parts;
  if (category === "licenses" && SOFTWARE.has(unit)) return [closedAs(`the ${unit.toUpperCase()} licence`)];
  const name = ALIASES.get(unit) ?? unit;
  const isOurs = category === "licenses" ? isLicenseName(name) : /^(?:cc0|pdm)$/.test(name);
  if (!isOurs || more.length > 0 || (port !== undefined && !/^(?:[a-z]{2}|igo|scotland)$/.test(port)))
    return [NO_LICENSE];
  if (version === undefined) {
    const only = onlyVersionOf(name);
    return [only ? { license: only } : { name }];
  }
  // The catalogue writes this address, which has no page, for BY-NC-ND 2.0 of any country.
  const isArtefact = unit === "by-nd-nc" && version === "2.0" && port === "jp";
  const ported = isArtefact ? undefined : formOf(name, version, port);
  // A port that never existed (`by/4.0/us`): the licence is the one without.
  const license = ported ?? formOf(name, version);
  return [license ? { license } : { name, version: parts.slice(1).join("/") }];
}
