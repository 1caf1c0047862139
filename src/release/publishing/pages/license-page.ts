import { listing } from "../../../base/counted.js";
import { CONDITIONS, conditionsOf } from "../../../record/index.js";
import type { Contents, LicenseCount } from "./contents.js";
import { table } from "./markdown.js";

type Condition = keyof typeof CONDITIONS;

const CONDITION_TITLES: Readonly<Record<Condition, string>> = {
  by: "Attribution (BY)",
  nc: "NonCommercial (NC)",
  nd: "NoDerivatives (ND)",
  sa: "ShareAlike (SA)",
};

/** What a condition means beyond its one sentence in the record's own table. */
const CONDITION_NOTES: Readonly<Record<Condition, string>> = {
  by: "Crediting creators gives no right to suggest that they endorse you or your use.",
  nc: "What counts is the use, not the user: a charity can use a work commercially.",
  nd: "That is version 4.0; earlier ones do not permit making them either. The unchanged work may be shared.",
  sa: "From version 2.0 on, a later version of the same licence will do.",
};

/** The two public domain tools, which ask for nothing but say very different things. */
const PUBLIC_DOMAIN = `### CC0

The rights holder has given up copyright and related rights in the work, as far as the law allows. No condition is
attached. Patents, trade marks and the rights of other people (privacy, publicity) are not affected.

### Public Domain Mark (PDM)

A label, not a licence: whoever applied it says that they know of no copyright in the work. It grants nothing. It does
not promise

- that the statement is right;
- that the work is free of copyright in every country: terms of protection differ;
- that no other right applies, such as privacy, publicity, moral rights or trade marks;
- that the community that a work comes from agreed to its use.`;

/** Licences that Creative Commons has retired and whose terms cannot be read off their names. */
const RETIRED: Readonly<Record<string, string>> = {
  publicdomain:
    "Covered both works given to the public domain and works believed to be in it; a record does not say which. " +
    "It has no conditions, and the limits of the Public Domain Mark apply.",
  devnations: "Grants rights in developing nations only, for credit. Elsewhere it grants nothing.",
  sampling:
    "Lets parts of the work be used in new works, for credit. The whole work may not be shared. No advertising.",
  "sampling+":
    "Lets parts of the work be used in new works, for credit; the whole work may be shared noncommercially. " +
    "No advertising.",
  "nc-sampling+":
    "Lets parts of the work be used in new works and the whole work be shared, noncommercially and for credit.",
};

/** How to credit a work from the columns of its record; for the card and the page of licences. */
export const CREDIT = `Names in braces are columns of the record; the last two are put together as said below.

> {title} by {creator} ({creator_url}), {foreign_landing_url}, {licence} ({licence URL})

- The licence is \`CC\`, the \`license\` column in capitals and \`license_version\`: \`CC BY-SA 2.0\`. The exceptions
  are \`cc0\` (CC0), \`pdm\` (Public Domain Mark) and the retired licences.
- The licence URL is the member \`license_url\` of \`meta_data\`.
- Leave out what is null. Without a creator, credit the work by its landing page.
- If you changed the work, say so.`;

/** The conditions of a licence in short, as a table cell: `BY, SA`, or `none`. */
export function conditionsCell(license: string): string {
  if (license in RETIRED) return "retired, with terms of its own";
  if (license === "pdm") return "none; a label, not a licence";
  return conditionsOf(license).join(", ").toUpperCase() || "none";
}

/** What each condition and each public domain tool asks in one sentence, as a Markdown table. */
export function conditionsTable(): string {
  const conditions = (Object.keys(CONDITIONS) as Condition[]).map((condition) => [
    CONDITION_TITLES[condition],
    CONDITIONS[condition],
  ]);
  return table(
    ["Part of the licence", "What it asks"],
    [
      ...conditions,
      ["CC0", "Nothing: the rights holder has given up the rights, as far as the law allows."],
      [
        "Public Domain Mark (PDM)",
        "Nothing, and it grants nothing: somebody knows of no copyright. It does not promise that this is right, nor " +
          "that it is so in every country.",
      ],
    ],
  );
}

/** The licences that occur, as a Markdown table. */
export function licenseTable(licenses: readonly LicenseCount[]): string {
  return table(
    ["Licence", "`license`", "Conditions", "Records"],
    licenses.map(({ title, url, license, rows }) => [
      `[${title}](${url})`,
      `\`${license}\``,
      conditionsCell(license),
      rows,
    ]),
  );
}

/** LICENSE.md: every licence that occurs, what it asks in plain words, and how to credit a work. */
export function licensePage({ licenses }: Contents): string {
  return `# Licences

Each record of this dataset describes a work that has a licence of its own. This page lists the licences that occur. It
is a summary: what binds is the licence's own text, behind its link. It is not legal advice.

${licenses.length > 0 ? licenseTable(licenses) : "This release holds no records."}

- A licence is what the source of the record says. It was not checked against the work.
- A licence covers the work, not the record: it is granted by the work's rights holder, not by the publisher of this
  dataset.
- Versions of a licence differ. Under versions 1.0 to 3.0 a breach ends the licence; version 4.0 restores it when the
  breach is cured within 30 days of its discovery.
- Some licences were adapted to a jurisdiction. A record under such a port (\`…/by/3.0/de/\`) is counted under the
  general licence; its licence URL names the port.
${portedOnly(licenses)}
## What the conditions ask

Conditions bind where a use needs permission under copyright law, and add up: BY-NC-SA asks for all three.

${(Object.keys(CONDITIONS) as Condition[]).map(conditionSection).join("\n\n")}

${PUBLIC_DOMAIN}
${retiredSection(licenses)}
## How to credit a work

${CREDIT}
`;
}

/** Version 2.1 exists as ports only, so the link of its name and version is that of the nearest general text. */
function portedOnly(licenses: readonly LicenseCount[]): string {
  const ported = licenses.filter(({ title, url }) => title.endsWith(" 2.1") && !url.includes("/2.1/"));
  return ported.length > 0
    ? "- Version 2.1 exists as ports only. The links above lead to version 2.0; the records name their ports.\n"
    : "";
}

function conditionSection(condition: Condition): string {
  return `### ${CONDITION_TITLES[condition]}\n\n${CONDITIONS[condition]} ${CONDITION_NOTES[condition]}`;
}

function retiredSection(licenses: readonly LicenseCount[]): string {
  const retired = licenses.filter(({ license }) => license in RETIRED);
  if (retired.length === 0) return "";
  const items = retired.map(({ title, url, license }) => `- [${title}](${url}): ${RETIRED[license]}`);
  return `
### Retired licences

Creative Commons no longer offers these. Read the text before you rely on one.

${items.join("\n")}
`;
}

/** The conditions that occur, for a sentence: `NC and ND`. */
export function conditionsAmong(licenses: readonly LicenseCount[]): string {
  const among = new Set(licenses.flatMap(({ license }) => conditionsOf(license)));
  const inOrder = (Object.keys(CONDITIONS) as Condition[]).filter((condition) => among.has(condition));
  return listing(inOrder.map((condition) => condition.toUpperCase()));
}
