import type { MediaType } from "./columns.js";

/** What is derived from a record's URL and provider where the provider does not say. */

/** Extensions that are recognised at the end of a URL. */
const FILETYPES: Record<MediaType, ReadonlySet<string>> = {
  image: new Set(["jpg", "jpeg", "png", "gif", "bmp", "webp", "tiff", "tif", "svg"]),
  audio: new Set(["mp3", "ogg", "wav", "aiff", "flac", "wma", "mp4", "aac", "m4a", "m4b"]),
};

/** Two names of one format. */
const FILETYPE_ALIASES: Record<MediaType, Record<string, string>> = {
  image: { jpeg: "jpg", tif: "tiff" },
  audio: {},
};

/** The filetype a provider gave, under its usual name. */
export function usualFiletype(filetype: string, media: MediaType): string {
  return FILETYPE_ALIASES[media][filetype] ?? filetype;
}

/** The filetype from the text after the last dot of a URL; null where that is no known extension. */
export function filetypeOfUrl(url: string, media: MediaType): string | null {
  const extension = url.slice(url.lastIndexOf(".") + 1);
  return FILETYPES[media].has(extension) ? usualFiletype(extension, media) : null;
}

/** The category of works of providers that only have one kind. */
const DEFAULT_CATEGORIES: Record<string, readonly string[]> = {
  photograph: [
    "stocksnap",
    "animaldiversity",
    "capl",
    "floraon",
    "inaturalist",
    "nappy",
    "sciencemuseum",
    "worms",
  ],
  digitized_artwork: [
    "brooklynmuseum",
    "clevelandmuseum",
    "deviantart",
    "digitaltmuseum",
    "mccordmuseum",
    "met",
    "museumsvictoria",
    "rijksmuseum",
    "thorvaldsenmuseum",
  ],
  illustration: ["phylopic", "svgsilh"],
};

const categoryOfProvider = new Map(
  Object.entries(DEFAULT_CATEGORIES).flatMap(([category, providers]) =>
    providers.map((provider) => [provider, category] as const),
  ),
);

/** The category that goes without saying for a provider, or null. */
export function defaultCategory(provider: string): string | null {
  return categoryOfProvider.get(provider) ?? null;
}
