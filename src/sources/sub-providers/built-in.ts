import { FLICKR_SOURCES } from "../flickr/index.js";

/** Institutions inside a provider: whose works carry which `source`. */
export interface SubProviderRow {
  readonly provider: string;
  /** What `source` says for these works: `nasa`, `wellcome_collection`. */
  readonly source: string;
  /** What marks the works, see `KEYS` in table.ts: NSIDs for Flickr, unit codes for the Smithsonian, … */
  readonly keys: readonly string[];
}

const SMITHSONIAN_SOURCES: readonly (readonly [name: string, ...unitCodes: string[]])[] = [
  [
    "national_museum_of_natural_history",
    ...["NMNHANTHRO", "NMNHBIRDS", "NMNHBOTANY", "NMNHEDUCATION", "NMNHENTO", "NMNHFISHES"],
    ...["NMNHHERPS", "NMNHINV", "NMNHMAMMALS", "NMNHMINSCI", "NMNHPALEO"],
  ],
  ["anacostia_museum", "ACM"],
  ["cooper_hewitt_museum", "CHNDM"],
  ["field_book_project", "FBR"],
  ["freer_gallery_of_art", "FSG"],
  ["gardens", "HAC", "OFEO-SG"],
  ["hirshhorn_museum", "HMSG"],
  ["air_and_space_museum", "NASM"],
  ["african_american_history_museum", "NMAAHC"],
  ["american_history_museum", "NMAH"],
  ["american_indian_museum", "NMAI"],
  ["african_art_museum", "NMAfA"],
  ["portrait_gallery", "NPG"],
  ["postal_museum", "NPM"],
  ["zoo_and_conservation", "NZP"],
  ["american_art_museum", "SAAM"],
  ["institution_archives", "SIA"],
  ["libraries", "SIL"],
  ["ralph_rinzler_archive", "CFCHFOLKLIFE"],
];

/** The table we come with: the Openverse catalogue's. */
export const SUB_PROVIDERS: readonly SubProviderRow[] = [
  ...FLICKR_SOURCES.map(({ source, owners }) => ({ provider: "flickr", source, keys: owners })),
  { provider: "europeana", source: "wellcome_collection", keys: ["Wellcome Collection"] },
  {
    provider: "finnishmuseums",
    source: "national_museum_of_finland",
    keys: ["0/Suomen kansallismuseo/"],
  },
  { provider: "finnishmuseums", source: "finnish_heritage_agency", keys: ["0/Museovirasto/"] },
  { provider: "finnishmuseums", source: "finnish_satakunnan_museum", keys: ["0/SATMUSEO/"] },
  { provider: "finnishmuseums", source: "finnish_military_museum", keys: ["0/SA-kuva/"] },
  ...SMITHSONIAN_SOURCES.map(([name, ...keys]) => ({
    provider: "smithsonian",
    source: `smithsonian_${name}`,
    keys,
  })),
];
