import { crc32 } from "node:zlib";
import { Failure } from "../failure.js";
import { FILE, KEY_VALUE } from "./format.js";
import type { Struct } from "./thrift.js";
import { listIn, structOf, textIn } from "./thrift-fields.js";

/**
 * Checksums of what the format has none for. It gives pages their CRC-32, but neither their headers, which say how many
 * values there are and how they are encoded, nor what stands behind the pages: the indexes and the footer. So a shard
 * of ours has them in its key-value metadata: eight hexadecimal digits for the headers of each row group's pages, one
 * behind the other, and eight for all bytes from the end of the last page to the end of the footer, counted with
 * these eight as zeros. CRC-32 (of zlib) finds every single bit, and all bursts of up to 32.
 */

/** The key. */
export const CHECKSUMS = "ov_crc32";
/** How `created_by` begins; the version follows. */
export const WRITER = "ov-tools version";
/** From this version on every shard has checksums. */
const FIRST_WITH = 3;

const DIGITS = 8;
const ZEROS = "0".repeat(DIGITS);

/** What to do about a damaged file; messages end with it. */
export const GET_AGAIN = "copy the file again, or make it again";

/** The value, before `seal`, from the checksums of the headers. */
export function checksumsOf(headers: readonly number[]): string {
  return [...headers.map(digitsOf), ZEROS].join(" ");
}

/** Puts its checksum into the tail of a file, which holds `checksums`; gives the tail. */
export function seal(tail: Buffer, checksums: string): Buffer {
  const checksum = digitsOf(crc32(tail));
  tail.write(checksum, placeOf(tail, checksums), "latin1");
  return tail;
}

/**
 * The checksums of the headers of the row groups' pages; undefined where a file has none, as those of others. Throws a
 * `Failure` ("bad_input") where `tail`, which ends with the footer, does not have its own.
 */
export function headerChecksumsOf(footer: Struct, tail: Buffer): readonly string[] | undefined {
  const pair = listIn(footer, FILE.key_value_metadata)
    .map(structOf)
    .find((pair) => textIn(pair, KEY_VALUE.key) === CHECKSUMS);
  const checksums = pair && textIn(pair, KEY_VALUE.value);
  if (checksums === undefined) {
    if (hasChecksums(textIn(footer, FILE.created_by) ?? "")) throw damaged();
    return undefined;
  }
  const bare = Buffer.from(tail);
  const at = placeOf(bare, checksums);
  if (at < 0) throw damaged();
  bare.write(ZEROS, at, "latin1");
  if (!checksums.endsWith(digitsOf(crc32(bare)))) throw damaged();
  return checksums.split(" ").slice(0, -1);
}

/** A checksum as it is written. */
export function digitsOf(checksum: number): string {
  return checksum.toString(16).padStart(DIGITS, "0");
}

/** Where the checksum of the tail is in it. */
function placeOf(tail: Buffer, checksums: string): number {
  const at = tail.lastIndexOf(checksums, undefined, "latin1");
  return at < 0 ? at : at + checksums.length - DIGITS;
}

function hasChecksums(createdBy: string): boolean {
  return createdBy.startsWith(`${WRITER} `) && Number(createdBy.slice(WRITER.length)) >= FIRST_WITH;
}

function damaged(): Failure {
  return new Failure(
    "bad_input",
    `its footer or indexes do not have their checksum: it is damaged; ${GET_AGAIN}`,
  );
}
