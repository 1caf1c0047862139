import {
  type Command,
  formatTable,
  type Invocation,
  type OptionTable,
  printLines,
} from "../../base/cli/index.js";
import { acceptedLicenses, conditionsOf, licenseTitle } from "../../record/index.js";
import { STAGE } from "./options.js";

const OPTIONS = [STAGE.json] as const satisfies OptionTable;

/** `ov-stage licenses`: what may stand in `license` and `license_version`. */
export const licenses: Command<typeof OPTIONS> = {
  name: "licenses",
  summary: "Lists the licences that are accepted, with their versions and ports.",
  description:
    "Each row is a licence in one version, as records have it, with its page and how many jurisdictions it was ported " +
    "to (--json names them). Addresses, names and identifiers of these are understood in many forms: docs/licences.md. No database is needed.",
  options: OPTIONS,
  examples: [
    { line: "ov-stage licenses", what: "what is accepted" },
    {
      line: `ov-stage licenses --json | jq -r 'select(.license == "by-sa") | .license_version'`,
      what: "the versions of one",
    },
  ],
  run: runLicenses,
};

async function runLicenses({ options }: Invocation<typeof OPTIONS>): Promise<void> {
  const rows = acceptedLicenses().map(({ license, version, url, ports }) => ({
    license,
    license_version: version,
    title: licenseTitle(license, version),
    license_url: url,
    conditions: conditionsOf(license),
    ports,
  }));
  const table = await formatTable(
    ["license", "version", "page", "ports"],
    // Their names would not fit a terminal; --json has them.
    rows.map(({ license, license_version, license_url, ports }) => [
      license,
      license_version,
      license_url,
      String(ports.length || ""),
    ]),
  );
  await printLines(options.json ? rows : table);
}
