import { conditionsOf } from "../../../../record/index.js";
import type { LicenseCount } from "../../pages/contents.js";

/**
 * The licence that a record of Zenodo names, by the ids of Zenodo's own list: it takes one for the whole. Records that all
 * have one licence give that one; else the group says what the strictest of them allows.
 */
export function zenodoLicense(licenses: readonly Pick<LicenseCount, "license" | "version">[]): string {
  const ids = new Set(licenses.map(({ license, version }) => idOf(license, version)));
  const [only] = ids.size === 1 ? ids : [];
  if (only !== undefined) return only;
  const conditions = new Set(licenses.flatMap(({ license }) => conditionsOf(license)));
  return GROUPS.find(([condition]) => conditions.has(condition))?.[1] ?? "other-pd";
}

/** The first condition that one of the licences has decides. */
const GROUPS = [
  // "Other (Not Open)": a work that must not be changed and shared is not open.
  ["nd", "other-closed"],
  ["nc", "other-nc"],
  ["sa", "other-open"],
  ["by", "other-at"],
] as const;

/** As the SPDX list has it, in small letters; it knows neither the Public Domain Mark nor the ports of version 2.1. */
function idOf(license: string, version: string): string | undefined {
  if (license === "cc0") return "cc-zero";
  return license.startsWith("by") && version !== "2.1" ? `cc-${license}-${version}` : undefined;
}
