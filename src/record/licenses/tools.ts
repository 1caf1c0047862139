/**
 * The licences and public domain tools of Creative Commons: which versions, units and ports exist. The rows are
 * Creative Commons' own list of legal tools (creativecommons/cc-legal-tools-data, config/cc-legal-tools.csv).
 */

/** A licence as a record carries it. */
export interface License {
  /** `by`, `by-nc-sa`, `cc0`, `pdm`, … */
  readonly license: string;
  /** `2.0`; `N/A` for the old public domain dedication. */
  readonly version: string;
  /** The licence's own page; a port keeps its jurisdiction (`…/by/3.0/de/`), a deed or legal code does not stay. */
  readonly url: string;
}

const BASE = "https://creativecommons.org/";

const SIX = "by by-nc by-nc-nd by-nc-sa by-nd by-sa";
/** Stands among the ports for the licence without one: generic, unported or international. */
const UNPORTED = "-";

/** Version, the units that have it, and their ports. */
const LICENSES: readonly (readonly [version: string, units: string, ports: string])[] = [
  ["1.0", "by by-nc by-nc-sa by-nd by-nd-nc by-sa", "- fi il nl"],
  ["1.0", "nc nc-sa nd nd-nc sa", "- fi nl"],
  ["1.0", "sampling", "- br tw"],
  ["1.0", "sampling+", "- br de tw"],
  ["1.0", "nc-sampling+", "- tw"],
  ["2.0", SIX, "- at au be br ca cl de es fr hr it jp kr nl pl tw uk za"],
  ["2.0", "devnations", "-"],
  ["2.0", "nc nc-sa nd nd-nc sa", "jp"],
  ["2.1", SIX, "au ca es jp"],
  ["2.5", SIX, "- ar au bg br ca ch cn co dk es hr hu il in it mk mt mx my nl pe pl pt scotland se si tw za"],
  [
    "3.0",
    SIX,
    "- am at au az br ca ch cl cn cr cz de ec ee eg es fr ge gr gt hk hr ie igo it lu nl no nz ph pl pr pt ro rs sg " +
      "th tw ug us ve vn za",
  ],
  ["4.0", SIX, "-"],
];

/** The public domain tools, and the name and version by which records know them. */
const PUBLIC_DOMAIN: readonly (readonly [path: string, license: string, version: string])[] = [
  ["publicdomain/zero/1.0", "cc0", "1.0"],
  ["publicdomain/mark/1.0", "pdm", "1.0"],
  ["publicdomain/certification/1.0/us", "publicdomain", "N/A"],
  // Leads to the page before it; the catalogue writes this one.
  ["licenses/publicdomain", "publicdomain", "N/A"],
];

/** Units whose licence has another name: version 1.0 of by-nc-nd was written the other way round. */
const NAMES: Readonly<Record<string, string>> = { "by-nd-nc": "by-nc-nd" };

/** Pairs whose page is not the first one in the table, as in the catalogue. */
const PAGES_OF_PAIRS: readonly (readonly [license: string, version: string, path: string])[] = [
  // Version 2.1 was never written without a jurisdiction: the unported text is that of 2.0.
  ...SIX.split(" ").map((name) => [name, "2.1", `licenses/${name}/2.0`] as const),
  ["publicdomain", "N/A", "licenses/publicdomain"],
];

/** Jurisdictions in words, as the titles of the ports write them. */
export const PORTS: Readonly<Record<string, string>> = {
  ...{ am: "Armenia", ar: "Argentina", at: "Austria", au: "Australia", az: "Azerbaijan", be: "Belgium" },
  ...{ bg: "Bulgaria", br: "Brazil", ca: "Canada", ch: "Switzerland", cl: "Chile", cn: "China Mainland" },
  ...{ co: "Colombia", cr: "Costa Rica", cz: "Czech Republic", de: "Germany", dk: "Denmark", ec: "Ecuador" },
  ...{ ee: "Estonia", eg: "Egypt", es: "Spain", fi: "Finland", fr: "France", ge: "Georgia", gr: "Greece" },
  ...{ gt: "Guatemala", hk: "Hong Kong", hr: "Croatia", hu: "Hungary", ie: "Ireland", il: "Israel" },
  ...{ in: "India", it: "Italy", jp: "Japan", kr: "Korea", lu: "Luxembourg", mk: "Macedonia", mt: "Malta" },
  ...{ mx: "Mexico", my: "Malaysia", nl: "Netherlands", no: "Norway", nz: "New Zealand", pe: "Peru" },
  ...{ ph: "Philippines", pl: "Poland", pr: "Puerto Rico", pt: "Portugal", ro: "Romania", rs: "Serbia" },
  ...{ se: "Sweden", sg: "Singapore", si: "Slovenia", th: "Thailand", tw: "Taiwan", ug: "Uganda" },
  ...{ uk: "England and Wales", us: "United States", ve: "Venezuela", vn: "Vietnam", za: "South Africa" },
  ...{ igo: "IGO", scotland: "Scotland" },
};

/** By the path of the page. */
const byPath = new Map<string, License>();
/** By name and version: the licence with the page of the pair. */
const byName = new Map<string, Map<string, License>>();
/** By name, version and port. */
const byPort = new Map<string, License>();

function add(license: string, version: string, path: string, port = UNPORTED): void {
  const tool = { license, version, url: `${BASE}${path}/` };
  byPath.set(path, tool);
  byPort.set(`${license} ${version} ${port}`, tool);
  const versions = byName.get(license) ?? new Map<string, License>();
  if (!versions.has(version)) byName.set(license, versions.set(version, tool));
}

for (const [version, units, ports] of LICENSES) {
  for (const unit of units.split(" ")) {
    for (const port of ports.split(" ")) {
      const path = `licenses/${unit}/${version}${port === UNPORTED ? "" : `/${port}`}`;
      add(NAMES[unit] ?? unit, version, path, port);
    }
  }
}
for (const [path, license, version] of PUBLIC_DOMAIN) add(license, version, path);
for (const [license, version, path] of PAGES_OF_PAIRS) {
  byName.get(license)?.set(version, { license, version, url: `${BASE}${path}/` });
}

/** The licence that has its page under this path: `licenses/by/3.0/de`. */
export function toolAt(path: string): License | undefined {
  return byPath.get(path);
}

/** The licence of a name and a version, both as the table writes them. */
export function toolOf(license: string, version: string): License | undefined {
  return byName.get(license)?.get(version);
}

/** A licence as ported to a jurisdiction, or, without one, as it is not ported; undefined where it does not exist. */
export function formOf(license: string, version: string, port = UNPORTED): License | undefined {
  return byPort.get(`${license} ${version} ${port}`);
}

/** The versions of a licence, the lowest first; none where there is no licence of that name. */
export function versionsOf(license: string): string[] {
  return [...(byName.get(license)?.keys() ?? [])].sort();
}

/** The licence of a name with only one version, which need not be given: CC0, the Public Domain Mark, … */
export function onlyVersionOf(license: string): License | undefined {
  const [version = "N/A", ...others] = versionsOf(license);
  return others.length > 0 || version === "N/A" ? undefined : toolOf(license, version);
}

/** The names of all licences. */
export function licenseNames(): string[] {
  return [...byName.keys()];
}

/** Whether a word is the name of a licence that we know in some version. */
export function isLicenseName(license: string): boolean {
  return byName.has(license);
}

/** The jurisdictions that a version of a licence was ported to. */
export function portsOf(license: string, version: string): string[] {
  const own = `${license} ${version} `;
  const ports = [...byPort.keys()].flatMap((key) => (key.startsWith(own) ? key.slice(own.length) : []));
  return ports.filter((port) => port !== UNPORTED);
}

/** A licence that records may have, in one version. */
export interface Accepted extends License {
  /** The jurisdictions that this version was ported to, by their codes. */
  readonly ports: readonly string[];
}

/** All licences that records may have, in the order of the table and of their versions. */
export function acceptedLicenses(): Accepted[] {
  return licenseNames().flatMap((license) =>
    versionsOf(license).map((version) => ({
      ...(toolOf(license, version) as License),
      ports: portsOf(license, version),
    })),
  );
}
