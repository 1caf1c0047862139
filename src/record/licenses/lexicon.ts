import { licenseNames, PORTS } from "./tools.js";

/** The words in which licences are named. */

/** What the parts are called in the titles of deeds in these languages: en, de, fr, es, it, pt, nl, fi, sv. */
const PHRASES: readonly (readonly [word: string, phrases: string])[] = [
  ["cc", "creative commons"],
  ["certification", "public domain dedication and certification"],
  ["pdmark", "public domain mark"],
  ["samplingplus", "sampling plus|sampling\\+"],
  ["devnations", "developing nations"],
  [
    "noncommercial",
    "non commercial|nicht kommerziell|keine kommerzielle nutzung|non commerciale|pas d'utilisation commerciale|uso no comercial|no comercial|" +
      "uso não comercial|não comercial|niet commercieel|ei kaupallinen|icke kommersiell",
  ],
  [
    "noderivatives",
    "no derivative works|no derivatives|no derivative|no derivs|keine bearbeitung(?:en)?|no modifications?|pas de modifications?|sin obras? derivadas?|" +
      "sin derivadas|non opere derivate|sem deriva(?:ções|dos|das)|geen afgeleide werken|ei muutoksia|inga bearbetningar",
  ],
  [
    "sharealike",
    "share alike|weitergabe unter gleichen bedingungen|partage (?:dans les mêmes conditions|à l'identique)|compartir igual|" +
      "condividi allo stesso modo|compartilha igual|gelijk delen|jaa samoin|dela lika",
  ],
  [
    "attribution",
    "namensnennung|paternité|atribución|reconocimiento|attribuzione|atribuição|naamsvermelding|nimeä|erkännande",
  ],
];

/** The phrases, and the one word that each becomes. */
export const REPLACEMENTS = PHRASES.map(([word, phrases]) => {
  const spaced = phrases.replaceAll(" ", "[\\s-]*");
  return [new RegExp(`(?<!\\p{L})(?:${spaced})(?!\\p{L})`, "giu"), word] as const;
});

/** Words of a name, and the parts of the licence that they mean. */
export const PARTS: ReadonlyMap<string, string> = new Map([
  ...["by", "nc", "nd", "sa", "sampling", "devnations"].map((part) => [part, part] as const),
  ["attribution", "by"],
  ["noncommercial", "nc"],
  ["noderivatives", "nd"],
  ["sharealike", "sa"],
  ["samplingplus", "sampling+"],
]);

/** Tools that are not made of parts. */
export const WHOLE: ReadonlyMap<string, string> = new Map([
  ["cc0", "cc0"],
  ["pdmark", "pdm"],
  ["certification", "publicdomain"],
]);
/** The same, but only after "CC" or as the whole text. */
export const WHOLE_AFTER_CC: ReadonlyMap<string, string> = new Map([
  ...["0", "zero"].map((word) => [word, "cc0"] as const),
  ["pdm", "pdm"],
  ["pddc", "publicdomain"],
]);

/** By the parts in the order of the alphabet. */
export const BY_PARTS = new Map(licenseNames().map((name) => [keyOf(name.split("-")), name]));

export function keyOf(parts: Iterable<string>): string {
  return [...parts].sort().join(" ");
}

/** Words that may come between a name, its version and its port. */
export const FILLERS = new Set(
  (
    "licence licences license licenses licensed lizenz licens licencia licenza licença lisenssi licentie public " +
    "version versión versione versão ver vers v deed legal code international internationale internacional int intl " +
    "unported generic universal worldwide"
  ).split(" "),
);

/** Ports by their names in words, some also by those of their own language. */
export const PORT_NAMES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(PORTS).map(([code, name]) => [name.toLowerCase(), code] as const),
  ...Object.entries({ deutschland: "de", österreich: "at", schweiz: "ch", españa: "es", italia: "it" }),
  ...Object.entries({ brasil: "br", nederland: "nl", polska: "pl", usa: "us", china: "cn", uk: "uk" }),
  ...Object.entries({ "united kingdom": "uk", "england wales": "uk", "uk england wales": "uk" }),
  ["uk scotland", "scotland"],
]);

/** Words that deny a licence, or leave it to the past, and those that may come between: "not licensed under CC BY 4.0". */
export const NEGATIONS = new Set(
  "not|never|no longer|formerly|previously|isn't|aren't|nicht|kein|keine|pas".split("|"),
);
export const AFTER_NEGATIONS = new Set(
  (
    "a an the any this our is be been are being made yet under by with of to in terms subject available licensed licenced " +
    "released published covered distributed offered shared open die der den einer unter lizenziert verfügbar mehr sous la une en de"
  ).split(" "),
);
