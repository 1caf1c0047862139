import type { MediaType } from "./columns.js";
import { textOf } from "./text.js";

/** What is derived from a record's URL and provider where the provider does not say. */

/** Extensions that are recognised at the end of a URL. */
const FILETYPES: Record<MediaType, ReadonlySet<string>> = {
  image: new Set(["jpg", "jpeg", "png", "gif", "bmp", "webp", "tiff", "tif", "svg"]),
  audio: new Set(["mp3", "ogg", "wav", "aiff", "flac", "wma", "mp4", "aac", "m4a", "m4b"]),
};

/** Other names of one format, also those of media types (`image/svg+xml`). */
const FILETYPE_ALIASES: Record<MediaType, Record<string, string>> = {
  image: { jpeg: "jpg", jpe: "jpg", pjpeg: "jpg", tif: "tiff", "svg+xml": "svg", "x-ms-bmp": "bmp" },
  audio: { mpeg: "mp3", wave: "wav", "x-wav": "wav", "x-flac": "flac", aif: "aiff", "x-aiff": "aiff" },
};

/**
 * The one spelling of a filetype: `JPEG`, `.jpg`, `JPG?x=1` and `image/jpeg` are all `jpg`. What is no text stays what
 * it is.
 */
export function usualFiletype(given: unknown, media: MediaType): unknown {
  const text = textOf(given);
  if (text === null) return given;
  if (FILETYPES[media].has(text)) return aliasOf(text, media);
  const name = text
    .toLowerCase()
    .replace(/[?#].*$/s, "")
    .replace(/^(?:image|audio)\/|^\.+/, "");
  return aliasOf(name, media);
}

function aliasOf(name: string, media: MediaType): string {
  const aliases = FILETYPE_ALIASES[media];
  return Object.hasOwn(aliases, name) ? (aliases[name] as string) : name;
}

/** The filetype that the path of a URL ends with, in any case; null where that is no known extension. */
export function filetypeOfUrl(url: string, media: MediaType): string | null {
  const mark = url.search(/[?#]/);
  const path = mark === -1 ? url : url.slice(0, mark);
  const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return FILETYPES[media].has(extension) ? (usualFiletype(extension, media) as string) : null;
}

/** The category of works of providers that only have one kind. */
const DEFAULT_CATEGORIES: Readonly<Record<string, string>> = {
  photograph: "stocksnap animaldiversity capl floraon inaturalist nappy sciencemuseum worms",
  digitized_artwork:
    "brooklynmuseum clevelandmuseum deviantart digitaltmuseum mccordmuseum met museumsvictoria rijksmuseum thorvaldsenmuseum",
  illustration: "phylopic svgsilh",
};

const categoryOfProvider = new Map(
  Object.entries(DEFAULT_CATEGORIES).flatMap(([category, providers]) =>
    providers.split(" ").map((provider) => [provider, category] as const),
  ),
);

/** The default category of a provider's works, or null. */
export function defaultCategory(provider: string): string | null {
  return categoryOfProvider.get(provider) ?? null;
}
