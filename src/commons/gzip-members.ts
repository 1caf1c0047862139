import { readSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";

/**
 * Where the members of a gzip file begin. A snapshot's file is a chain of thousands of them, so it can be read from the
 * middle. The three bytes that a member begins with also turn up by chance (once in 16 MB) and may stand inside data on
 * purpose; so the bytes behind them are inflated before a place counts as the start of a member, and who reads on from
 * it makes sure of it (`MemberRange`).
 */

/** A file that is read at any place. */
export interface SeekableFile {
  readonly fd: number;
  /** In bytes. */
  readonly size: number;
}

const MAGIC = Buffer.from([0x1f, 0x8b, 0x08]);
/** Bits of the header's flags that no member has set. */
const RESERVED_FLAGS = 0xe0;
/** How much of a supposed member is inflated, in bytes. Chance does not get further than some dozens. */
const TRIAL = 4096;
/** How much of the file is searched at a time. */
const STEP = 32 * 1024;

/** The first member that begins at or behind `from` and before `to`; -1 where there is none. */
export function findMember(file: SeekableFile, from: number, to: number): number {
  const buffer = Buffer.allocUnsafe(STEP + TRIAL);
  for (let position = from; position < to; position += STEP) {
    const read = readSync(file.fd, buffer, 0, buffer.length, position);
    const bytes = buffer.subarray(0, read);
    for (let at = bytes.indexOf(MAGIC); at !== -1 && at < STEP && position + at < to; ) {
      if (isMember(bytes.subarray(at, at + TRIAL))) return position + at;
      at = bytes.indexOf(MAGIC, at + 1);
    }
  }
  return -1;
}

/** Whether bytes can be the beginning of a member. */
function isMember(bytes: Buffer): boolean {
  if (bytes.length < 4 || ((bytes[3] as number) & RESERVED_FLAGS) !== 0) return false;
  try {
    // To the end of what is there: that the member goes on is no error.
    gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
    return true;
  } catch {
    return false;
  }
}
