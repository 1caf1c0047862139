import { type Accepted, acceptedLicenses, licenseTitle, PORTS, STATEMENTS } from "../record/index.js";
import { markdownTable } from "./markdown.js";

/** The licences of `docs/licences.md`: a row a name, with its versions. */
export function licenseTable(): string {
  const names = groups(acceptedLicenses(), ({ license }) => license);
  return markdownTable(
    ["`license`", "called", "`license_version`, each with its page"],
    [...names].map(([license, versions]) => [
      `\`${license}\``,
      licenseTitle(license),
      versions.map(({ version, url }) => `[${version}](${url})`).join(", "),
    ]),
  ).join("\n");
}

/** The ports, by the versions that share them. */
export function portTable(): string {
  const ported = acceptedLicenses().filter(({ ports }) => ports.length > 0);
  const rows = groups(ported, ({ version, ports }) => `${version} ${ports.join(" ")}`);
  const places = (ports: Accepted["ports"]) => ports.map((port) => `${port} (${PORTS[port]})`).join(", ");
  return markdownTable(
    ["version", "of", "ports"],
    [...rows.values()].map((same) => [
      same[0]?.version as string,
      same.map(({ license }) => `\`${license}\``).join(", "),
      places(same[0]?.ports ?? []),
    ]),
  ).join("\n");
}

/** The rights statements that are recognised and refused. */
export function statementTable(): string {
  return markdownTable(
    ["statement", "says"],
    Object.entries(STATEMENTS).map(([code, name]) => [code, name]),
  ).join("\n");
}

function groups<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) found.set(keyOf(one), [...(found.get(keyOf(one)) ?? []), one]);
  return found;
}
