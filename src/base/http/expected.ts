import { FORMAT_BYTES, formatOf } from "../files/index.js";
import { beginningOf } from "./decode.js";

/** Endings of names of packed files: what they hold is never text. */
const PACKED = /\.(?:gz|tgz|bz2|zst|xz|lz4|zip|parquet)$/i;
const PAGE = /\.(?:x?html?|xml|rdf|rss|svg)$/i;
/** Tabs, line ends, what ASCII prints, and bytes of UTF-8. */
const TEXT = /^[\t\n\r\x20-\x7e\x80-\xf4]*$/;

/**
 * What is wrong with a file of this name that begins so: a page, where the name is not that of a page, or text, where it
 * is that of a packed file. Servers answer with such pages, and with status 200, when they are being mended or want a login.
 */
export function whyUnexpected(name: string, firstBytes: Uint8Array): string | undefined {
  const format = formatOf(firstBytes);
  const isPage = format?.kind === "html" || format?.kind === "xml";
  if (isPage && !PAGE.test(name)) return `${format.words}, and not the file${beginningOf(firstBytes)}`;
  if (format || !PACKED.test(name) || !TEXT.test(Buffer.from(firstBytes).toString("latin1")))
    return undefined;
  return `text, and not the file${beginningOf(firstBytes)}`;
}

/** The pieces of a body, the first ones joined, so that they are enough to tell what it is. */
export async function* withHead(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of body) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < FORMAT_BYTES) continue;
    yield head;
    head = undefined;
  }
  if (head !== undefined && head.length > 0) yield head;
}
