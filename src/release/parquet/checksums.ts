import { crc32 } from "node:zlib";
import { Failure } from "../../base/failure.js";
import { FILE } from "./format.js";
import { readSizedStruct } from "./thrift.js";
import { textIn } from "./thrift-fields.js";

/**
 * Checksums of what the format has none for. It gives pages their CRC-32, but neither their headers, which say how many
 * values there are and how they are encoded, nor what follows the pages: the indexes and the footer. So a shard
 * of ours has them in its key-value metadata, each as eight hexadecimal digits: of the headers of each row group's
 * pages, one after the other; of all indexes; of the footer, with its own digits as zeros. CRC-32 (that of zlib) finds
 * every single bit, and all bursts of up to 32.
 */

/** The key. */
export const CHECKSUMS = "ov_crc32";
/** How `created_by` begins; the version follows. */
export const WRITER = "ov-tools version";
/** From this version on every shard has checksums. */
const FIRST_WITH = 3;

const WRITTEN_BY = new RegExp(`${WRITER} (\\d+)`);
/** Key, field, length, value. */
const WITH_CHECKSUMS = new RegExp(`${CHECKSUMS}\\x18[^]{1,4}?((?:[0-9a-f]{8} )+[0-9a-f]{8})`);

const DIGITS = 8;
const ZEROS = "0".repeat(DIGITS);

/** What to do about a damaged file; messages end with it. */
export const GET_AGAIN = "copy the file again, or make it again";

/** What is in a file that has checksums: those of the headers of each row group's pages, and of the indexes. */
export interface Checksums {
  readonly headers: readonly string[];
  readonly indexes: string;
}

/** The value, before `seal`. */
export function checksumsText(headers: readonly number[], indexes: Uint8Array): string {
  return [...headers.map(digitsOf), digitsOf(crc32(indexes)), ZEROS].join(" ");
}

/** Puts its checksum into a footer that holds `checksums`; gives the footer. */
export function seal(footer: Buffer, checksums: string): Buffer {
  const checksum = digitsOf(crc32(footer));
  footer.write(checksum, placeOf(footer, checksums), "latin1");
  return footer;
}

/**
 * The checksums of a file; undefined where it has none. Throws a `Failure` ("bad_input") where the footer does not have its
 * own. They are found by their text, for what is damaged may have other fields. Checksums that another writer copied with our
 * key-value metadata (pyarrow does) are ignored: what counts is who wrote the file.
 */
export function checksumsIn(footer: Buffer): Checksums | undefined {
  const text = footer.toString("latin1");
  const [, version] = WRITTEN_BY.exec(writerOf(footer) ?? endOf(text)) ?? [];
  if (!(Number(version) >= FIRST_WITH)) return undefined;
  const [, checksums] = WITH_CHECKSUMS.exec(text) ?? [];
  if (checksums === undefined) throw damaged("its footer");
  const bare = Buffer.from(footer);
  bare.write(ZEROS, placeOf(bare, checksums), "latin1");
  const [own, indexes = "", ...headers] = checksums.split(" ").reverse();
  if (own !== digitsOf(crc32(bare))) throw damaged("its footer");
  return { headers: headers.reverse(), indexes };
}

/** Throws a `Failure` ("bad_input") where these bytes do not have their checksum. */
export function compareChecksum(what: string, expected: string | undefined, actual: number): void {
  if (expected !== digitsOf(actual)) throw damaged(what);
}

/** Who wrote a file, as its footer says; undefined where it does not, or is no struct to its last byte. */
function writerOf(footer: Buffer): string | undefined {
  try {
    const { struct, size } = readSizedStruct(footer);
    return size === footer.length ? textIn(struct, FILE.created_by) : undefined;
  } catch {
    return undefined;
  }
}

/** The footer from the last mention of our writer on: statistics and descriptions before it may hold any text. */
function endOf(text: string): string {
  return text.slice(Math.max(0, text.lastIndexOf(WRITER)));
}

function digitsOf(checksum: number): string {
  return checksum.toString(16).padStart(DIGITS, "0");
}

/** Where the footer's own digits are in it. */
function placeOf(footer: Buffer, checksums: string): number {
  return footer.lastIndexOf(checksums, undefined, "latin1") + checksums.length - DIGITS;
}

function damaged(what: string): Failure {
  return new Failure("bad_input", `${what} does not have its checksum: the file is damaged; ${GET_AGAIN}`);
}
