/** Groups of licences, as the Openverse API names them. */

/** What counts as openly licensed there; single conditions without "by" and the old dedication do not. */
const ALL = "by by-sa by-nd by-nc by-nc-sa by-nc-nd cc0 pdm sampling+ nc-sampling+".split(" ");

const parts = (license: string) => license.split("-");

/** By the name of the group, the licences in it. */
export const LICENSE_GROUPS: Readonly<Record<string, readonly string[]>> = {
  all: ALL,
  "all-cc": ALL.filter((license) => license !== "pdm"),
  commercial: ALL.filter((license) => !parts(license).includes("nc")),
  modification: ALL.filter((license) => !parts(license).includes("nd")),
};
