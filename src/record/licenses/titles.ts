import type { License } from "./tools.js";

/** What licences are called and what they ask, for people. */

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

/** A licence's name for people: `CC BY-NC-SA 2.0`, `CC0 1.0`, `Public Domain Mark 1.0`; without a version its name alone. */
export function licenseTitle(license: string, version?: string): string {
  const name = SPECIAL_TITLES[license] ?? `CC ${license.toUpperCase()}`;
  return version === undefined || version === "N/A" ? name : `${name} ${version}`;
}

/** The same of a licence as the table has it. */
export function titleOf({ license, version }: License): string {
  return licenseTitle(license, version);
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

/** What counts as openly licensed to the Openverse API; single conditions without "by" and the old dedication do not. */
const OPEN = "by by-sa by-nd by-nc by-nc-sa by-nc-nd cc0 pdm sampling+ nc-sampling+".split(" ");

/** Groups of licences, as the Openverse API names them: the licences in each. */
export const LICENSE_GROUPS: Readonly<Record<string, readonly string[]>> = {
  all: OPEN,
  "all-cc": OPEN.filter((license) => license !== "pdm"),
  commercial: OPEN.filter((license) => !conditionsOf(license).includes("nc")),
  modification: OPEN.filter((license) => !conditionsOf(license).includes("nd")),
};
