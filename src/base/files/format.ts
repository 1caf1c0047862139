/**
 * What a file is by its first bytes, for messages that name it, and for readers that unpack it. A name proves nothing:
 * `records.ndjson` is often still packed, and `dump.json` a web page that says "404".
 */

export type FormatKind =
  | "gzip"
  | "bzip2"
  | "zstd"
  | "xz"
  | "lz4"
  | "lzip"
  | "compress"
  | "zip"
  | "7z"
  | "rar"
  | "tar"
  | "parquet"
  | "arrow"
  | "avro"
  | "orc"
  | "sqlite"
  | "office"
  | "pdf"
  | "image"
  | "utf-16"
  | "utf-32"
  | "html"
  | "xml";

export interface Format {
  readonly kind: FormatKind;
  /** For messages: "this is …". */
  readonly words: string;
  /** The program that unpacks it to its standard output, where it is packed. */
  readonly unpack?: string;
}

/** How many bytes tell every format; fewer tell most. */
export const FORMAT_BYTES = 512;

interface Signature extends Format {
  /** As a regular expression over bytes, of which each is a character. */
  readonly begins: RegExp;
}

/**
 * The first that fits counts. Sources: the formats' own specifications, and file(1)'s magic for those that have none.
 */
const SIGNATURES: readonly Signature[] = [
  { kind: "gzip", words: "packed with gzip", unpack: "gzip -dc", begins: /^\x1f\x8b\x08/ },
  { kind: "bzip2", words: "packed with bzip2", unpack: "bzip2 -dc", begins: /^BZh[1-9]/ },
  // A frame, or one that is skipped, with which pzstd begins.
  {
    kind: "zstd",
    words: "packed with zstd",
    unpack: "zstd -dc",
    begins: /^(?:\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)/,
  },
  { kind: "xz", words: "packed with xz", unpack: "xz -dc", begins: /^\xfd7zXZ\x00/ },
  { kind: "lz4", words: "packed with lz4", unpack: "lz4 -dc", begins: /^(?:\x04\x22|\x02\x21)\x4d\x18/ },
  { kind: "lzip", words: "packed with lzip", unpack: "lzip -dc", begins: /^LZIP[\x00\x01]/ },
  { kind: "compress", words: "packed with compress", unpack: "gzip -dc", begins: /^\x1f\x9d/ },
  { kind: "zip", words: "a zip archive", unpack: "unzip -p", begins: /^PK(?:\x03\x04|\x05\x06|\x07\x08)/ },
  { kind: "7z", words: "a 7z archive", unpack: "7z x -so", begins: /^7z\xbc\xaf\x27\x1c/ },
  { kind: "rar", words: "a rar archive", unpack: "unrar p -inul", begins: /^Rar!\x1a\x07/ },
  { kind: "tar", words: "a tar archive", unpack: "tar -xOf", begins: /^[\s\S]{257}ustar/ },
  { kind: "parquet", words: "a Parquet file", begins: /^PAR[1E]/ },
  { kind: "arrow", words: "an Arrow file", begins: /^ARROW1\x00/ },
  { kind: "avro", words: "an Avro file", begins: /^Obj\x01/ },
  { kind: "orc", words: "an ORC file", begins: /^ORC[\x00-\x1f\x80-\xff]/ },
  { kind: "sqlite", words: "a SQLite database", begins: /^SQLite format 3\x00/ },
  { kind: "office", words: "an old Office document", begins: /^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/ },
  { kind: "pdf", words: "a PDF", begins: /^%PDF-/ },
  { kind: "image", words: "a picture", begins: /^(?:\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|RIFF[\s\S]{4}WEBP)/ },
  { kind: "utf-32", words: "text in UTF-32", begins: /^(?:\xff\xfe\x00\x00|\x00\x00\xfe\xff)/ },
  // With a byte order mark, or ASCII with a NUL before or after every character.
  {
    kind: "utf-16",
    words: "text in UTF-16",
    begins: /^(?:\xff\xfe|\xfe\xff|(?:[\t\r\n\x20-\x7e]\x00){2}|(?:\x00[\t\r\n\x20-\x7e]){2})/,
  },
  {
    kind: "html",
    words: "an HTML page",
    begins:
      /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body|script|meta|title)\b/i,
  },
  {
    kind: "xml",
    words: "XML",
    begins: /^(?:\xef\xbb\xbf)?\s*<(?:\?xml\b|!doctype\b|!--|[a-z_][\w.:-]*[\s/>])/i,
  },
];

/** What bytes at the start of a file say it is; undefined for text of some other kind, and for what is not known. */
export function formatOf(firstBytes: Uint8Array): Format | undefined {
  const { buffer, byteOffset, byteLength } = firstBytes;
  const length = Math.min(byteLength, FORMAT_BYTES);
  const text = Buffer.from(buffer, byteOffset, length).toString("latin1");
  const found = SIGNATURES.find(({ begins }) => begins.test(text));
  if (found === undefined) return undefined;
  const { begins: _, ...format } = found;
  return format;
}
