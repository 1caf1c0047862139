import { type Closed, closed } from "./reading.js";

/** What fields for rights hold that is no licence of ours, and what it is instead. */

/** The statements of RightsStatements.org 1.0, by their codes. They say what is known of a work, and license nothing. */
export const STATEMENTS: Readonly<Record<string, string>> = {
  InC: "In Copyright",
  "InC-OW-EU": "In Copyright - EU Orphan Work",
  "InC-EDU": "In Copyright - Educational Use Permitted",
  "InC-NC": "In Copyright - Non-Commercial Use Permitted",
  "InC-RUU": "In Copyright - Rights-holder(s) Unlocatable or Unidentifiable",
  "NoC-CR": "No Copyright - Contractual Restrictions",
  "NoC-NC": "No Copyright - Non-Commercial Use Only",
  "NoC-OKLR": "No Copyright - Other Known Legal Restrictions",
  "NoC-US": "No Copyright - United States",
  CNE: "Copyright Not Evaluated",
  UND: "Copyright Undetermined",
  NKC: "No Known Copyright",
};

export function statement(code: string): Closed {
  return closedAs(`the rights statement ${code} (${STATEMENTS[code]})`, "which is no licence");
}

/** Something that cannot be right beside a licence. */
export function closedAs(what: string, why?: string): Closed {
  return closed(`is ${what}${why === undefined ? "" : `, ${why}`}`, what);
}

const other = (what: string) => closedAs(what, "none of those that are accepted");
const said = (what: string) => closed(`says that ${what}`, `that ${what}`);

/** Words and addresses, the telling ones first, and what they mean. */
const TELLING: readonly (readonly [words: RegExp, means: Closed])[] = [
  [/\bgfdl\b|gnu free doc|\bfdl\.html/i, other("the GNU Free Documentation License")],
  [
    /\b[al]?gpl\b|\b[al]?gpl-?v?\d|gnu .{0,20}general public|gnu\.org\/(?:copyleft|licenses)/i,
    other("a GNU licence for software"),
  ],
  [
    /apache[- ](?:software |public )?licen[cs]e|\bapache-[12]\.|apache\.org\/licenses/i,
    other("the Apache licence for software"),
  ],
  [/\bmit licen[cs]e|^mit$|opensource\.org\/licen[cs]es?\/mit\b/i, other("the MIT licence for software")],
  [/\bbsd\b.{0,20}licen[cs]e|^bsd(?:-\d-clause)?$|\bbsd-\d-clause/i, other("a BSD licence for software")],
  [
    /\bodbl\b|\bodc-|\bpddl\b|open data commons|opendatacommons\.org/i,
    other("a licence of Open Data Commons for data"),
  ],
  [/licence ouverte|\betalab\b/i, other("the Licence Ouverte of Etalab")],
  [/open government licen[cs]e|\bogl\b|open-government-licen[cs]e/i, other("an Open Government Licence")],
  [/free art licen[cs]e|licence art libre|artlibre\.org/i, other("the Free Art License")],
  [
    /(?:unsplash|pexels|pixabay)(?:\.com\/\S*| )licen[cs]e/i,
    other("the licence of a collection of pictures"),
  ],
  [
    /all rights (?:are )?reserved|alle rechte vorbehalten|tous droits r[ée]serv[ée]s|(?:todos los derechos|tutti i diritti|todos os direitos) (?:est[áa]n |sono |est[ãa]o )?r[ei]serva[dt][oi]s?|alle rechten voorbehouden/i,
    said("all rights are reserved"),
  ],
  [
    /\b(?:not for|no) commercial (?:use|purpose)|\bnon-?commercial (?:use |purposes? )?only|\bonly for non-?commercial|\bfor non-?commercial (?:use|purposes?) only|[.;!]\s*(?:non-?commercial|nc)\s*(?:[.;!]|$)|\bcommercial (?:re)?use (?:is |are )?(?:not |prohibited|forbidden|excluded|only (?:with|by|after)|(?:requires?|needs?|by) )/i,
    { ...said("commercial use is not allowed"), allowedBy: "nc" },
  ],
  [
    /\b(?:personal|private|educational|editorial|research|scholarly|academic|classroom)(?: (?:and|or) \w+)?(?: use| purposes?)? only\b|\bonly for (?:personal|private|educational|editorial|research|scholarly|academic)\b/i,
    said("only some uses are allowed"),
  ],
  // Museums give their data away more freely than their pictures.
  [
    /^\W*(?:the |this |all |our )?(?:meta-?data|metadaten|m[ée]tadonn[ée]es|catalogue (?:data|records?))\b/i,
    said("the licence is that of the metadata"),
  ],
];

/** Words that may accompany a licence, and what they mean alone. */
const WEAK: readonly (readonly [words: RegExp, means: string])[] = [
  [/no known (?:copyright )?restrictions/i, "says that no restrictions are known, which is no licence"],
  [
    /public[\s-]*domain|^pd(?:-|$)|\bdomaine public\b|gemeinfrei|\bdom[íi]nio p[úu]blico\b|pubblico dominio|publiek domein/i,
    'says "public domain" in words: only CC0 and the Public Domain Mark 1.0, named or linked, are accepted',
  ],
  [/open\s*access|^info:eu-repo\/semantics\//i, "says who may read the work, not how it may be used"],
  [/©|\(c\)|\bcopyright|\bcopr\./i, "is a copyright notice, not an open licence"],
  [/\brestricted\b|by permission|permission (?:is )?required/i, "says that the work may not be used freely"],
  [/\bcreative[\s-]*commons\b(?!\.)|^cc$/i, "names Creative Commons, but not which licence"],
];

/** The code of a statement, where a text says nothing but its code, its name, or both, or where it is named for certain. */
function statementOf(text: string): string | undefined {
  const words = normal(text);
  const all = Object.entries(STATEMENTS);
  const whole = all.find(([code, name]) =>
    [code, name, `${name} ${code}`].some((one) => words === normal(one)),
  );
  return (whole ?? all.find(([, name]) => name === NAMED.exec(text)?.[0]))?.[0] ?? CODED.exec(text)?.[0];
}

/** Names of statements in a text, as they are written; the long ones first. */
const NAMED = new RegExp(
  `(?<!\\p{L})(?:${Object.values(STATEMENTS)
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[()]/g, "\\$&"))
    .join("|")})(?! Restriction)(?!\\p{L})`,
  "u",
);
/** Codes in a text. `CNE` and `UND` may be other words. */
const CODED = /(?<![\p{L}-])(?:InC(?:-(?:OW-EU|EDU|NC|RUU))?|NoC-(?:CR|NC|OKLR|US)|NKC)(?![\p{L}-])/u;

const normal = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z]+/g, " ")
    .trim();

/** What a text says that is against an open licence, also where it names one. */
export function tellingIn(text: string): Closed[] {
  const code = statementOf(text);
  if (code !== undefined) return [statement(code)];
  return TELLING.flatMap(([words, means]) => (words.test(text) ? [means] : []));
}

/** Why a text names no licence. */
export function reasonIn(text: string): Closed | undefined {
  const why = WEAK.find(([words]) => words.test(text))?.[1];
  return why === undefined ? undefined : closed(why);
}
