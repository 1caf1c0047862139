/**
 * What a file is, by the ending of its name. APIs call videos and documents images, and show a page or a frame of them;
 * the ending says what the file is.
 */
const ENDINGS: Readonly<Record<string, string>> = {
  image: "apng avif bmp gif heic heif jfif jp2 jpe jpeg jpg jxl png psd svg svgz tif tiff webp xcf",
  audio: "aac aif aiff amr flac m4a m4b mid midi mka mp3 oga opus spx wav wma",
  video: "avi flv m2ts m4v mkv mov mpeg mpg ogv wmv",
  document: "djv djvu doc docx eps epub odp ods odt pdf ppt pptx ps rtf xls xlsx",
  other: "7z glb gltf gz obj ply rar stl tar zip",
  // They hold a sound or a film: what the source calls them decides.
  "audio or video": "3gp mp4 ogg ogx webm",
};

const KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries(ENDINGS).flatMap(([kind, endings]) => endings.split(" ").map((ending) => [ending, kind])),
);

/** The ending of the last part of an address's path, as it is written; "" where it has none. */
export function endingOf(address: string): string {
  const [path = ""] = address.split(/[?#]/, 1);
  return /\.([a-z\d]{1,5})$/i.exec(path.slice(path.lastIndexOf("/") + 1))?.[1] ?? "";
}

/**
 * Whether the ending of an address says that its file is neither image nor sound, or no image where it should be one.
 * An unknown ending says nothing.
 */
export function isOtherMedia(address: string, media: string): boolean {
  const kind = KINDS.get(endingOf(address).toLowerCase());
  if (kind === undefined || kind === "image") return false;
  return media === "image" || !kind.startsWith("audio");
}

/** A name without the ending that only belongs to a file. */
export function withoutEnding(name: string): string {
  const [ending = "", letters = ""] = /\.([a-z\d]{1,5})\s*$/i.exec(name) ?? [];
  return KINDS.has(letters.toLowerCase()) ? name.slice(0, -ending.length) : name;
}
